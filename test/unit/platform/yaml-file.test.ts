import { expect, test } from 'vitest';
import { parsePlatform } from '../../../src/platform/platform.ts';
import { failureOf, platformHeader, platformText } from './examples.ts';

const problems = (text: string) => failureOf(() => parsePlatform(text, 'f.yaml')).message.split('\n');

test.each([
  ['an empty file', '', 'f.yaml: it is empty.'],
  ['a file of comments', '# later\n', 'f.yaml: it is empty.'],
  ['a list', '- a\n', 'f.yaml, line 1: the file is a list.'],
  ['a text', 'hello\n', 'f.yaml, line 1: the file is "hello".'],
  ['a key that stands twice', `${platformText}name: other\n`, 'line 7: not valid YAML: the same key stands twice'],
  ['a tab in the indentation', 'gitops:\n\trepository: x\n', 'line 2: not valid YAML: a tab in the indentation.'],
  ['two documents', `${platformText}---\n${platformText}`, 'line 7: not valid YAML: more than one document.'],
  ['a bracket that is not closed', 'stages: [dev\nname: x\n', 'line 2: not valid YAML:'],
  ['an alias without an anchor', 'name: *nobody\n', 'line 1: not valid YAML: the alias *nobody has no anchor'],
  ['a merge key that takes no map', '<<: 5\n', 'f.yaml: `<<` takes a map'],
  ['a merge key that takes a list of no maps', '<<: [{ a: 1 }, [2]]\n', 'f.yaml: `<<` takes a map'],
  ['an unknown tag', 'name: !secret x\n', 'line 1: not valid YAML: Unresolved tag: !secret.'],
  [
    'a file that is far too large',
    `${platformText}#${'x'.repeat(2_000_000)}`,
    'f.yaml: it has 1.9 MiB, and settings may have 1 MiB.',
  ],
])('%s is an error that says so', (_what, text, expected) => {
  expect(problems(text)[0]).toContain(expected);
});

test('several errors of syntax are told at once', () => {
  expect(problems('a: 1\na: 2\nb: 1\nb: 2\n').map((problem) => problem.slice(0, 14))).toEqual([
    'f.yaml, line 2',
    'f.yaml, line 4',
  ]);
});

test('a missing brace is told once, not for each line that it breaks', () => {
  expect(problems('apps:\n  - { name: a, group: b\n  - { name: c, group: d }\nsoak: 10m\n')).toHaveLength(1);
});

test('a YAML bomb is refused instead of expanded', () => {
  const levels = Array.from({ length: 12 }, (_, level) =>
    level === 0 ? 'a0: &a0 [x]' : `a${level}: &a${level} [${`*a${level - 1},`.repeat(9)}]`,
  );
  expect(problems(`${platformHeader}${levels.join('\n')}\n`)[0]).toContain('Write the values out');
});

test('a few aliases are welcome', () => {
  const text = `${platformHeader}source: &repository { repository: /srv/one.git }\ngitops: *repository\nstages: [dev]\n`;
  expect(parsePlatform(text, 'f.yaml').gitopsRepository).toBe('/srv/one.git');
});

test('a problem behind an alias is told at the alias', () => {
  const text = `${platformHeader}stages: [dev]\nsource: &repository { repository: nowhere }\ngitops: *repository\n`;
  expect(problems(text).map((problem) => problem.slice(0, 34))).toEqual([
    'f.yaml, line 5: source.repository ',
    'f.yaml, line 6: gitops.repository ',
  ]);
});

test('keys that JavaScript knows specially are unknown keys like any other', () => {
  expect(problems(`${platformText}__proto__: { name: x }\nconstructor: x\n`).map((text) => text.slice(0, 42))).toEqual([
    'f.yaml, line 7: unknown key "__proto__". K',
    'f.yaml, line 8: unknown key "constructor".',
  ]);
});

test('Windows line ends and a byte order mark do not matter', () => {
  expect(parsePlatform(`\uFEFF${platformText.replaceAll('\n', '\r\n')}`, 'f.yaml').name).toBe('acme');
});

test('a value that looks like a token is never repeated', () => {
  const [problem] = problems(`${platformHeader}stages: ghp_0123456789abcdef\n`);
  expect(problem).toContain('stages is "ghp_***"');
});
