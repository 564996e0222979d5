import { fetchRefs, requireCommits } from '../mirror/fetch.ts';
import type { UseMirror } from '../mirror/mirror.ts';
import { branchRef, notesRef, remoteRefs } from '../mirror/remote-refs.ts';
import type { GitRepository, Sha } from '../repository.ts';
import { askMainBranch } from './main-branch.ts';
import type { RefHeads, RemoteMemory } from './remote-memory.ts';

/** Where the branches of one remote were when a step asked for them first. */
export interface StepSight {
  /** By full name. */
  heads: RefHeads;
  /** When the remote said so, as `RemoteMemory` has it; undefined: the step has not asked. */
  at?: number;
}

/** A remote, and what is known of it already. */
export interface KnownRemote {
  /** The URL of the repository. */
  readonly href: string;
  readonly useMirror: UseMirror;
  readonly memory: RemoteMemory;
  /** The main branch that the caller's settings name, whatever the remote says. */
  readonly mainBranch: string | undefined;
  /** Undefined: nobody opened it for a step, and each question is asked of the remote. */
  readonly sight: StepSight | undefined;
}

interface LookOptions {
  readonly withinMs?: number;
  readonly isFetched?: boolean;
}

type HeadQuestions = Pick<
  GitRepository,
  'mainBranch' | 'recentMainHead' | 'branchHead' | 'branchHeads' | 'heads' | 'lookAgain' | 'leaveLook' | 'takeLook'
>;

/** Answers where the remote's refs are, with as few connections as the port of repository.ts allows. */
export function remoteHeads({ href, useMirror, memory, mainBranch, sight }: KnownRemote): HeadQuestions {
  const knownMain = () => mainBranch ?? memory.mainBranch(href);

  /** Asks the remote where these refs are, and notes what it says. */
  const askRefs = async (
    refs: readonly string[],
    isFetched = false,
    isUsual = false,
  ): Promise<{ readonly heads: RefHeads; readonly at: number }> => {
    const found = await useMirror(
      async (git) => (isFetched ? await fetchRefs(git, refs) : undefined) ?? (await remoteRefs(git, refs)),
    );
    const heads = new Map(refs.map((ref) => [ref, found.get(ref)]));
    return { heads, at: memory.noteHeads(href, heads, isUsual) };
  };
  const seenWithin = (refs: readonly string[], withinMs: number | undefined) =>
    withinMs === undefined ? undefined : memory.headsWithin(href, refs, withinMs);

  const branchesSeen = async (wanted: readonly string[], { withinMs, isFetched }: LookOptions): Promise<RefHeads> => {
    if (sight && wanted.every((ref) => sight.heads.has(ref))) return sight.heads;
    const known = seenWithin(wanted, withinMs);
    if (known) return known;
    if (sight === undefined) return (await askRefs(wanted, isFetched)).heads;
    const main = knownMain();
    const usual = [...memory.usualRefs(href), ...(main === undefined ? [] : [branchRef(main)])];
    Object.assign(sight, await askRefs([...new Set([...wanted, ...usual])], isFetched, true));
    return sight.heads;
  };

  const askMain: GitRepository['mainBranch'] = async () => {
    const known = knownMain();
    if (known !== undefined) return known;
    const { name, heads } = await useMirror((git) => askMainBranch(git, memory.usualRefs(href)));
    memory.nameMainBranch(href, name);
    const at = memory.noteHeads(href, heads, false);
    // A step that asks for main next, and for the branches that are asked for with it, has seen them.
    if (sight && sight.heads.size === 0) Object.assign(sight, { heads, at });
    return name;
  };

  const readHead: GitRepository['branchHead'] = async (branch) => {
    const ref = branchRef(branch);
    const heads = await branchesSeen([ref], {});
    const head = heads.get(ref);
    if (head !== undefined) await useMirror((git) => requireCommits(git, [head], shasIn(heads)));
    return head;
  };

  return {
    mainBranch: askMain,
    async recentMainHead() {
      const branch = await askMain();
      return memory.recentHead(href, branchRef(branch)) ?? (await readHead(branch));
    },
    branchHead: readHead,
    async branchHeads(branches, options = {}) {
      const refs = new Map(branches.map((branch) => [branch, branchRef(branch)]));
      const heads = await branchesSeen([...refs.values()], options);
      return new Map([...refs].flatMap(([branch, ref]) => pairOf(branch, heads.get(ref))));
    },
    async heads({ branches, notes, withinMs, isFetched }) {
      const refs = new Map(branches.map((branch) => [branch, branchRef(branch)]));
      const noted = notes === undefined ? undefined : notesRef(notes);
      const wanted = [...refs.values(), ...(noted === undefined ? [] : [noted])];
      const found = seenWithin(wanted, withinMs) ?? (await askRefs(wanted, isFetched)).heads;
      return {
        branches: new Map([...refs].flatMap(([branch, ref]) => pairOf(branch, found.get(ref)))),
        notes: noted === undefined ? undefined : found.get(noted),
      };
    },
    lookAgain() {
      if (sight) sight.heads = new Map();
    },
    leaveLook(name) {
      if (sight?.at !== undefined) memory.leaveLook(href, name, sight.at);
    },
    takeLook(name, withinMs) {
      const heads = sight && memory.takeLook(href, name, withinMs);
      if (heads) sight.heads = heads;
      return heads !== undefined;
    },
  };
}

function pairOf(name: string, sha: Sha | undefined): readonly (readonly [string, Sha])[] {
  return sha === undefined ? [] : [[name, sha]];
}

/** Lists the commits that refs were at. */
export function shasIn(heads: RefHeads = new Map()): readonly Sha[] {
  return [...heads.values()].flatMap((sha) => sha ?? []);
}
