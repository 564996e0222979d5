import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type NotesTree, sizeOf } from '../notes/notes-tree.ts';
import type { CommitInfo, Sha, TreeFile } from '../repository.ts';

/** A bounded memory of answers; an entry may be gone at any time. */
export interface Cache<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
}

/**
 * What one mirror has answered before. Ids name contents, so none of that goes stale. Two caches differ: `present`,
 * what the mirror holds, ends when the mirror is damaged, so that whoever meets an error forgets it and looks again;
 * `notes` say themselves of which commit they are.
 */
export interface Caches {
  readonly present: Cache<true>;
  readonly commits: Cache<CommitInfo>;
  readonly listings: Cache<ReadonlyMap<string, TreeFile>>;
  readonly blobs: Cache<Buffer>;
  /** By `<ancestor> <descendant>`, both of which were there. */
  readonly ancestry: Cache<boolean>;
  /** What took longer to fetch than it may beside other things, within the last minutes: commits, and looks by name. */
  readonly slow: Cache<true>;
  /** By notes ref, as last seen. It has a head, and is outdated when the remote's is another. */
  readonly notes: Cache<NotesTree>;
}

/** For so long what took long to fetch is not tried again for whoever does not need it. */
const slowMs = 10 * 60_000;

/** Answers the caches of the mirror with this identity. A mirror without one is damaged, and nothing of it is kept. */
export type CachesByMirror = (identity: string | undefined) => Caches;

/**
 * Makes one set of caches for all mirrors of a worker, so that their size (about 200 MiB at most) does not grow with
 * the number of mirrors.
 */
export function createCaches(): CachesByMirror {
  const present = new LRUCache<string, true>({ max: 20_000 });
  const commits = new LRUCache<string, CommitInfo>({ max: 5_000 });
  const ancestry = new LRUCache<string, boolean>({ max: 20_000 });
  const slow = new LRUCache<string, true>({ max: 1_000, ttl: slowMs });
  const listings = new LRUCache<string, ReadonlyMap<string, TreeFile>>({
    maxSize: 200_000,
    sizeCalculation: ({ size }) => size + 1,
  });
  const blobs = new LRUCache<string, Buffer>({
    maxSize: 64 * 1024 * 1024,
    maxEntrySize: 1024 * 1024,
    sizeCalculation: ({ length }) => length + 256,
  });
  const notes = new LRUCache<string, NotesTree>({ maxSize: 64 * 1024 * 1024, sizeCalculation: sizeOf });
  return (identity = randomUUID()) => ({
    present: cacheOf(present, identity),
    commits: cacheOf(commits, identity),
    listings: cacheOf(listings, identity),
    blobs: cacheOf(blobs, identity),
    ancestry: cacheOf(ancestry, identity),
    slow: cacheOf(slow, identity),
    notes: cacheOf(notes, identity),
  });
}

/** Answers what is remembered under the key, or else works it out and remembers that. Errors are not remembered. */
export async function recall<T>(cache: Cache<T>, key: string, workOut: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const answer = await workOut();
  cache.set(key, answer);
  return answer;
}

/** Forgets that these commits are in the mirror. */
export function forgetPresence({ present }: Caches, shas: readonly Sha[]): void {
  for (const sha of shas) present.delete(sha);
}

function cacheOf<T extends {}>(cache: LRUCache<string, T>, identity: string): Cache<T> {
  const keyOf = (key: string) => `${identity} ${key}`;
  return {
    get: (key) => cache.get(keyOf(key)),
    set: (key, value) => {
      cache.set(keyOf(key), value);
    },
    delete: (key) => {
      cache.delete(keyOf(key));
    },
  };
}
