import { LRUCache } from 'lru-cache';
import type { LeafCache } from '../leaf/cache.ts';
import type { LeafOutput } from '../types.ts';

const defaultMaxBytes = 48 * 1024 * 1024;
/** An output that takes more is read again: a few of these would leave no room for a thousand others. */
const mostEntryBytes = 1024 * 1024;

/**
 * Asks in memory before it asks a cache that takes longer. It remembers what was read and what was rendered, up to
 * `maxBytes` of it (default: 48 MiB); those that were not used for longest go first.
 */
export function createMemoryCache(slower: LeafCache, maxBytes = defaultMaxBytes): LeafCache {
  const remembered = new LRUCache<string, LeafOutput>({
    maxSize: maxBytes,
    maxEntrySize: mostEntryBytes,
    sizeCalculation: sizeOf,
  });
  return {
    async get(key) {
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const read = await slower.get(key);
      if (read !== undefined) remembered.set(key, read);
      return read;
    },
    set(key, output) {
      remembered.set(key, output);
      slower.set(key, output);
    },
  };
}

/** Answers about how many bytes an output takes: its text, and the names of its objects. */
function sizeOf({ yaml, objects, placeholders = [] }: LeafOutput): number {
  return 2 * yaml.length + 256 * (objects.length + placeholders.length) + 256;
}
