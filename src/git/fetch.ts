import { access } from 'node:fs/promises';
import { Failure } from '../failure.ts';
import type { Git } from './commands.ts';
import { keepTidy } from './housekeeping.ts';
import type { Mirror } from './mirror.ts';
import { checkRef, isSha } from './names.ts';
import type { Sha } from './repository.ts';

/** Asks the remote for exactly these full ref names, with one connection; those it lacks are left out. */
export async function remoteRefs(git: Git, names: readonly string[]): Promise<ReadonlyMap<string, Sha>> {
  if (names.length === 0) return new Map();
  const all = await listRemote(git, names);
  return new Map(names.flatMap((name) => (all.has(name) ? [[name, all.get(name) ?? ''] as const] : [])));
}

/** Full names of branches, checked. */
export function branchRef(branch: string): string {
  return `refs/heads/${checkRef(branch)}`;
}

/**
 * Fetches the commits that the mirror lacks, each by its id, with one connection. Answers those that the
 * remote does not have, or that are no commits. A server that gives away only what its refs point to is
 * asked for all of them.
 */
export async function fetchMissing(
  mirror: Mirror,
  git: Git,
  wanted: readonly Sha[],
  signal?: AbortSignal,
): Promise<readonly Sha[]> {
  if ((await absent(git, wanted)).length === 0) return [];
  return await mirror.exclusively(async () => {
    // Whoever held the lock before may have fetched the same.
    const missing = await absent(git, wanted);
    if (missing.length === 0) return [];
    await fetchCommits(git, missing);
    await keepTidy(git);
    return await absent(git, missing);
  }, signal);
}

/** All tips of branches and tags, fetched. */
export async function fetchAllTips(mirror: Mirror, git: Git, signal?: AbortSignal): Promise<readonly Sha[]> {
  const refs = await listRemote(git, ['--heads', '--tags']);
  const tips = [...new Set([...refs].filter(([name]) => !refs.has(`${name}^{}`)).map(([, sha]) => sha))];
  await mirror.exclusively(async () => {
    const missing = await absent(git, tips);
    if (missing.length > 0) await fetchObjects(git, missing);
  }, signal);
  return tips;
}

async function fetchCommits(git: Git, missing: readonly Sha[]): Promise<void> {
  const refused = await fetchObjects(git, missing);
  if (refused === 'unadvertised') {
    const refs = await listRemote(git, ['--heads', '--tags']);
    await fetchObjects(git, [...new Set([...refs].filter(([name]) => !name.endsWith('^{}')).map(([, sha]) => sha))]);
  } else if (refused === 'unknown' && missing.length > 1) {
    // One unknown id fails them all.
    for (const sha of missing) await fetchCommits(git, [sha]);
  }
}

type Refusal = 'unadvertised' | 'unknown';

async function fetchObjects(git: Git, shas: readonly Sha[]): Promise<Refusal | undefined> {
  if (await isShallow(git)) throw shallowClone(git);
  const options = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', '--quiet'];
  const output = await git.remote(['fetch', ...options, '--stdin', git.url.href], {
    input: shas.map((sha) => `${sha}\n`).join(''),
    transfer: true,
    answers: ({ stderr }) => refusal(stderr) !== undefined || shallow.test(stderr),
  });
  if (shallow.test(output.stderr)) throw shallowClone(git);
  if (output.exitCode !== 0) return refusal(output.stderr);
  await remember(git, shas);
  return undefined;
}

const shallow = /shallow roots are not allowed to be updated|shallow update not allowed/i;

/** git would take what there is of a shallow clone, and ancestry would be wrong ever after. */
async function isShallow({ url }: Git): Promise<boolean> {
  if (url.kind !== 'local') return false;
  const marks = [`${url.href}/shallow`, `${url.href}/.git/shallow`];
  const found = await Promise.all(
    marks.map((mark) =>
      access(mark).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

function shallowClone({ url }: Git): Failure {
  return new Failure(
    'InvalidInput',
    `${url.href} is a shallow clone, its history is cut off. Complete it with "git fetch --unshallow" ` +
      '(in CI: check out with full depth), or give the URL of the repository it was cloned from.',
  );
}

function refusal(stderr: string): Refusal | undefined {
  if (/Server does not allow request for unadvertised object/i.test(stderr)) return 'unadvertised';
  return /not our ref|couldn't find remote ref/i.test(stderr) ? 'unknown' : undefined;
}

/**
 * Tells git which commits are here, so that it offers them when it fetches the next. Under 256 names of our
 * own, each holding the last commit whose id begins with it: bounded, and no name can be in another's way.
 */
export async function remember(git: Git, shas: readonly Sha[]): Promise<void> {
  const slots = new Map(shas.map((sha) => [sha.slice(0, 2), sha]));
  const updates = [...slots].map(([slot, sha]) => `update refs/fairlead/seen/${slot} ${sha}\n`);
  await git.plumb(['update-ref', '--stdin'], updates.join(''));
}

/** Those of the ids that are not a commit in the mirror. */
export async function absent(git: Git, shas: readonly Sha[]): Promise<readonly Sha[]> {
  const types = await objectTypes(git, shas);
  return shas.filter((sha) => types.get(sha) !== 'commit');
}

/** Type of each object that the mirror has. */
export async function objectTypes(git: Git, shas: readonly Sha[]): Promise<ReadonlyMap<Sha, string>> {
  if (shas.length === 0) return new Map();
  const { stdout } = await git.plumb(['cat-file', '--batch-check=%(objectname) %(objecttype)'], `${shas.join('\n')}\n`);
  const lines = stdout.toString('utf8').trimEnd().split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [sha = '', type = ''] = line.split(' ');
      return type === 'missing' ? [] : [[sha, type] as const];
    }),
  );
}

/** Throws `Failure` `NotFound` when the remote lacks one of the commits; afterwards the mirror has them all. */
export async function requireCommits(
  mirror: Mirror,
  git: Git,
  wanted: readonly Sha[],
  signal?: AbortSignal,
): Promise<void> {
  const [lacking] = await fetchMissing(mirror, git, wanted, signal);
  if (lacking === undefined) return;
  throw new Failure(
    'NotFound',
    `There is no commit ${lacking} in ${git.url.href}. Check the id, and that it has been pushed.`,
  );
}

/** Ref name → object id, as the remote tells; `name^{}` holds what an annotated tag points to. */
export async function listRemote(git: Git, args: readonly string[]): Promise<ReadonlyMap<string, Sha>> {
  const options = args.filter((arg) => arg.startsWith('--'));
  const patterns = args.filter((arg) => !arg.startsWith('--'));
  const { stdout } = await git.remote(['ls-remote', '--quiet', ...options, git.url.href, ...patterns]);
  const lines = stdout.toString('utf8').split('\n').filter(Boolean);
  return new Map(
    lines.flatMap((line) => {
      const [sha = '', name = ''] = line.split('\t');
      return isSha(sha) ? [[name, sha] as const] : [];
    }),
  );
}
