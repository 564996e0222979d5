import { LRUCache } from 'lru-cache';
import { type Packed, pack, packedBytes, unpack } from './packing.ts';

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
    const shared = pack(value).then((packed) => ({ id, packed }));
    known.set(value, shared);
    return shared;
  };
}

/** What a process keeps of it, in packed bytes: unpacked, it takes some four times as much. */
const mostBytes = 48 * 1024 * 1024;

/** Makes a function that asks for shared data and unpacks it, and remembers what it unpacked last. */
export function createSharedReader(): (id: number, ask: (id: number) => Packed) => unknown {
  const known = new LRUCache<number, { readonly value: unknown; readonly bytes: number }>({
    maxSize: mostBytes,
    sizeCalculation: ({ bytes }) => bytes + 1,
  });
  return (id, ask) => {
    const before = known.get(id);
    if (before !== undefined) return before.value;
    const packed = ask(id);
    const value = unpack(packed);
    known.set(id, { value, bytes: packedBytes(packed) });
    return value;
  };
}
