import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonExcess } from '../../../src/text/json-bounds.ts';

const wide = { levels: 1_000, values: 1_000_000 };
const excess = (json: string, bounds: Partial<typeof wide>) => jsonExcess(Buffer.from(json), { ...wide, ...bounds });

describe('A JSON text from outside', () => {
  it('has no more values than it may, and no more levels', () => {
    expect(excess(`[${'{},'.repeat(99)}{}]`, { values: 200 })).toBeUndefined();
    expect(excess(`[${'{},'.repeat(199)}{}]`, { values: 200 })).toBe('more than 200 values');
    expect(excess(`${'['.repeat(20)}${']'.repeat(20)}`, { levels: 20 })).toBeUndefined();
    expect(excess(`${'['.repeat(21)}`, { levels: 20 })).toBe('more than 20 levels of lists and objects');
    expect(excess('[1],'.repeat(100), { levels: 1 })).toBeUndefined();
  });

  it('may have any text in a string, escapes at its end included', () => {
    for (const text of ['[{,'.repeat(50), '"', '\\', '\\"', '\\\\', 'é"\\"[', '\ud83d'])
      expect(excess(JSON.stringify([text, text]), { values: 3, levels: 1 })).toBeUndefined();
    expect(excess('"\\\\",'.repeat(9), { values: 8 })).toBe('more than 8 values');
  });

  it('is never counted too low', () => {
    const count = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? Object.values(value).reduce((sum: number, each) => sum + count(each), 0) + 1
        : 1;
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const values = count(value) - 1;
        expect(excess(JSON.stringify(value), { values: values - 1 }) !== undefined || values <= 0).toBe(true);
      }),
    );
  });
});
