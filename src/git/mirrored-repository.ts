import { Failure } from '../failure.ts';
import type { Git } from './commands.ts';
import { fetchMissing, requireCommits } from './fetch.ts';
import { type Mirror, MissingObject } from './mirror.ts';
import { checkPath, checkRevision, checkSha } from './names.ts';
import { objectTypes } from './objects.ts';
import { GitExit } from './process.ts';
import { deleteRemoteBranch, pushCommit } from './push.ts';
import { listTree, readLog, readObjects } from './read.ts';
import { branchRef, remoteRefs } from './remote-refs.ts';
import type { CommitInfo, GitRepository, Sha } from './repository.ts';
import { resolveCommit } from './resolve.ts';
import { writeCommit } from './write.ts';

/** The port of repository.ts on a mirror. What a read needs and the mirror lacks is fetched first. */
export function mirroredRepository(mirror: Mirror, signal?: AbortSignal): GitRepository {
  // Files are read by id, which says nothing about the commit to fetch when the mirror was replaced meanwhile.
  const listed = recentShas(8);
  const use = <T>(work: (git: Git) => Promise<T>) => mirror.use(work, signal);
  const reading = async <T>(needs: readonly Sha[], work: (git: Git) => Promise<T>) => {
    needs.forEach(checkSha);
    return await use(async (git) => {
      try {
        return await work(git);
      } catch (error) {
        if (!(error instanceof GitExit || error instanceof MissingObject)) throw error;
      }
      await requireCommits(mirror, git, needs, signal);
      return await work(git);
    });
  };

  return {
    url: mirror.url.href,
    async branchHead(branch) {
      const ref = branchRef(branch);
      return await use(async (git) => {
        const head = (await remoteRefs(git, [ref])).get(ref);
        if (head !== undefined) await requireCommits(mirror, git, [head], signal);
        return head;
      });
    },
    async branchHeads(branches) {
      const refs = new Map(branches.map((branch) => [branchRef(branch), branch]));
      const heads = await use((git) => remoteRefs(git, [...refs.keys()]));
      return new Map([...heads].map(([ref, sha]) => [refs.get(ref) ?? ref, sha]));
    },
    async resolveCommit(revision) {
      const checked = checkRevision(revision);
      return await use((git) => resolveCommit(mirror, git, checked, signal));
    },
    async ensureCommit(sha) {
      checkSha(sha);
      return (await use((git) => fetchMissing(mirror, git, [sha], signal))).length === 0;
    },
    commit: (sha) => reading([sha], (git) => oneCommit(git, sha)),
    async isAncestor(ancestor, descendant) {
      checkSha(ancestor);
      return await reading([descendant], (git) => isAncestor(mirror, git, ancestor, descendant, signal));
    },
    log: (from, to, limit) => reading(from === undefined ? [to] : [from, to], (git) => range(git, from, to, limit)),
    async listFiles(commit) {
      listed.add(commit);
      return await reading([commit], (git) => listTree(git, commit));
    },
    async readBlobs(oids) {
      const wanted = [...new Set(oids)].map(checkSha);
      return await reading(listed.all(), (git) => readObjects(git, wanted));
    },
    async readFile(commit, path) {
      checkPath(path);
      return await reading([commit], (git) => fileContent(git, commit, path));
    },
    writeCommit: (commit) => reading([commit.parent], (git) => writeCommit(git, commit)),
    async push(request) {
      const ref = branchRef(request.branch);
      checkSha(request.commit);
      if (request.expected !== null) checkSha(request.expected);
      return await use((git) => pushCommit(git, request, ref));
    },
    async deleteBranch(branch, expected) {
      const ref = branchRef(branch);
      checkSha(expected);
      return await use((git) => deleteRemoteBranch(git, ref, expected));
    },
  };
}

async function oneCommit(git: Git, sha: Sha): Promise<CommitInfo> {
  const [commit] = await readLog(git, ['--no-walk', sha]);
  if (commit !== undefined) return commit;
  throw new Failure('NotFound', `${sha} in ${git.url.href} is not a commit. Give the id of a commit.`);
}

async function isAncestor(mirror: Mirror, git: Git, ancestor: Sha, descendant: Sha, signal?: AbortSignal) {
  const types = await objectTypes(git, [ancestor, descendant]);
  if (types.get(descendant) !== 'commit') throw new MissingObject(`The commit ${descendant}`);
  // Mirrors have whole histories: what neither the mirror nor the remote has is no ancestor.
  if (types.get(ancestor) !== 'commit' && (await fetchMissing(mirror, git, [ancestor], signal)).length > 0)
    return false;
  const { exitCode } = await git.plumb(['merge-base', '--is-ancestor', ancestor, descendant], '', [0, 1]);
  return exitCode === 0;
}

async function range(git: Git, from: Sha | undefined, to: Sha, limit: number) {
  const revisions = from === undefined ? [to] : [to, `^${from}`];
  const [commits, count] = await Promise.all([
    readLog(git, ['--date-order', `--max-count=${Math.max(0, Math.trunc(limit))}`, ...revisions]),
    git.text(['rev-list', '--count', ...revisions]),
  ]);
  return { commits, total: Number(count) };
}

async function fileContent(git: Git, commit: Sha, path: string): Promise<Buffer | undefined> {
  const entry = (await listTree(git, commit, path)).get(path);
  if (entry === undefined || entry.mode === '160000') return undefined;
  return (await readObjects(git, [entry.oid])).get(entry.oid);
}

function recentShas(limit: number) {
  const shas = new Set<Sha>();
  return {
    all: (): readonly Sha[] => [...shas],
    add(sha: Sha): void {
      shas.delete(sha);
      shas.add(sha);
      for (const oldest of [...shas].slice(0, -limit)) shas.delete(oldest);
    },
  };
}
