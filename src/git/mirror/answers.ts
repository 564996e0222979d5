import { Failure } from '../../failure.ts';
import type { Git } from '../process/commands.ts';
import type { CommitInfo, Sha, TreeFile } from '../repository.ts';
import { recall } from './caches.ts';
import { fetchMissing, requireCommits } from './fetch.ts';
import type { Mirror } from './mirror.ts';
import { listTree, readLog, readObjects } from './read.ts';

/** What a commit says about itself. Throws `Failure` `NotFound` for the id of something else. */
export function commitInfo(git: Git, sha: Sha): Promise<CommitInfo> {
  return recall(git.caches.commits, sha, async () => {
    const [commit] = await readLog(git, ['--no-walk', sha]);
    if (commit !== undefined) return commit;
    throw new Failure('NotFound', `${sha} in ${git.url.href} is not a commit. Give the id of a commit.`);
  });
}

/** All files of a commit. */
export function files(git: Git, commit: Sha): Promise<ReadonlyMap<string, TreeFile>> {
  return recall(git.caches.listings, commit, () => listTree(git, commit));
}

/** Contents of objects, in no order; what is not remembered is read with one process. */
export async function contents(git: Git, oids: readonly Sha[]): Promise<ReadonlyMap<Sha, Buffer>> {
  const { blobs } = git.caches;
  const known = oids.flatMap((oid) => {
    const content = blobs.get(oid);
    return content === undefined ? [] : [[oid, content] as const];
  });
  const all = new Map(known);
  const unread = oids.filter((oid) => !all.has(oid));
  for (const [oid, part] of await readObjects(git, unread)) {
    // A part of git's output would keep the whole of it in memory.
    const content = Buffer.from(part);
    blobs.set(oid, content);
    all.set(oid, content);
  }
  return all;
}

/** One file of a commit; of the listing only its own line is asked for, unless the whole is known. */
export async function fileContent(git: Git, commit: Sha, path: string): Promise<Buffer | undefined> {
  const { listings } = git.caches;
  const listing =
    listings.get(commit) ?? (await recall(listings, `${commit} ${path}`, () => listTree(git, commit, path)));
  const entry = listing.get(path);
  if (entry === undefined || entry.mode === '160000') return undefined;
  return (await contents(git, [entry.oid])).get(entry.oid);
}

/** Fetches what is missing. What neither the mirror nor the remote has is no ancestor: mirrors have whole histories. */
export async function isAncestor(
  mirror: Mirror,
  git: Git,
  ancestor: Sha,
  descendant: Sha,
  signal?: AbortSignal,
): Promise<boolean> {
  const { ancestry } = git.caches;
  const known = ancestry.get(`${ancestor} ${descendant}`);
  if (known !== undefined) return known;
  await requireCommits(mirror, git, [descendant], signal);
  if ((await fetchMissing(mirror, git, [ancestor], signal)).length > 0) return false;
  if (ancestor === descendant) return true;
  return await recall(ancestry, `${ancestor} ${descendant}`, async () => {
    const { exitCode } = await git.plumb(['merge-base', '--is-ancestor', ancestor, descendant], '', [0, 1]);
    return exitCode === 0;
  });
}

/** Commits of `to` that `from` does not have, newest first, and how many there are. */
export async function range(
  mirror: Mirror,
  git: Git,
  from: Sha | undefined,
  to: Sha,
  limit: number,
  signal?: AbortSignal,
) {
  if (from === to) {
    await requireCommits(mirror, git, [to], signal);
    return { commits: [], total: 0 };
  }
  const revisions = from === undefined ? [to] : [to, `^${from}`];
  const [commits, count] = await Promise.all([
    readLog(git, ['--date-order', `--max-count=${Math.max(0, Math.trunc(limit))}`, ...revisions]),
    git.text(['rev-list', '--count', ...revisions]),
  ]);
  return { commits, total: Number(count) };
}
