import { Failure } from '../../failure.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import { shortSha } from '../../short-names.ts';
import type { Git } from '../process/commands.ts';
import type { CommitInfo, Sha, TreeFile } from '../repository.ts';
import { recall } from './caches.ts';
import { fetchQuickly, requireCommits } from './fetch.ts';
import { absentCommits } from './objects.ts';
import { findFiles, listTree, readLog, readObjects } from './read.ts';

/** Answers what a commit says about itself. Throws `Failure` `NotFound` for the id of something else. */
export function readCommitInfo(git: Git, sha: Sha): Promise<CommitInfo> {
  return recall(git.caches.commits, sha, async () => {
    const [commit] = await readLog(git, ['--no-walk', sha]);
    if (commit !== undefined) return commit;
    throw new Failure('NotFound', `${sha} in ${git.url.href} is not a commit. Give the id of a commit.`);
  });
}

/** Lists all files of a commit. */
export function listFiles(git: Git, commit: Sha): Promise<ReadonlyMap<string, TreeFile>> {
  return recall(git.caches.listings, commit, () => listTree(git, commit));
}

/** Reads the contents of objects, in no order; what is not remembered is read with one process. */
export async function readContents(git: Git, oids: readonly Sha[]): Promise<ReadonlyMap<Sha, Buffer>> {
  const { blobs } = git.caches;
  const known = oids.flatMap((oid) => {
    const content = blobs.get(oid);
    return content === undefined ? [] : [[oid, content] as const];
  });
  const all = new Map(known);
  const unread = oids.filter((oid) => !all.has(oid));
  for (const [oid, part] of await readObjects(git, unread)) {
    // The content is copied, because a part of git's output would keep the whole of it in memory.
    const content = Buffer.from(part);
    blobs.set(oid, content);
    all.set(oid, content);
  }
  return all;
}

/**
 * Reads one file of a commit. Only its own line of the listing is asked for, unless the whole listing is known. Throws
 * `Failure` `InvalidInput` for one that is too large.
 */
export async function readFileContent(git: Git, commit: Sha, path: string): Promise<Buffer | undefined> {
  const { listings } = git.caches;
  const listing =
    listings.get(commit) ?? (await recall(listings, `${commit} ${path}`, () => listTree(git, commit, path)));
  const entry = listing.get(path);
  if (entry === undefined || entry.mode === '160000') return undefined;
  if (entry.size > limits.fileBytes)
    throw new Failure(
      'InvalidInput',
      `${path} at ${shortSha(commit)} of ${git.url.href} has ${bytesText(entry.size)}, and a file that is read may have ${bytesText(limits.fileBytes)}. Is it the right file?`,
    );
  return (await readContents(git, [entry.oid])).get(entry.oid);
}

/**
 * Remembers one file of each of these commits, and fetches the commits that are missing: two processes, however many. What
 * is large, or together too much to be remembered, is not read: of zeros, a hundred megabytes are a few kilobytes of a pack. Answers
 * the commits that take too long to fetch, and were left out.
 */
export async function readFilesAhead(git: Git, commits: readonly Sha[], path: string): Promise<ReadonlySet<Sha>> {
  const { listings } = git.caches;
  const { strangers: unknownThere, slow } = await fetchQuickly(git, commits);
  const strangers = new Set([...unknownThere, ...slow]);
  const isUnknown = (commit: Sha) => !listings.get(commit) && !listings.get(`${commit} ${path}`);
  const unknown = commits.filter((commit) => !strangers.has(commit) && isUnknown(commit));
  const found = await findFiles(git, unknown, path);
  for (const [commit, file] of found) listings.set(`${commit} ${path}`, new Map([[path, file]]));
  let left: number = limits.aheadBytes;
  const readable = [...found.values()].filter(({ size }) => {
    const isRead = size <= Math.min(left, limits.settingsBytes);
    if (isRead) left -= size;
    return isRead;
  });
  await readContents(git, [...new Set(readable.map(({ oid }) => oid))]);
  return slow;
}

/**
 * Answers whether one commit is an ancestor of another, which is fetched where it is missing. What the mirror does not have then is no
 * ancestor, because it has the whole history: the remote is not asked for every id that somebody has made up.
 */
export async function isAncestor(git: Git, ancestor: Sha, descendant: Sha): Promise<boolean> {
  const { ancestry } = git.caches;
  const known = ancestry.get(`${ancestor} ${descendant}`);
  if (known !== undefined) return known;
  await requireCommits(git, [descendant]);
  if (ancestor === descendant) return true;
  if ((await absentCommits(git, [ancestor])).length > 0) {
    await recall(ancestry, `all of ${descendant}`, () => hasHistory(git, descendant));
    return false;
  }
  return await recall(ancestry, `${ancestor} ${descendant}`, async () => {
    const { exitCode } = await git.plumb(['merge-base', '--is-ancestor', ancestor, descendant], '', [0, 1]);
    return exitCode === 0;
  });
}

/** Walks the whole history of a commit. Throws `GitExit` where a part of it is gone, so that the mirror is fetched anew. */
async function hasHistory(git: Git, commit: Sha): Promise<true> {
  await git.plumb(['rev-list', '--count', commit]);
  return true;
}

/** The commits that `to` has and `from` lacks; without `from`, the whole history of `to`. */
export interface RangeEnds {
  readonly from: Sha | undefined;
  readonly to: Sha;
}

/** Lists the commits of a range, newest first and `limit` at most, and counts all of them. */
export async function readRange(git: Git, { from, to }: RangeEnds, limit: number) {
  if (from === to) {
    await requireCommits(git, [to]);
    return { commits: [], total: 0 };
  }
  const revisions = from === undefined ? [to] : [to, `^${from}`];
  const [commits, count] = await Promise.all([
    readLog(git, ['--date-order', `--max-count=${Math.max(0, Math.trunc(limit))}`, ...revisions]),
    git.text(['rev-list', '--count', ...revisions]),
  ]);
  return { commits, total: Number(count) };
}
