import { Failure } from '../../failure.ts';
import type { Git } from '../process/commands.ts';
import type { Output } from '../process/process.ts';
import { gitWords } from '../process/redact.ts';
import type { PushRequest, PushResult, Sha } from '../repository.ts';
import { objectTypes, remember } from './objects.ts';
import { remoteRefs } from './remote-refs.ts';

/** Pushes while the branch is where the caller expects it; what is there already counts as pushed. */
export async function pushCommit(
  git: Git,
  { commit, branch, expected }: PushRequest,
  ref: string,
): Promise<PushResult> {
  if ((await objectTypes(git, [commit])).get(commit) !== 'commit') {
    throw new Failure(
      'Internal',
      `The commit ${commit} for ${branch} of ${git.url.href} is not in the worker's mirror any more. Build it again.`,
    );
  }
  const result = await pushRef(git, commit, expected, ref);
  if (result.kind === 'busy') throw busy(git, ref, result.words);
  if (result.kind === 'pushed') await remember(git, [commit]);
  return result;
}

/** The remote could not update the ref just then: it does it for somebody else, who is not through yet. */
export interface PushBusy {
  readonly kind: 'busy';
  readonly words: string;
}

/** Pushes a commit of the mirror to a ref while that is where the caller expects it (`null`: it must not exist). */
export async function pushRef(
  git: Git,
  commit: Sha,
  expected: Sha | null,
  ref: string,
): Promise<PushResult | PushBusy> {
  const output = await pushWithLease(git, `${commit}:${ref}`, `${ref}:${expected ?? ''}`);
  if (output.exitCode === 0) return { kind: 'pushed' };
  const actual = (await remoteRefs(git, [ref])).get(ref) ?? null;
  if (actual === commit) return { kind: 'pushed' };
  if (actual !== expected) return { kind: 'moved', actual };
  const words = reason(output);
  if (passing.test(words)) return { kind: 'busy', words };
  throw refused(git, ref, words);
}

/** Deletes a branch that is still where the caller expects it. */
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
  const words = reason(output);
  throw passing.test(words) ? busy(git, ref, words) : refused(git, ref, words);
}

async function pushWithLease(git: Git, refspec: string, lease: string): Promise<Output> {
  const options = ['--porcelain', '--no-verify', '--no-signed', '--no-follow-tags', '--recurse-submodules=no'];
  return await git.remote(['push', ...options, `--force-with-lease=${lease}`, git.url.href, refspec], {
    transfer: true,
    answers: (output) => rejected.test(output.stdout.toString('utf8')) || noSuchRef.test(output.stderr),
  });
}

/** A line of `push --porcelain`: the flag "!", the refs, the reason in brackets. */
const rejected = /^!\t.*$/m;
const noSuchRef = /remote ref does not exist/i;

/** What the next attempt may not meet: another's lock, or an outdated answer to the question where the ref is. */
const passing =
  /cannot lock|failed to (lock|update)|incorrect old value|reference already exists|remote failure|stale info/i;

function reason({ stdout, stderr }: Output): string {
  const line = rejected.exec(stdout.toString('utf8'))?.[0] ?? '';
  return gitWords(`${line.split('\t').at(-1) ?? ''}\n${stderr}`, []);
}

function busy(git: Git, ref: string, words: string): Failure {
  return new Failure('Unavailable', `${git.url.href} could not update ${shortRef(ref)} just now. git says: ${words}`);
}

function refused(git: Git, ref: string, words: string): Failure {
  return new Failure(
    'Refused',
    `${git.url.href} does not accept the push to ${shortRef(ref)}. Check its branch rules and hooks. git says: ${words}`,
  );
}

function shortRef(ref: string): string {
  return ref.replace(/^refs\/heads\//, '');
}
