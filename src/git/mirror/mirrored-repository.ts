import { type KnownRemote, remoteHeads, shasIn } from '../heads/remote-heads.ts';
import type { RefMove } from '../heads/remote-memory.ts';
import { type CommitAuthor, ownIdentity } from '../identity.ts';
import { checkPath, checkRevision, checkSha } from '../names.ts';
import { appendNotes, checkNoteLines } from '../notes/append-notes.ts';
import { readNotes } from '../notes/read-notes.ts';
import type { Git } from '../process/commands.ts';
import { GitExit } from '../process/process.ts';
import type { GitRepository, Sha } from '../repository.ts';
import { type CommitSigning, signCommit } from '../signing/sign-commit.ts';
import { ancestorsAmong } from './ancestry.ts';
import {
  isAncestor,
  listFiles,
  readCommitInfo,
  readContents,
  readFileContent,
  readFilesAhead,
  readRange,
} from './answers.ts';
import { forgetPresence } from './caches.ts';
import { fetchMissing, requireCommits } from './fetch.ts';
import { type Mirror, MissingObject } from './mirror.ts';
import { checkPush, deleteRemoteBranch, keepOnRemote, pushCommit } from './push.ts';
import { branchRef, notesRef } from './remote-refs.ts';
import { resolveCommit } from './resolve.ts';
import { writeCommit } from './write.ts';

/** Serves the port of repository.ts from a mirror. What a read needs and the mirror lacks is fetched first. */
export function mirroredRepository(
  mirror: Mirror,
  known: Pick<KnownRemote, 'memory' | 'mainBranch' | 'sight'> & {
    readonly givesWay: boolean;
    readonly signing: CommitSigning | undefined;
    readonly author: CommitAuthor | undefined;
  },
  signal?: AbortSignal,
): GitRepository {
  // Files are read by id, which says nothing about the commit to fetch when the mirror was replaced meanwhile.
  const listed = recentShas(8);
  const useMirror = mirror.open(signal, known.givesWay);
  const readWith = async <T>(needs: readonly Sha[], work: (git: Git) => Promise<T>, doubtful = needs) => {
    needs.forEach(checkSha);
    return await useMirror(async (git) => {
      try {
        return await work(git);
      } catch (error) {
        if (!(error instanceof GitExit || error instanceof MissingObject)) throw error;
      }
      forgetPresence(git.caches, doubtful);
      await requireCommits(git, needs);
      return await work(git);
    });
  };

  const { href } = mirror.url;
  const { memory, signing } = known;
  const noteResult = (ref: string, move: RefMove, { kind }: { readonly kind: string }) =>
    kind === 'pushed' ? memory.noteMove(href, ref, move) : memory.forgetHeads(href);

  return {
    url: href,
    ...remoteHeads({ ...known, href, useMirror }),
    async resolveCommit(revision) {
      const checked = checkRevision(revision);
      return await useMirror((git) => resolveCommit(git, checked));
    },
    async ensureCommit(sha) {
      checkSha(sha);
      return (await useMirror((git) => fetchMissing(git, [sha], { also: shasIn(known.sight?.heads) }))).length === 0;
    },
    commit: (sha) => readWith([sha], (git) => readCommitInfo(git, sha)),
    async isAncestor(ancestor, descendant) {
      checkSha(ancestor);
      const askAncestry = (git: Git) => isAncestor(git, ancestor, descendant);
      return await readWith([descendant], askAncestry, [ancestor, descendant]);
    },
    async ancestorsAmong(commits) {
      const wanted = commits.map(checkSha);
      return await readWith([], (git) => ancestorsAmong(git, wanted), wanted);
    },
    log: (from, to, limit) =>
      readWith(from === undefined ? [to] : [from, to], (git) => readRange(git, { from, to }, limit)),
    async listFiles(commit) {
      listed.add(commit);
      return await readWith([commit], (git) => listFiles(git, commit));
    },
    async readBlobs(oids) {
      const wanted = [...new Set(oids)].map(checkSha);
      return await readWith(listed.all(), (git) => readContents(git, wanted));
    },
    async readAhead(commits, path) {
      checkPath(path);
      const wanted = [...new Set(commits)].map(checkSha);
      return await readWith([], (git) => readFilesAhead(git, wanted, path), wanted);
    },
    async readFile(commit, path) {
      checkPath(path);
      return await readWith([commit], (git) => readFileContent(git, commit, path));
    },
    identity: ownIdentity(known.author, signing?.emails(href)),
    async writeCommit(commit) {
      const signer = await signing?.for(href);
      if (signer === undefined) return await readWith([commit.parent], (git) => writeCommit(git, commit));
      const committer = { ...signer.committer, date: commit.person.date };
      return await readWith([commit.parent], async (git) =>
        signCommit(git, await writeCommit(git, { ...commit, committer }), signer),
      );
    },
    async push(request) {
      const ref = branchRef(request.branch);
      checkSha(request.commit);
      if (request.expected !== null) checkSha(request.expected);
      const result = await useMirror((git) => pushCommit(git, request, ref));
      noteResult(ref, { from: request.expected ?? undefined, to: request.commit }, result);
      return result;
    },
    async checkPush(commit) {
      checkSha(commit);
      await useMirror((git) => checkPush(git, commit));
    },
    async keepOnRemote(commit) {
      checkSha(commit);
      const release = await useMirror((git) => keepOnRemote(git, commit));
      return async () => await useMirror(release);
    },
    async deleteBranch(branch, expected) {
      const ref = branchRef(branch);
      checkSha(expected);
      const result = await useMirror((git) => deleteRemoteBranch(git, ref, expected));
      noteResult(ref, { from: expected, to: undefined }, result);
      return result;
    },
    async notes(name, at) {
      const ref = notesRef(name);
      return (await useMirror((git) => readNotes(git, ref, at))).notes;
    },
    async appendNotes(name, additions, person) {
      const ref = notesRef(name);
      if (typeof additions !== 'function') {
        checkNoteLines(additions);
        if (additions.length === 0) return;
      }
      // Only one of those who add at the same time gets through, so the activities of this process take turns.
      const append = () => useMirror((git) => appendNotes(git, ref, { additions, person }));
      const move = await mirror.inTurn(ref, append, signal);
      if (move) memory.noteMove(href, ref, move);
    },
  };
}

/** Keeps the `limit` ids that were added last. */
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
