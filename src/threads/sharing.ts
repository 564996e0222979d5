import { LRUCache } from 'lru-cache';
import { inSharedMemory, type Packed, pack, packedBytes, unpack } from './packing.ts';

/** Data that many tasks need, packed once. */
export interface SharedData {
  /** Tells it apart from all others of this process. */
  readonly id: number;
  readonly packed: Packed;
}

/** Makes a function that packs data once for each object, for as long as somebody has the object. */
export function createSharing(): (value: object) => Promise<SharedData> {
  const known = new WeakMap<object, Promise<SharedData>>();
  let last = 0;
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    last += 1;
    const id = last;
    const shared = pack(value).then((packed) => ({ id, packed: inSharedMemory(packed) }));
    known.set(value, shared);
    return shared;
  };
}

/** What a thread keeps of it, in packed bytes: unpacked, it takes some four times as much. */
const mostBytes = 48 * 1024 * 1024;

/** Makes a function that unpacks shared data in a thread, which remembers what it unpacked last. */
export function createSharedReader(): (shared: SharedData) => unknown {
  const known = new LRUCache<number, { readonly value: unknown; readonly bytes: number }>({
    maxSize: mostBytes,
    sizeCalculation: ({ bytes }) => bytes + 1,
  });
  return ({ id, packed }) => {
    const before = known.get(id);
    if (before !== undefined) return before.value;
    const value = unpack(packed);
    known.set(id, { value, bytes: packedBytes(packed) });
    return value;
  };
}
