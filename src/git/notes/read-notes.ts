import { sleepFor } from '../../async/until-aborted.ts';
import { Failure } from '../../failure.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import { readObjects } from '../mirror/read.ts';
import { remoteRefs } from '../mirror/remote-refs.ts';
import type { Git } from '../process/commands.ts';
import type { Sha } from '../repository.ts';
import { fetchNotes } from './fetch-notes.ts';
import { annotatedBy, type NoteFile, type NotesTree, noteLines, notesTree } from './notes-tree.ts';

const readAttempts = 20;

/**
 * Reads the notes of a ref as the remote has them now. No local ref of notes exists that a fetch could overwrite. The
 * last tree that was seen is remembered, and counts only while the remote is still at its commit. `at` is where the
 * remote has just said it is. Throws `Failure` `Unavailable` where the ref moves faster than it can be read.
 */
export async function readNotes(git: Git, ref: string, at?: { readonly head: Sha | undefined }): Promise<NotesTree> {
  const known = at && (await readNotesTree(git, ref, at.head));
  if (known !== undefined) return known;
  for (let attempt = 1; attempt <= readAttempts; attempt++) {
    const head = (await remoteRefs(git, [ref])).get(ref);
    const tree = await readNotesTree(git, ref, head);
    if (tree !== undefined) return tree;
    await sleepFor(Math.random() * 20 * attempt, git.signal);
  }
  throw new Failure(
    'Unavailable',
    `${ref} of ${git.url.href} moved ${readAttempts} times while it was read. It will be asked again.`,
  );
}

/** Reads the notes of a ref at this commit; undefined: the remote left the commit behind before it could be fetched. */
export async function readNotesTree(git: Git, ref: string, head: Sha | undefined): Promise<NotesTree | undefined> {
  if (head === undefined) return notesTree(undefined, new Map());
  const last = git.caches.notes.get(ref);
  if (last?.head === head) return last;
  if (!(await fetchNotes(git, ref, head))) return undefined;
  const tree = notesTree(head, await listNotes(git, head, last));
  git.caches.notes.set(ref, tree);
  return tree;
}

/** Reads only what is not in the last tree. Throws `Failure` `Refused` where there is more than a record can have. */
async function listNotes(git: Git, head: Sha, last: NotesTree | undefined): Promise<NotesTree['files']> {
  const listing = await git.text(['ls-tree', '-r', '-t', '-z', '-l', '--full-tree', head], limits.listingBytes);
  const found = listing.split('\0').filter(Boolean).flatMap(noteEntry);
  const bytes = sum(found.map(({ size }) => size));
  if (bytes > limits.recordBytes)
    throw tooLarge(git, head, `have ${bytesText(bytes)}, and a record may have ${bytesText(limits.recordBytes)}`);
  // By content: git reads any number of files as the note of one commit.
  const before = new Map([...(last?.files.values() ?? [])].flat().map(({ oid, lines }) => [oid, lines]));
  const known = new Map<Sha, NoteFile['lines']>();
  for (const { oid } of found) {
    const same = before.get(oid);
    if (same !== undefined) known.set(oid, same);
  }
  const unread = new Set(found.map(({ oid }) => oid).filter((oid) => !known.has(oid)));
  const contents = await readObjects(git, [...unread]);
  const counts = new Map([
    ...[...known].map(([oid, { length }]) => [oid, length] as const),
    ...[...contents].map(([oid, content]) => [oid, countLines(content)] as const),
  ]);
  // They are counted before they are split: many empty or short ones take far more memory than their bytes.
  const lines = sum(found.map(({ oid }) => counts.get(oid) ?? 0));
  if (lines > limits.recordLines)
    throw tooLarge(git, head, `have ${lines} lines, and a record may have ${limits.recordLines}`);
  for (const [oid, content] of contents) known.set(oid, noteLines(content));
  const files = new Map<Sha, NoteFile[]>();
  for (const { commit, path, oid } of found) {
    const parts = files.get(commit) ?? [];
    parts.push({ path, oid, lines: known.get(oid) ?? [] });
    files.set(commit, parts);
  }
  return files;
}

/** Whoever may push may write notes: more than years of promotions write is not read, because it could end the worker. */
function tooLarge({ url }: Git, head: Sha, what: string): Failure {
  return new Failure(
    'Refused',
    `The notes at ${head} of ${url.href} ${what}. Look who wrote them, and set ` +
      'their ref back to its last commit that Fairlead wrote.',
  );
}

function countLines(content: Buffer): number {
  let count = 1;
  for (let at = content.indexOf(lineEnd); at >= 0; at = content.indexOf(lineEnd, at + 1)) count += 1;
  return count;
}

const lineEnd = 0x0a;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

interface NoteEntry {
  readonly commit: Sha;
  readonly path: string;
  readonly oid: Sha;
  readonly size: number;
}

function noteEntry(line: string): readonly NoteEntry[] {
  // <mode> SP <type> SP <object> SP+ <size> TAB <path>
  const tab = line.indexOf('\t');
  const [, type, oid = '', size] = line.slice(0, tab).split(/ +/);
  const path = line.slice(tab + 1);
  const commit = annotatedBy(path);
  return type === 'blob' && commit !== undefined ? [{ commit, path, oid, size: Number(size) }] : [];
}
