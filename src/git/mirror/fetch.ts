import { Failure } from '../../failure.ts';
import type { Git } from '../process/commands.ts';
import type { Sha } from '../repository.ts';
import { keepTidy } from './housekeeping.ts';
import { MissingObject } from './mirror.ts';
import { absentCommits, objectTypes, rememberCommits } from './objects.ts';
import { listRemote } from './remote-refs.ts';
import { isShallow, shallowFailure, shallowWords } from './shallow.ts';

/**
 * Fetches the commits that the mirror lacks, each by its id, with one connection. Answers those that the
 * remote does not have, or that are no commits. A server that gives away only what its refs point to is
 * asked for all of them. `also`: what the same connection brings if there must be one.
 */
export async function fetchMissing(
  opened: Git,
  wanted: readonly Sha[],
  also: readonly Sha[] = [],
): Promise<readonly Sha[]> {
  if ((await absentCommits(opened, wanted)).length === 0) return [];
  const isWanted = (sha: Sha) => wanted.includes(sha);
  return await opened.exclusively(async (git) => {
    // Whoever held the lock before may have fetched the same.
    const missing = await absentCommits(git, [...new Set([...wanted, ...also])]);
    if (!missing.some(isWanted)) return [];
    const denied = await fetchCommits(git, missing);
    await keepTidy(git);
    const strangers = await absentCommits(git, missing);
    const types = await objectTypes(git, strangers);
    const lost = strangers.find((sha) => !types.has(sha) && !denied.has(sha));
    // git takes for present what its refs lead to; the remote then sends nothing.
    if (lost !== undefined) throw new MissingObject(`The commit ${lost}`);
    return strangers.filter(isWanted);
  });
}

/** Fetches all tips of branches and tags, and answers them. */
export async function fetchAllTips(opened: Git): Promise<readonly Sha[]> {
  const refs = await listRemote(opened, ['--heads', '--tags']);
  const tips = [...new Set([...refs].filter(([name]) => !refs.has(`${name}^{}`)).map(([, sha]) => sha))];
  await opened.exclusively(async (git) => {
    const missing = await absentCommits(git, tips);
    if (missing.length > 0) await fetchObjects(git, missing);
  });
  return tips;
}

/** Fetches these commits. Answers those that the remote says it does not have. */
async function fetchCommits(git: Git, missing: readonly Sha[]): Promise<ReadonlySet<Sha>> {
  const refusal = await fetchObjects(git, missing);
  if (refusal === undefined) return new Set();
  if (refusal === 'unadvertised') {
    const refs = await listRemote(git, ['--heads', '--tags']);
    await fetchObjects(git, [...new Set([...refs].filter(([name]) => !name.endsWith('^{}')).map(([, sha]) => sha))]);
    return new Set(missing);
  }
  if (missing.length === 1) return new Set(missing);
  // One unknown id makes the whole fetch fail, so each is fetched alone.
  const denied = new Set<Sha>();
  for (const sha of missing) for (const one of await fetchCommits(git, [sha])) denied.add(one);
  return denied;
}

type FetchRefusal = 'unadvertised' | 'unknown';

async function fetchObjects(git: Git, shas: readonly Sha[]): Promise<FetchRefusal | undefined> {
  const refusal = await transferObjects(git, shas);
  if (refusal === undefined) await rememberCommits(git, shas);
  return refusal;
}

/** Fetches objects by id, or what full names of refs are at, with one connection. No ref of the mirror changes. */
export async function transferObjects(
  git: Git,
  wanted: readonly string[],
  more: readonly string[] = [],
): Promise<FetchRefusal | undefined> {
  if (await isShallow(git.url)) throw shallowFailure(git.url);
  const options = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', '--quiet'];
  const output = await git.remote(['fetch', ...options, ...more, '--stdin', git.url.href], {
    input: wanted.map((name) => `${name}\n`).join(''),
    transfer: true,
    answers: ({ stderr }) => refusalIn(stderr) !== undefined || shallowWords.test(stderr),
  });
  if (shallowWords.test(output.stderr)) throw shallowFailure(git.url);
  return output.exitCode === 0 ? undefined : refusalIn(output.stderr);
}

function refusalIn(stderr: string): FetchRefusal | undefined {
  if (/Server does not allow request for unadvertised object/i.test(stderr)) return 'unadvertised';
  return /not our ref|couldn't find remote ref|no matching remote head/i.test(stderr) ? 'unknown' : undefined;
}

/** Fetches as `fetchMissing` does. Throws `Failure` `NotFound` where the remote does not have one of the wanted commits. */
export async function requireCommits(git: Git, wanted: readonly Sha[], also?: readonly Sha[]): Promise<void> {
  const [lacking] = await fetchMissing(git, wanted, also);
  if (lacking === undefined) return;
  throw new Failure(
    'NotFound',
    `There is no commit ${lacking} in ${git.url.href}. Check the id, and that it has been pushed.`,
  );
}

/** The places where `fetchRefs` puts what it fetches. They also tell git what is here when it fetches the next. */
const looked = 'refs/fairlead/looked';

/**
 * Asks the remote where refs are, by their full names, and fetches what they lead to, with one connection. Undefined: one of
 * them is not there, and nothing was fetched.
 */
export async function fetchRefs(opened: Git, names: readonly string[]): Promise<ReadonlyMap<string, Sha> | undefined> {
  return await opened.exclusively(async (git) => {
    const specs = names.map((name, index) => `+${name}:${looked}/${index}`);
    if ((await transferObjects(git, specs)) !== undefined) return undefined;
    const listed = await git.text(['for-each-ref', '--format=%(refname) %(objectname)', `${looked}/`]);
    const found = new Map(listed.split('\n').map((line) => line.split(' ') as [string, Sha]));
    await keepTidy(git);
    return new Map(names.map((name, index) => [name, found.get(`${looked}/${index}`) ?? '']));
  });
}
