import { sleepFor } from '../../async/until-aborted.ts';
import { Failure } from '../../failure.ts';
import type { RefMove } from '../heads/remote-memory.ts';
import { pushRef } from '../mirror/push.ts';
import { writeCommit } from '../mirror/write.ts';
import { checkSha } from '../names.ts';
import type { Git } from '../process/commands.ts';
import type { NoteAdditions, NoteLine, Person } from '../repository.ts';
import { type NotesChange, type NotesTree, notesTree, withLines } from './notes-tree.ts';
import { readNotes, readNotesTree } from './read-notes.ts';

const appendAttempts = 20;

/** What is added, and who adds it. */
export interface SignedNotes {
  readonly additions: NoteAdditions;
  readonly person: Person;
}

/**
 * Adds lines to notes on the remote. It builds on what was last seen there: where that is outdated the remote refuses,
 * and the lines are added to what it has now. Answers how the ref has moved; undefined: nothing had to be added. Throws
 * `Failure` `Refused` where the remote does not accept the push, `Unavailable` where others were faster each time.
 */
export async function appendNotes(
  git: Git,
  ref: string,
  { additions, person }: SignedNotes,
): Promise<RefMove | undefined> {
  const remembered = git.caches.notes.get(ref);
  // What is remembered does not prove that the lines are still there.
  let tree =
    remembered !== undefined && changeOf(remembered, additions) !== undefined ? remembered : await readNotes(git, ref);
  for (let attempt = 1; attempt <= appendAttempts; attempt++) {
    const change = changeOf(tree, additions);
    if (change === undefined) return undefined;
    const { head } = tree;
    const commit = await writeCommit(git, { parent: head, changes: change.changes, message: commitMessage, person });
    const result = await pushRef(git, { commit, ref, expected: head ?? null });
    if (result.kind === 'pushed') {
      git.caches.notes.set(ref, notesTree(commit, new Map([...tree.files, ...change.files])));
      return { from: head, to: commit };
    }
    if (result.kind === 'moved' && attempt === 1) {
      // What was remembered was outdated; most often nobody is adding now.
      tree = (await readNotesTree(git, ref, result.actual ?? undefined)) ?? tree;
    } else {
      await sleepFor(Math.random() * 20 * attempt, git.signal);
      tree = await readNotes(git, ref);
    }
  }
  throw new Failure(
    'Unavailable',
    `${ref} of ${git.url.href} moved ${appendAttempts} times while notes were added to it. It will be tried again.`,
  );
}

/** Answers what the additions change; undefined: nothing. */
function changeOf(tree: NotesTree, additions: NoteAdditions): NotesChange | undefined {
  const lines = typeof additions === 'function' ? additions(tree.notes) : additions;
  checkNoteLines(lines);
  return withLines(tree, lines);
}

const commitMessage = 'Notes added by Fairlead';

/** Throws `Failure` `InvalidInput` for what no note can hold, or what merging by lines would break. */
export function checkNoteLines(additions: readonly NoteLine[]): void {
  for (const { commit, line } of additions) {
    checkSha(commit);
    if (line !== '' && !/[\r\n\0]/.test(line)) continue;
    throw new Failure(
      'InvalidInput',
      `${JSON.stringify(line)} for ${commit} is not one line of a note. Leave out line breaks and NUL, and do not leave it empty.`,
    );
  }
}
