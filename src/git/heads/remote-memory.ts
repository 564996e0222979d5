import { LRUCache } from 'lru-cache';
import type { Sha } from '../repository.ts';

/** Where refs were when the remote was asked for them, by full name, all at one moment; undefined: it had none. */
export type RefHeads = ReadonlyMap<string, Sha | undefined>;

/** What the repositories of a process remember of their remotes; an entry may be gone at any time. */
export interface RemoteMemory {
  /** Answers the main branch that the remote named within the last minute, so that a renamed one is noticed soon. */
  mainBranch(repository: string): string | undefined;
  nameMainBranch(repository: string, branch: string): void;
  /** Answers where a branch was within the last minute. */
  recentHead(repository: string, ref: string): Sha | undefined;
  /** Lists the branches that were asked for lately: whoever asks for one may ask for all, with the same connection. */
  usualRefs(repository: string): readonly string[];
  /**
   * Notes what the remote has just said, and forgets what was seen before one of these refs moved. `isUsual`: the same refs will be
   * asked for again. Answers when that was, by which `takeLook` knows it.
   */
  noteHeads(repository: string, heads: RefHeads, isUsual: boolean): number;
  /** Answers what the remote last said of all of these refs at one moment, `withinMs` ago at the most. */
  headsWithin(repository: string, refs: readonly string[], withinMs: number): RefHeads | undefined;
  /** Leaves what was seen at a moment to whoever takes it by this name. */
  leaveLook(repository: string, name: string, at: number): void;
  /**
   * Answers what was left under this name, `withinMs` ago at the most, with our pushes since; undefined: nothing, somebody has taken it, or
   * one of its refs was seen elsewhere since.
   */
  takeLook(repository: string, name: string, withinMs: number): RefHeads | undefined;
  /** Notes that a push of ours moved a ref. What was seen at a moment before the ref was at `from` is forgotten. */
  noteMove(repository: string, ref: string, move: RefMove): void;
  /** Forgets where the refs of a repository are. */
  forgetHeads(repository: string): void;
}

/** Where a ref was, and where it is now; undefined: it was not there. */
export interface RefMove {
  readonly from: Sha | undefined;
  readonly to: Sha | undefined;
}

interface Look {
  /** Milliseconds, as `performance.now()` says them. */
  readonly at: number;
  readonly heads: RefHeads;
}

/** An environment's branch, its record and a request are asked for together; a worker serves some of them at once. */
const mostLooks = 32;
/** What is asked for in addition. A platform of more environments asks for its own anyway. */
const mostUsualRefs = 100;
const aMinute = 60_000;

/** Makes an empty memory. */
export function createRemoteMemory(): RemoteMemory {
  const mainBranches = new LRUCache<string, string>({ max: 1_000, ttl: aMinute });
  const recent = new LRUCache<string, Sha>({ max: 10_000, ttl: aMinute });
  const usual = new LRUCache<string, LRUCache<string, true>>({ max: 1_000 });
  const looks = new LRUCache<string, readonly Look[]>({ max: 1_000 });
  const left = new LRUCache<string, number>({ max: 1_000, ttl: aMinute });
  const keyOf = (repository: string, ref: string) => `${repository} ${ref}`;
  const noteRecent = (repository: string, ref: string, sha: Sha | undefined) => {
    if (sha === undefined) recent.delete(keyOf(repository, ref));
    else recent.set(keyOf(repository, ref), sha);
  };
  return {
    mainBranch: (repository) => mainBranches.get(repository),
    nameMainBranch: (repository, branch) => void mainBranches.set(repository, branch),
    recentHead: (repository, ref) => recent.get(keyOf(repository, ref)),
    usualRefs: (repository) => [...(usual.get(repository)?.keys() ?? [])],
    noteHeads(repository, heads, isUsual) {
      if (isUsual && !usual.has(repository))
        usual.set(repository, new LRUCache({ max: mostUsualRefs, ttl: 10 * aMinute }));
      const names = usual.get(repository);
      for (const [ref, sha] of heads) {
        noteRecent(repository, ref, sha);
        if (sha === undefined) names?.delete(ref);
        else if (isUsual) names?.set(ref, true);
      }
      const isStillSo = ([ref, sha]: readonly [string, Sha | undefined], seen: RefHeads) =>
        !seen.has(ref) || seen.get(ref) === sha;
      const before = (looks.get(repository) ?? []).filter((look) =>
        [...heads].every((head) => isStillSo(head, look.heads)),
      );
      const at = performance.now();
      looks.set(repository, [{ at, heads }, ...before].slice(0, mostLooks));
      return at;
    },
    leaveLook: (repository, name, at) => void left.set(keyOf(repository, name), at),
    takeLook(repository, name, withinMs) {
      const key = keyOf(repository, name);
      const at = left.get(key);
      left.delete(key);
      if (at === undefined || at < performance.now() - withinMs) return undefined;
      return looks.get(repository)?.find((look) => look.at === at)?.heads;
    },
    headsWithin(repository, refs, withinMs) {
      const since = performance.now() - withinMs;
      const known = (looks.get(repository) ?? []).find(
        ({ at, heads }) => at >= since && refs.every((ref) => heads.has(ref)),
      );
      return known?.heads;
    },
    noteMove(repository, ref, { from, to }) {
      const moved = (looks.get(repository) ?? []).flatMap((look) => {
        if (!look.heads.has(ref)) return [look];
        return look.heads.get(ref) === from ? [{ ...look, heads: new Map(look.heads).set(ref, to) }] : [];
      });
      looks.set(repository, moved);
      noteRecent(repository, ref, to);
    },
    forgetHeads: (repository) => void looks.delete(repository),
  };
}
