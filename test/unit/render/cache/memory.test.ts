import { describe, expect, it } from 'vitest';
import { createMemoryCache } from '../../../../src/render/cache/memory.ts';
import type { LeafOutput } from '../../../../src/render/types.ts';

/** A cache that remembers everything, and counts what it is asked. */
function slowCache() {
  const kept = new Map<string, LeafOutput>();
  const asked: string[] = [];
  return {
    kept,
    asked,
    cache: {
      get: async (key: string) => {
        asked.push(key);
        return kept.get(key);
      },
      set: (key: string, output: LeafOutput) => void kept.set(key, output),
    },
  };
}

const output = (yaml: string): LeafOutput => ({ yaml, objects: [] });

describe('outputs of leaves in memory', () => {
  it('are asked of the slower cache once, and what was rendered never', async () => {
    const { kept, asked, cache } = slowCache();
    const memory = createMemoryCache(cache);
    kept.set('read', output('one'));
    memory.set('rendered', output('two'));
    expect(kept.get('rendered')).toEqual(output('two'));
    for (const _ of [1, 2]) {
      expect(await memory.get('read')).toEqual(output('one'));
      expect(await memory.get('rendered')).toEqual(output('two'));
    }
    expect(asked).toEqual(['read']);
  });

  it('that nobody has are asked for each time', async () => {
    const { kept, asked, cache } = slowCache();
    const memory = createMemoryCache(cache);
    expect(await memory.get('new')).toBeUndefined();
    kept.set('new', output('one'));
    expect(await memory.get('new')).toEqual(output('one'));
    expect(asked).toEqual(['new', 'new']);
  });

  it('take no more than they may: those that were not used for longest go, and large ones are not kept', async () => {
    const { asked, cache } = slowCache();
    const memory = createMemoryCache(cache, 10_000);
    for (const key of ['a', 'b', 'c']) memory.set(key, output('x'.repeat(1_000)));
    await memory.get('a');
    for (const key of ['d', 'e']) memory.set(key, output('x'.repeat(1_000)));
    memory.set('large', output('x'.repeat(600_000)));
    for (const key of ['a', 'd', 'e', 'b', 'large']) expect((await memory.get(key))?.yaml).toMatch(/^x+$/);
    expect(asked).toEqual(['b', 'large']);
  });
});
