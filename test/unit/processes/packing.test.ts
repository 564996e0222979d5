import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, packedBytes, unpack } from '../../../src/processes/packing.ts';
import { createSharedReader, createSharing } from '../../../src/processes/sharing.ts';
import { weightOf } from '../../../src/processes/weight.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const large = {
  list: numbers(50_000).map((id) => ({ id, name: `n${id}`, more: undefined })),
  deep: { set: new Set(numbers(50_000).map(String)), map: new Map(numbers(30_000).map((id) => [String(id), { id }])) },
  mixed: [1, numbers(30_000), 'x', new Set(numbers(30_000)), []],
  text: 'é'.repeat(3_000_000),
};

describe('Packed data', () => {
  it('is what it was', async () => {
    const data = fc.anything({ withMap: true, withSet: true, withNullPrototype: false, maxDepth: 4 });
    const isSame = async (value: unknown) => {
      expect(unpack(await pack(value))).toEqual(value);
    };
    await fc.assert(fc.asyncProperty(data, isSame));
    expect(unpack(await pack(large))).toEqual(large);
  });

  it('is made in parts, between which others go on', async () => {
    let [turns, isOver] = [0, false];
    const packing = pack(Array.from({ length: 50 }, () => large.list)).then((packed) => {
      isOver = true;
      return packed;
    });
    for (; !isOver; turns++) await setImmediate();
    expect(packedBytes(await packing)).toBeGreaterThan(50 * 50_000);
    expect(turns).toBeGreaterThan(5);
  });

  it('that is shared is packed once, and unpacked once by whoever gets it', async () => {
    const [share, readShared] = [createSharing(), createSharedReader()];
    const [one, other] = await Promise.all([share(large), share({ ...large })]);
    expect(await share(large)).toBe(one);
    expect(other.id).not.toBe(one.id);
    const asked: number[] = [];
    const read = (id: number) =>
      readShared(id, (wanted) => {
        asked.push(wanted);
        return wanted === one.id ? one.packed : other.packed;
      });
    expect(read(one.id)).toEqual(large);
    expect(read(one.id)).toBe(read(one.id));
    expect(read(other.id)).not.toBe(read(one.id));
    expect(asked).toEqual([one.id, other.id]);
  });
});

describe('The weight of data', () => {
  it('grows with its entries at all levels, and with its texts', () => {
    expect(weightOf('')).toBe(1);
    expect(weightOf({ a: [1, 2, 3], b: new Map([['x', 1]]) })).toBe(1 + 2 + 3 + 2 + 1 / 64);
    expect(weightOf('x'.repeat(64_000))).toBe(1_001);
    expect(weightOf(new Set(numbers(10)))).toBe(11);
  });

  it('is not worked out further than was asked', () => {
    const endless = new Proxy([], { get: () => () => ({ next: () => ({ done: false, value: 1 }) }) });
    expect(weightOf(endless, 1_000)).toBe(1_001);
  });
});
