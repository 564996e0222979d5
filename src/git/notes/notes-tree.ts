import { blobId } from '../blob-id.ts';
import { isSha } from '../names.ts';
import type { NoteLine, Notes, Sha } from '../repository.ts';

/** A file of a notes tree. There is usually one for each annotated commit, but git reads several as one note. */
export interface NoteFile {
  readonly path: string;
  readonly oid: Sha;
  /** The lines without empty ones, a character for each byte: others may write what is not UTF-8, and get it back. */
  readonly lines: readonly string[];
}

/**
 * A notes ref at one commit. Notes belong to everybody, so these hold:
 *
 * - No line of others is lost or changed, whatever bytes it has.
 * - The same lines added by several at the same time give the same files, so that git can merge them.
 */
export interface NotesTree {
  readonly head: Sha | undefined;
  /** By the commit that they annotate. */
  readonly files: ReadonlyMap<Sha, readonly NoteFile[]>;
  readonly notes: Notes;
}

/**
 * What a commit does to a notes tree: the notes as they are afterwards, and the new content of their paths (`null`: the
 * file goes).
 */
export interface NotesChange {
  readonly files: ReadonlyMap<Sha, readonly NoteFile[]>;
  readonly changes: ReadonlyMap<string, Buffer | null>;
}

/** Makes the tree of a notes ref at this commit, with its notes decoded. */
export function notesTree(head: Sha | undefined, files: NotesTree['files']): NotesTree {
  const lines = new Map(
    [...files].map(([commit, parts]) => [commit, parts.flatMap((part) => decodeLines(part.lines))]),
  );
  return { head, files, notes: { head, lines } };
}

/**
 * Answers the commit that a file of a notes tree is about; undefined for files that are no notes. Directories fan out. A name that begins
 * or ends with a slash, which a tree that is made by hand may have, is no note of git's either, and nobody could write there.
 */
export function annotatedBy(path: string): Sha | undefined {
  if (path.split('/').includes('')) return undefined;
  const sha = path.replaceAll('/', '');
  return isSha(sha) ? sha : undefined;
}

/** Splits the content of a note into its lines, without empty ones, a character for each byte. */
export function noteLines(content: Buffer): readonly string[] {
  return content.toString('latin1').split('\n').filter(Boolean);
}

/**
 * Adds lines to notes; undefined: all are there. A note that changes comes out as git's `cat_sort_uniq` would merge it:
 * its lines in the order of their bytes, each once. It stands in one file, one directory deep: git reads any depth, and
 * a tree of thousands in one directory would be written anew with each line.
 */
export function withLines(tree: NotesTree, additions: readonly NoteLine[]): NotesChange | undefined {
  const wanted = new Map<Sha, Set<string>>();
  for (const { commit, line } of additions) {
    const lines = wanted.get(commit) ?? new Set();
    wanted.set(commit, lines.add(Buffer.from(line, 'utf8').toString('latin1')));
  }
  const files = new Map<Sha, readonly NoteFile[]>();
  const changes = new Map<string, Buffer | null>();
  for (const [commit, lines] of wanted) {
    const old = tree.files.get(commit) ?? [];
    const present = new Set(old.flatMap((file) => file.lines));
    if ([...lines].every((line) => present.has(line))) continue;
    const merged = [...new Set([...present, ...lines])].sort();
    const content = Buffer.from(merged.map((line) => `${line}\n`).join(''), 'latin1');
    const path = `${commit.slice(0, 2)}/${commit.slice(2)}`;
    for (const file of old) changes.set(file.path, null);
    changes.set(path, content);
    files.set(commit, [{ path, oid: blobId(content), lines: merged }]);
  }
  return changes.size === 0 ? undefined : { files, changes };
}

/** Estimates how much memory a tree takes, in bytes. */
export function sizeOf({ files }: NotesTree): number {
  let size = 1;
  for (const parts of files.values()) {
    for (const { lines } of parts) size += 400 + lines.reduce((sum, { length }) => sum + length + 32, 0);
  }
  return size;
}

function decodeLines(lines: readonly string[]): readonly string[] {
  return lines.map((line) => (/^\p{ASCII}*$/u.test(line) ? line : Buffer.from(line, 'latin1').toString('utf8')));
}
