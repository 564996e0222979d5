import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BODY_LIMIT, limitBody, limitTitle, sameText } from '../../../src/forge/github/text.ts';

describe("a body beyond GitHub's limit", () => {
  it('stays as it is up to the limit', () => {
    const body = 'x'.repeat(BODY_LIMIT);
    expect(limitBody(body)).toBe(body);
  });

  it('is cut at the end of a line, with a note', () => {
    const cut = limitBody('0123456789\n'.repeat(7_000));
    expect(cut.length).toBeLessThanOrEqual(BODY_LIMIT);
    expect(cut.length).toBeGreaterThan(BODY_LIMIT - 400);
    expect(cut).toMatch(/0123456789\n\n\*Cut here: GitHub takes 65,536 characters at most\.\*\n$/);
  });

  it('closes the fence and the details in which it is cut', () => {
    const cut = limitBody(
      `<details><summary>Diff</summary>\n\n\`\`\`diff\n${'+ line\n'.repeat(20_000)}\`\`\`\n</details>\n`,
    );
    expect(cut).toMatch(/\+ line\n```\n<\/details>\n\n\*Cut here/);
  });

  it('never exceeds the limit nor splits a character', () => {
    const piece = fc.constantFrom('<details>', '```\n', '\n', '😀', 'text ', '</details>\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), fc.integer({ min: 300, max: 900 }), (pieces, limit) => {
        const cut = limitBody(pieces.join(''), limit);
        expect(cut.length).toBeLessThanOrEqual(limit);
        expect(cut).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
      }),
    );
  });
});

describe('a title', () => {
  it('is cut to 256 characters', () => {
    expect(limitTitle('t'.repeat(256))).toBe('t'.repeat(256));
    expect(limitTitle('t'.repeat(300))).toBe(`${'t'.repeat(255)}…`);
  });
});

describe('the same text', () => {
  it('may have other line ends and trailing space on GitHub', () => {
    expect(sameText('a\r\nb\n', 'a\nb')).toBe(true);
    expect(sameText('a\nb', 'a\nc')).toBe(false);
  });
});
