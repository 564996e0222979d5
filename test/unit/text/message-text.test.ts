import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byteLength,
  depthFault,
  isFitText,
  isWellFormed,
  payloadFault,
  textLimits,
  wellFormed,
} from '../../../src/text/message-text.ts';

const half = '\ud800';
const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('A text of a message', () => {
  it('is measured in bytes as Temporal measures it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(byteLength(text)).toBe(Buffer.byteLength(text));
      }),
    );
  });

  it.each([
    ['id', 'é'.repeat(500), true],
    ['id', 'é'.repeat(501), false],
    ['id', '🚢'.repeat(250), true],
    ['id', '🚢'.repeat(251), false],
    ['name', 'x'.repeat(textLimits.name), true],
    ['name', 'x'.repeat(textLimits.name + 1), false],
    ['text', half, false],
    ['text', `${half}\udc00`, true],
  ] as const)('as %s may not be longer than its limit, nor have half a character: %s', (kind, text, fits) => {
    expect(isFitText(kind, text)).toBe(fits);
  });

  it('has no control character where it is an id, a name or an address', () => {
    const fits = (text: string) =>
      (['id', 'name', 'url', 'text', 'words'] as const).filter((kind) => isFitText(kind, text));
    expect(fits('a b')).toHaveLength(5);
    for (const text of ['a\u0000b', 'a\nb', '\u009b']) expect(fits(text)).toEqual(['text', 'words']);
  });

  it('is made well-formed by marking halves alone', () => {
    expect(wellFormed(`a${half}b🚢\udc00`)).toBe('a\ufffdb🚢\ufffd');
    expect([isWellFormed('a🚢'), isWellFormed(`a${half}`)]).toEqual([true, false]);
  });
});

describe('A payload', () => {
  it.each([
    [{ a: [{ b: half }] }, 'a text in it has half a character'],
    [{ a: { [half]: 1 } }, 'a text in it has half a character'],
    [deep(100_000), 'it has more than 64 levels of lists and objects'],
    [deep(64), undefined],
    [undefined, undefined],
    [{ a: [1, null, true, 'x'] }, undefined],
  ])('is looked through whole, however deep it is', (payload, fault) => {
    expect(payloadFault(payload)).toBe(fault);
  });

  it('that a workflow handed on to itself is asked for its depth alone', () => {
    expect([depthFault({ a: half }), depthFault(deep(65))]).toEqual([undefined, expect.stringContaining('64 levels')]);
  });
});
