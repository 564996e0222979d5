import { Failure } from '../../failure.ts';
import { shortRef } from '../../short-names.ts';
import { remedies } from '../../text/remedies.ts';
import type { Git } from '../process/commands.ts';
import type { Output } from '../process/process.ts';
import { gitWords } from '../process/redact.ts';
import { refusalMeaning } from '../process/refusal-words.ts';
import type { PushRequest, PushResult, Sha } from '../repository.ts';
import { absentCommits, rememberCommits } from './objects.ts';
import { listRemote, remoteRefs } from './remote-refs.ts';

/**
 * Pushes while the branch is where the caller expects it; what is there already counts as pushed. Throws `Failure`
 * `Unavailable` where the remote is busy with the ref, `Refused` where it does not accept the push.
 */
export async function pushCommit(
  git: Git,
  { commit, branch, expected }: PushRequest,
  ref: string,
): Promise<PushResult> {
  if ((await absentCommits(git, [commit])).length > 0) {
    throw new Failure(
      'Internal',
      `The commit ${commit} for ${branch} of ${git.url.href} is not in the worker's mirror any more. Build it again.`,
    );
  }
  // Meanwhile, as the push need not wait for it. A remote that refuses the commit does not mind that it is offered.
  const remembered = rememberCommits(git, [commit]);
  remembered.catch(() => undefined);
  const result = await pushRef(git, { commit, ref, expected });
  if (result.kind === 'busy') throw busyFailure(git, ref, result.words);
  await remembered;
  return result;
}

/** Begins a push, and ends it before anything is sent. Throws `Failure` where the remote takes none. */
export async function checkPush(git: Git, commit: Sha): Promise<void> {
  const target = `${commit}:refs/heads/fairlead-doctor`;
  await git.remote(['push', '--dry-run', '--no-verify', '--no-signed', git.url.href, target]);
}

/** Pushes a commit to a ref that no branch shows; the answer deletes the ref. Throws what `pushCommit` throws. */
export async function keepOnRemote(git: Git, commit: Sha): Promise<(git: Git) => Promise<void>> {
  const ref = `refs/fairlead/kept/${commit}`;
  const result = await pushRef(git, { commit, ref, expected: null });
  if (result.kind === 'busy') throw busyFailure(git, ref, result.words);
  return async (now) => {
    await deleteRemoteBranch(now, ref, commit);
  };
}

/** The remote could not update the ref just then, because it does so for somebody else who is not through yet. */
export interface PushBusy {
  readonly kind: 'busy';
  readonly words: string;
}

/** A commit of the mirror, and the full name of the ref that it is pushed to. */
export interface RefPush {
  readonly commit: Sha;
  readonly ref: string;
  /** Where the ref must be on the remote right now; `null`: it must not exist. */
  readonly expected: Sha | null;
}

/** Pushes a commit to a ref while that is where the caller expects it. Throws `Failure` `Refused` where it may not. */
export async function pushRef(git: Git, { commit, ref, expected }: RefPush): Promise<PushResult | PushBusy> {
  const output = await pushWithLease(git, `${commit}:${ref}`, `${ref}:${expected ?? ''}`);
  if (output.exitCode === 0) return { kind: 'pushed' };
  const actual = (await remoteRefs(git, [ref])).get(ref) ?? null;
  if (actual === commit) return { kind: 'pushed' };
  if (actual !== expected) return { kind: 'moved', actual };
  const words = refusalWords(output);
  const meaning = refusalMeaning(words);
  if (meaning === 'passing') return { kind: 'busy', words };
  throw meaning === 'in the way' ? await inTheWayFailure(git, ref, words) : refusedFailure(git, ref, words);
}

/** Deletes a branch that is still where the caller expects it. Throws what `pushCommit` throws. */
export async function deleteRemoteBranch(
  git: Git,
  ref: string,
  expected: Sha,
): Promise<PushResult | { readonly kind: 'gone' }> {
  const output = await pushWithLease(git, `:${ref}`, `${ref}:${expected}`);
  if (output.exitCode === 0 && !/remote ref does not exist|deleting a non-existent ref/i.test(output.stderr)) {
    return { kind: 'pushed' };
  }
  const actual = (await remoteRefs(git, [ref])).get(ref) ?? null;
  if (actual === null) return { kind: 'gone' };
  if (actual !== expected) return { kind: 'moved', actual };
  const words = refusalWords(output);
  throw refusalMeaning(words) === 'passing' ? busyFailure(git, ref, words) : refusedFailure(git, ref, words);
}

async function pushWithLease(git: Git, refspec: string, lease: string): Promise<Output> {
  const options = ['--porcelain', '--no-verify', '--no-signed', '--no-follow-tags', '--recurse-submodules=no'];
  return await git.remote(['push', ...options, `--force-with-lease=${lease}`, git.url.href, refspec], {
    transfer: true,
    answers: (output) => rejectedLine.test(output.stdout.toString('utf8')) || noSuchRef.test(output.stderr),
  });
}

/** Matches a refusal in `push --porcelain`: the flag "!", the refs, the reason in brackets. */
const rejectedLine = /^!\t.*$/m;
const noSuchRef = /remote ref does not exist/i;

function refusalWords({ stdout, stderr }: Output): string {
  const line = rejectedLine.exec(stdout.toString('utf8'))?.[0] ?? '';
  return gitWords(`${line.split('\t').at(-1) ?? ''}\n${stderr}`, []);
}

function busyFailure(git: Git, ref: string, words: string): Failure {
  return new Failure('Unavailable', `${git.url.href} could not update ${shortRef(ref)} just now. git says: ${words}`);
}

function refusedFailure(git: Git, ref: string, words: string): Failure {
  return new Failure(
    'Refused',
    `${git.url.href} does not accept the push to ${shortRef(ref)}. Check its branch rules and hooks: ${remedies.ownBranches}. git says: ${words}`,
  );
}

/** Makes the failure of a name that git cannot keep beside another one's, and names that one. */
async function inTheWayFailure(git: Git, ref: string, words: string): Promise<Failure> {
  const parents = ref
    .split('/')
    .map((_, index, parts) => parts.slice(0, index).join('/'))
    .filter((name) => name.startsWith('refs/heads/'));
  const there = await listRemote(git, [...parents, `${ref}/*`]);
  const other = [...there.keys()].find((name) => parents.includes(name) || name.startsWith(`${ref}/`));
  const named = other === undefined ? 'a branch whose name is a part of it' : `branch ${shortRef(other)}`;
  return new Failure(
    'Refused',
    `${git.url.href} cannot have a branch ${shortRef(ref)} beside ${named}: git keeps names like folders and files. Rename or ` +
      `delete the other one there, then retry. git says: ${words}`,
  );
}
