import { randomUUID } from 'node:crypto';
import { Failure } from '../../failure.ts';
import { type Git, tookTooLong } from '../process/commands.ts';
import type { Sha } from '../repository.ts';
import { keepTidy, removeRemains } from './housekeeping.ts';
import { MissingObject } from './mirror.ts';
import { absentCommits, objectTypes, rememberCommits } from './objects.ts';
import { listRemote } from './remote-refs.ts';
import { isShallow, shallowFailure, shallowWords } from './shallow.ts';

/** What else a fetch may bring, and for how long. */
export interface FetchBounds {
  /** What the same connection brings if there must be one, as long as that does not take long. */
  readonly also?: readonly Sha[] | undefined;
  /** The time that it may take, in milliseconds, where that is less than a fetch may take. */
  readonly limitMs?: number | undefined;
}

/**
 * Fetches the commits that the mirror lacks, each by its id, with one connection. Answers those that the
 * remote does not have, or that are no commits. A server that gives away only what its refs point to is
 * asked for all of them.
 */
export async function fetchMissing(
  opened: Git,
  wanted: readonly Sha[],
  { also = [], limitMs }: FetchBounds = {},
): Promise<readonly Sha[]> {
  if ((await absentCommits(opened, wanted)).length === 0) return [];
  const isWanted = (sha: Sha) => wanted.includes(sha);
  return await opened.exclusively(async (git) => {
    const beside = also.filter((sha) => !git.caches.slow.get(sha));
    // Whoever held the lock before may have fetched the same.
    const missing = await absentCommits(git, [...new Set([...wanted, ...beside])]);
    if (!missing.some(isWanted)) return [];
    const needed = missing.filter(isWanted);
    const together = await unlessSlow(git, missing, needed);
    const asked = together ? missing : needed;
    const denied = together ?? (await fetchCommits(git, needed, limitMs));
    await keepTidy(git);
    const strangers = await absentCommits(git, asked);
    const types = await objectTypes(git, strangers);
    const lost = strangers.find((sha) => !types.has(sha) && !denied.has(sha));
    // git takes for present what its refs lead to; the remote then sends nothing.
    if (lost !== undefined) throw new MissingObject(`The commit ${lost}`);
    return strangers.filter(isWanted);
  }, wanted);
}

/**
 * Fetches commits together with others that whoever asks can do without; undefined: with those it took too long, and each of them is
 * known as slow for some minutes.
 */
async function unlessSlow(
  git: Git,
  all: readonly Sha[],
  needed: readonly Sha[],
): Promise<ReadonlySet<Sha> | undefined> {
  if (all.length === needed.length) return undefined;
  try {
    return await fetchCommits(git, all, git.timeouts.asideMs);
  } catch (error) {
    if (!tookTooLong(error)) throw error;
    for (const sha of all) if (!needed.includes(sha)) git.caches.slow.set(sha, true);
    return undefined;
  }
}

/**
 * Fetches what can be fetched in a moment, for somebody who can do without any of them. Answers those that the remote does not have, and
 * those that take longer: one of these must not keep others from being read.
 */
export async function fetchQuickly(
  git: Git,
  wanted: readonly Sha[],
): Promise<{ readonly strangers: readonly Sha[]; readonly slow: ReadonlySet<Sha> }> {
  const missing = await absentCommits(git, wanted);
  const slow = new Set(missing.filter((sha) => git.caches.slow.get(sha)));
  const limitMs = git.timeouts.asideMs;
  const strangers: Sha[] = [];
  const fetchThese = async (shas: readonly Sha[]): Promise<void> => {
    try {
      strangers.push(...(await fetchMissing(git, shas, { limitMs })));
    } catch (error) {
      if (!tookTooLong(error)) throw error;
      const [sha, ...more] = shas;
      if (more.length > 0) for (const each of shas) await fetchThese([each]);
      else if (sha !== undefined) {
        git.caches.slow.set(sha, true);
        slow.add(sha);
      }
    }
  };
  await fetchThese(missing.filter((sha) => !slow.has(sha)));
  return { strangers, slow };
}

/** Fetches all tips of branches and tags, and answers them. */
export async function fetchAllTips(opened: Git): Promise<readonly Sha[]> {
  const refs = await listRemote(opened, ['--heads', '--tags']);
  const tips = [...new Set([...refs].filter(([name]) => !refs.has(`${name}^{}`)).map(([, sha]) => sha))];
  await opened.exclusively(async (git) => {
    const missing = await absentCommits(git, tips);
    if (missing.length > 0) await fetchObjects(git, missing);
  }, tips);
  return tips;
}

