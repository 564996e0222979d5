import { expect, test } from 'vitest';
import type { DiffReport, EnvironmentDiff } from '../../../../src/cli/diff/report.ts';
import { jsonReport } from '../../../../src/cli/diff/view/json.ts';
import { markdownComment } from '../../../../src/cli/diff/view/markdown.ts';
import { textLines } from '../../../../src/cli/diff/view/text.ts';
import { compareManifests } from '../../../../src/diff/compare.ts';

const objects = 3_000;
const fields = 100;

/** An environment in which very much changes. */
function large(environment: string): EnvironmentDiff {
  const manifests = (value: string) =>
    Array.from({ length: objects }, (_, index) => {
      const data = Array.from({ length: index === 0 ? fields : 1 }, (__, key) => `  key${key}: ${value}\n`).join('');
      const long = index === 1 ? `  long: ${value.repeat(100_000)}\n` : '';
      const lines = index === 2 ? `  lines: |\n${`    ${value}\n`.repeat(400)}` : '';
      return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map-${String(index).padStart(5, '0')}\ndata:\n${data}${long}${lines}`;
    }).join('---\n');
  const files = (value: string) => new Map([['west', new Map([['apps/a/a.yaml', manifests(value)]])]]);
  const side = { kind: 'rendered', environment, main: { commit: 'a'.repeat(40) }, config: { checkout: true } } as const;
  return {
    environment,
    before: side,
    after: side,
    difference: compareManifests(files('x'), files('y')),
    clusters: new Map([['west', ['one', 'two']]]),
    waiting: Array.from({ length: 1_000 }, (_, index) => ({ group: 'west', path: `apps/${index}` })),
    warnings: [],
  };
}

const report: DiffReport = {
  source: 'https://github.com/acme/platform',
  environments: ['dev', 'qa', 'prod'].map(large),
  remarks: [],
};

test('a terminal is not flooded, and is told how much more there is', () => {
  const lines = [...textLines(report)];
  expect(lines.length).toBeLessThan(3 * 1_300);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(500);
  expect(lines).toContain('  and 2500 more objects: --format json has all');
  expect(lines).toContain('      and 60 more fields');
  expect(lines).toContain('        and 760 more lines');
  expect(lines.find((line) => line.includes('data.long'))).toMatch(
    /^ {6}data\.long: "y*x+… \(\d+ more characters\) → "y+… \(\d+ more characters\)$/,
  );
});

test('a comment is no longer than a forge takes, and has a part of each environment', () => {
  const comment = markdownComment(report);
  expect(comment.length).toBeLessThan(65_536);
  expect(comment.match(/^### \w+: 3000 changed$/gm)).toEqual(
    ['dev', 'qa', 'prod'].map((name) => `### ${name}: 3000 changed`),
  );
  expect(comment.match(/^and \d+ more objects, too many to be listed here\.$/gm)).toHaveLength(3);
  expect(comment.match(/<details><summary>\d+ more changes/g)).toHaveLength(3);
  expect(comment.match(/<\/details>/g)).toHaveLength(comment.match(/<details>/g)?.length ?? 0);
  expect(comment).toContain('\n- and 70 more fields\n');
});

test('JSON is whole', () => {
  const { environments } = JSON.parse(JSON.stringify(jsonReport(report)));
  const [dev] = environments;
  expect(dev.changes).toHaveLength(objects);
  expect(dev.changes[0].fields).toHaveLength(fields);
  expect(dev.changes[1].fields[1].after).toBe('y'.repeat(100_000));
  expect(dev.waiting).toHaveLength(1_000);
});

test('a whole number that JSON would round is a text in it', () => {
  const manifest = (number: string) => `apiVersion: v1\nkind: Thing\nmetadata:\n  name: a\nspec: { n: ${number} }\n`;
  const files = (number: string) => new Map([['west', new Map([['apps/a/a.yaml', manifest(number)]])]]);
  const difference = compareManifests(files('9007199254740993'), files('9007199254740995'));
  const [diff] = report.environments;
  const json = JSON.stringify(jsonReport({ ...report, environments: [{ ...(diff as EnvironmentDiff), difference }] }));
  expect(json).toContain('"before":"9007199254740993","after":"9007199254740995"');
});
