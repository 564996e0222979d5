import { describe, expect, it } from 'vitest';
import {
  codeBlockText,
  codeText,
  detailsId,
  detailsText,
  markdownText,
  terminalText,
  titleText,
} from '../../../src/untrusted-text.ts';

/** Shows the mark that nobody sees. */
const seen = (text: string) => text.replaceAll('\u200b', '·');

describe('A text from outside, on a terminal', () => {
  it.each([
    ['\u001b[31m red\u001b[0m\u0007', '\\u001b[31m red\\u001b[0m\\u0007'],
    ['\u009b31m red', '\\u009b31m red'],
    ['safe\u202egnp.exe', 'safe\\u202egnp.exe'],
    ['half \ud800 a character', 'half \\ud800 a character'],
    ['hidden \u{e0041}', 'hidden \\udb40\\udc41'],
    ['over\rwritten', 'over\\u000dwritten'],
    ['two\r\nlines\tand a tab', 'two\nlines\tand a tab'],
    ['Café 🚢 µ', 'Café 🚢 µ'],
  ])('%j is shown as %j', (text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });

  it('is the same JSON as before', () => {
    const value = { text: '\u202e\u0085\u{e0041} \ud800' };
    expect(JSON.parse(terminalText(JSON.stringify(value)))).toEqual(value);
  });
});

describe('A text from outside, in a title or a commit message', () => {
  it.each([
    ['Fix @team', 'Fix @·team'],
    ['fixes #12, closes acme/x#7, fixes GH-12', 'fixes #·12, closes acme/x#·7, fixes GH·-12'],
    ['closes https://github.com/acme/x/issues/1', 'closes https:·//github.com/acme/x/issues/1'],
    ['see www.example.invalid and !12', 'see www·.example.invalid and !·12'],
    ['[skip ci] [ci skip] [no ci] [skip actions] [CI-SKIP]', '(skip ci) (ci skip) (no ci) (skip actions) (CI-SKIP)'],
    ['[skip azurepipelines] ***NO_CI*** skip-checks: true', '(skip azurepipelines) ***NO·_CI*** skip·-checks: true'],
    ['x] [skip ci', 'x] [skip· ci'],
    ['Actions skip drafts: no CI skip', 'Actions· skip drafts: no· CI· skip'],
    ['Co-authored-by: Mallory <m@x>', 'Co-authored-by·: Mallory <m@·x>'],
    ['one\n\nMain: 0000\nskip-checks:true', 'one Main: 0000 skip·-checks:true'],
    ['\u001b[31m red\u202e', '[31m red'],
    ['see [[Home]] and [[a|https://x]]', 'see [·[Home]] and [·[a|https:·//x]]'],
    ['feat(lane): raise the limits [2/3]', 'feat(lane): raise the limits [2/3]'],
    ['50% # of pods @ night!', '50% # of pods @ night!'],
  ])('%j is %j', (text, shown) => {
    expect(seen(titleText(text))).toBe(shown);
  });
});

describe("A text from outside, in a request's body", () => {
  it.each([
    [
      'Foo**\n\n## APPROVED by @team <img src=x> [click](http://x)',
      'Foo\\*\\* ## APPROVED by @·team \\<img src=x\\> \\[click\\](http:·//x)',
    ],
    ['# heading', '\\# heading'],
    ['- a list', '\\- a list'],
    ['1. a list', '1\\. a list'],
    ['> quoted', '\\> quoted'],
    ['&lt;b&gt; | a `code` ~~no~~', '\\&lt;b\\&gt; \\| a \\`code\\` \\~\\~no\\~\\~'],
  ])('%j is %j', (text, shown) => {
    expect(seen(markdownText(text))).toBe(shown);
  });

  it.each([
    ['apps/shop', '`apps/shop`'],
    ['a`b', '`` a`b ``'],
    ['``', '``` `` ```'],
    ['', '`  `'],
    ['two\n\nlines @team', '`two lines @·team`'],
  ])('as code, %j is %j', (text, shown) => {
    expect(seen(codeText(text))).toBe(shown);
  });
});

describe('Lines from outside, in a block of code', () => {
  it('keep their indentation, and ask nothing of a forge', () => {
    const lines = ['  - @ann\r\n  b', '\ta\u001b[31m\u202e [skip ci] #1', 'half \ud800'];
    expect(seen(codeBlockText(lines, 'diff'))).toBe('```diff\n  - @·ann   b\n\ta[31m (skip ci) #·1\nhalf \n```');
  });

  it('do not end it, whatever backticks they have', () => {
    expect(codeBlockText(['```', 'a ````'])).toBe('`````\n```\na ````\n`````');
  });

  it('may have hundreds of thousands of backticks, as a word may', () => {
    const ticks = 'a`'.repeat(200_000);
    expect(codeBlockText([ticks])).toBe(`\`\`\`\n${ticks}\n\`\`\``);
    expect(codeText(ticks)).toBe(`\`\` ${ticks} \`\``);
  });
});

describe('A text from outside, in the Temporal UI', () => {
  it('is on one line, and no markup; what it refers to stays', () => {
    expect(detailsText('~~no~~ &#x202e;')).toBe('\\~\\~no\\~\\~ \\&#x202e;');
    expect(detailsId('promote/github.com/acme/a_b/1', '`')).toBe('`promote/github.com/acme/a_b/1`');
    expect(detailsId('`a` b', '`')).toBe('\\`a\\` b');
    expect(detailsText('#3 of https://forge.test/x\nis *late* | <b>\u202e')).toBe(
      '#3 of https://forge.test/x is \\*late\\* \\| \\<b\\>',
    );
  });
});

it('a title may have any length and any form', () => {
  expect(titleText(`[${'skip'.repeat(100_000)}`)).toHaveLength(400_001);
  expect(titleText('[skip ci] [Skip-it] [a no b] [know] [cicada]')).toBe(
    '(skip ci) (Skip-it) (a no b) [know] [cicada]',
  );
});