/** Fetches these commits. Answers those that the remote says it does not have. */
async function fetchCommits(git: Git, missing: readonly Sha[], limitMs: number | undefined): Promise<ReadonlySet<Sha>> {
  const refusal = await fetchObjects(git, missing, limitMs);
  if (refusal === undefined) return new Set();
  if (refusal === 'unadvertised') {
    const refs = await listRemote(git, ['--heads', '--tags']);
    const tips = new Set([...refs].filter(([name]) => !name.endsWith('^{}')).map(([, sha]) => sha));
    await fetchObjects(git, [...tips], limitMs);
    return new Set(missing);
  }
  if (missing.length === 1) return new Set(missing);
  // One unknown id makes the whole fetch fail, so each is fetched alone.
  const denied = new Set<Sha>();
  for (const sha of missing) for (const one of await fetchCommits(git, [sha], limitMs)) denied.add(one);
  return denied;
}

type FetchRefusal = 'unadvertised' | 'unknown';

async function fetchObjects(git: Git, shas: readonly Sha[], limitMs?: number): Promise<FetchRefusal | undefined> {
  const refusal = await transferObjects(git, shas, { limitMs });
  if (refusal === undefined) await rememberCommits(git, shas);
  return refusal;
}

/** Fetches objects by id, or what full names of refs are at, with one connection. No ref of the mirror changes. */
export async function transferObjects(
  git: Git,
  wanted: readonly string[],
  { more = [], limitMs }: { readonly more?: readonly string[]; readonly limitMs?: number | undefined } = {},
): Promise<FetchRefusal | undefined> {
  if (await isShallow(git.url)) throw shallowFailure(git.url);
  await removeRemains(git);
  const options = ['--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--no-recurse-submodules', '--quiet'];
  const output = await git.remote(['fetch', ...options, ...more, '--stdin', git.url.href], {
    input: wanted.map((name) => `${name}\n`).join(''),
    transfer: true,
    limitMs,
    answers: ({ stderr }) => refusalIn(stderr) !== undefined || shallowWords.test(stderr),
  });
  if (shallowWords.test(output.stderr)) throw shallowFailure(git.url);
  return output.exitCode === 0 ? undefined : refusalIn(output.stderr);
}

function refusalIn(stderr: string): FetchRefusal | undefined {
  if (/Server does not allow request for unadvertised object/i.test(stderr)) return 'unadvertised';
  return /not our ref|couldn't find remote ref|no matching remote head/i.test(stderr) ? 'unknown' : undefined;
}

/** Between two looks for a commit that the remote does not have yet, in milliseconds. */
const lookAgainMs = 5_000;

/**
 * Fetches as `fetchMissing` does. Throws `Failure` `NotFound` where the remote does not have one of the wanted commits. Somebody has
 * named it, the remote itself maybe: so it may come late.
 */
export async function requireCommits(git: Git, wanted: readonly Sha[], also?: readonly Sha[]): Promise<void> {
  const [lacking] = await fetchMissing(git, wanted, { also });
  if (lacking === undefined) return;
  throw new Failure(
    'NotFound',
    `There is no commit ${lacking} in ${git.url.href}. Check the id, and that it has been pushed.`,
    lateOptions(git, lacking),
  );
}

function lateOptions({ lagMs, url }: Git, commit: Sha): ConstructorParameters<typeof Failure>[2] {
  if (lagMs === undefined) return {};
  return { patienceMs: lagMs, retryAfterMs: Math.min(lookAgainMs, lagMs), missing: { repository: url.href, commit } };
}

/** The places where `fetchRefs` puts what it fetches. They also tell git what is here when it fetches the next. */
const looked = 'refs/fairlead/looked';
/** Under this name it is known as slow. */
const byName = 'by name';

/**
 * Asks the remote where refs are, by their full names, and fetches what they lead to, with one connection. Undefined: one of
 * them is not there, or what they lead to takes too long, and nothing was fetched.
 */
export async function fetchRefs(opened: Git, names: readonly string[]): Promise<ReadonlyMap<string, Sha> | undefined> {
  if (opened.caches.slow.get(byName)) return undefined;
  return await opened.exclusively(async (git) => {
    // Somebody else at the same time must not find there what this has fetched.
    const place = git.isAlone ? looked : `${looked}-beside/${randomUUID()}`;
    const specs = names.map((name, index) => `+${name}:${place}/${index}`);
    try {
      if ((await transferObjects(git, specs, { limitMs: git.timeouts.asideMs })) !== undefined) return undefined;
    } catch (error) {
      if (!tookTooLong(error)) throw error;
      git.caches.slow.set(byName, true);
      return undefined;
    }
    const listed = await git.text(['for-each-ref', '--format=%(refname) %(objectname) %(objecttype)', `${place}/`]);
    const lines = listed.split('\n').filter(Boolean);
    const found = new Map(lines.map((line) => [line.split(' ', 1)[0], line.split(' ')]));
    if (!git.isAlone)
      await git.plumb(['update-ref', '--stdin'], [...found.keys()].map((ref) => `delete ${ref}\n`).join(''));
    await keepTidy(git);
    return new Map(
      names.map((name, index) => {
        const [, sha = '', type] = found.get(`${place}/${index}`) ?? [];
        // Whoever reads it next need not look for it.
        if (type === 'commit') git.caches.present.set(sha, true);
        return [name, sha];
      }),
    );
  }, names);
}
