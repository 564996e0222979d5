import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureVendorProgram } from '../../../src/vendor/find-program.ts';
import { answersTo } from '../../charts/answers.ts';
import { collectCharts } from '../../charts/collect.ts';
import { chartTable } from '../../charts/table.ts';
import { tryAll } from '../../charts/try-all.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { chartFiles } from '../../support/servers/chart-server.ts';
import { manifest } from '../cli/platform-repository.ts';

let folder: ReturnType<typeof temporaryDirectory>;

beforeAll(async () => {
  await ensureVendorProgram();
}, 600_000);
beforeEach(() => {
  folder = temporaryDirectory('charts');
});
afterEach(() => folder.remove());

function write(chart: string, files: ReturnType<typeof chartFiles>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder.path, chart, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

const dependsOn = (name: string, range: string) => ({
  'Chart.yaml': `apiVersion: v2\nname: parent\nversion: 2.0.0\ndependencies: [{ name: ${name}, version: "${range}", repository: "https://example.com/charts" }]\n`,
});
const job = 'apiVersion: batch/v1\nkind: Job\nmetadata: { name: once, annotations: { helm.sh/hook: pre-install } }\n';
const secret =
  'apiVersion: v1\nkind: Secret\nmetadata: { name: random }\nstringData: { password: {{ randAlphaNum 9 }} }\n';

test('the table says of each chart what it needs, and nothing is asked of the network', async () => {
  write(
    'acme+charts/plain',
    chartFiles('plain', '1.0.0', { '.helmignore': 'templates/*.md\n', 'templates/a.md': '{{' }),
  );
  write(
    'acme+charts/parent',
    chartFiles('parent', '2.0.0', {
      ...dependsOn('child', '1.x'),
      'templates/config.yaml': manifest('ConfigMap', 'parent'),
    }),
  );
  write('acme+charts/child', chartFiles('child', '2.0.0'));
  write('other+charts/old/child', chartFiles('child', '1.4.0'));
  write('acme+charts/alone', {
    ...chartFiles('alone', '1.0.0', dependsOn('nobody', '1.x')),
    'Chart.yaml': dependsOn('nobody', '1.x')['Chart.yaml'].replace('parent', 'alone'),
  });
  write('acme+charts/hooked', chartFiles('hooked', '1.0.0', { 'templates/job.yaml': job }));
  write(
    'acme+charts/asks',
    chartFiles('asks', '1.0.0', { 'templates/x.yaml': '{{ required "name a cluster" .Values.cluster }}' }),
  );
  write(
    'acme+charts/random',
    chartFiles('random', '1.0.0', { 'templates/secret.yaml': secret, 'templates/job.yaml': job }),
  );
  write('acme+charts/library', { 'Chart.yaml': 'apiVersion: v2\nname: library\nversion: 1.0.0\ntype: library\n' });
  const table = chartTable(await tryAll(collectCharts(folder.path), () => undefined));
  expect(table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| chart'))).toEqual([
    '| alone | acme/charts | 2.0.0 | not tried: `without nobody` |  |',
    '| asks | acme/charts | 1.0.0 | values: `name a cluster` |  |',
    '| child | acme/charts | 2.0.0 | nothing | 1 |',
    '| child | other/charts | 1.4.0 | nothing | 1 |',
    '| hooked | acme/charts | 1.0.0 | hooks | 1 |',
    '| parent | acme/charts | 2.0.0 | vendor (1 dependency) | 2 |',
    '| plain | acme/charts | 1.0.0 | nothing | 1 |',
    '| random | acme/charts | 1.0.0 | hooks, unstable (1) | 2 |',
  ]);
  expect(table).toMatch(
    /^7 charts with their default values: 4 render as they are, 2 with one or two lines of\n`helm\.yaml`, 0 with more\. 1 ask for values themselves, 0 have no objects, 0 are refused\.\nOf 1 more/,
  );
});

test('what a refusal asks for is answered in its own words, once', () => {
  const refusal = [
    "dev cannot be rendered: the chart's output changes from run to run, so the same commits would not give the same files:",
    'Secret grafana, data.admin-password (grafana/templates/secret.yaml calls randAlphaNum and reads .Values.adminPassword)',
    'Deployment grafana, spec.template.metadata.annotations.rollme (grafana/templates/deployment.yaml calls randAlphaNum)',
    'Job init-x1, as a whole: its name, or whether it is there, changes',
    'Set what the chart would make up in a values.yaml, or answer in helm.yaml, for each field or object:',
    'unstable:',
  ].join('\n');
  const answers = answersTo(refusal, []);
  expect(answers.map(({ value }) => value)).toEqual([
    '{object: Secret grafana, keep: true}',
    '{object: Deployment grafana, keep: true}',
    '{object: Job init-x1, drop: true}',
  ]);
  expect(answersTo(refusal, answers)).toEqual([]);
  expect(answersTo('the chart has hooks … Set `hooks: keep` …', [])).toEqual([{ kind: 'hooks', value: 'drop' }]);
});
