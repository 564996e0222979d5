import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureVendorProgram } from '../../../src/vendor/find-program.ts';
import { git } from '../../support/git.ts';
import { type ChartServer, startChartServer } from '../../support/servers/chart-server.ts';
import { environmentFile } from '../cli/platform-repository.ts';
import { type WorkTree, workTree } from './platform.ts';

let server: ChartServer;
let main: WorkTree;

beforeAll(async () => {
  await ensureVendorProgram();
  server = await startChartServer();
}, 600_000);
afterAll(() => server.close());
beforeEach(() => {
  main = workTree();
  server.publish('hello', '1.0.0');
});
afterEach(() => main.remove());

const kustomization = 'infra/mon/kustomization.yaml';

function helmCharts(...lines: readonly string[]): void {
  main.write(kustomization, `namespace: monitoring\nhelmCharts:\n${lines.map((line) => `- ${line}\n`).join('')}`);
}

/** Commits main, with an environment that assigns the base. */
function platform(): void {
  main.write(
    'fairlead.yaml',
    'apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: https://github.com/acme/gitops }\nstages: [dev]\n',
  );
  main.commit();
  git(main.path, ['switch', '--quiet', '--orphan', 'dev']);
  main.write('fairlead.yaml', environmentFile('clusters: [{ name: one, group: west }]'));
  main.write('west/infra/mon/.gitkeep', '');
  main.commit();
  git(main.path, ['switch', '--quiet', 'main']);
}

test('a kustomization with helmCharts is refused with the lines that replace it', async () => {
  helmCharts(
    `{ name: hello, repo: "${server.repository}", version: 1.0.0, releaseName: greeter, valuesInline: { a: 1 }, skipHooks: true }`,
    '{ name: two, repo: "oci://example.com/charts", version: "2.10", namespace: other, includeCRDs: true, apiVersions: [a/v1] }',
  );
  platform();
  const { code, err } = await main.run('validate');
  expect(code).toBe(2);
  expect(err).toMatch(/infra\/mon\/kustomization\.yaml, line 3: helmCharts fetches charts and runs helm/);
  expect(err).toContain('`fairlead vendor --helm-charts infra/mon`');
  expect(err).toContain(
    [
      'infra/mon/greeter/helm.yaml:',
      `  chart: ${server.repository}/hello`,
      '  version: "1.0.0"',
      '  namespace: monitoring',
      '  includeCRDs: false',
      '  hooks: drop',
      'Its values (valuesInline) move to values.yaml of the leaves.',
      'infra/mon/two/helm.yaml:',
      '  chart: oci://example.com/charts/two',
      '  version: "2.10"',
      '  namespace: other',
      '  apiVersions:',
      '    - a/v1',
    ].join('\n'),
  );
});

test('vendor writes these files, and fetches the charts', async () => {
  helmCharts(`{ name: hello, repo: "${server.repository}", version: 1.0.0, valuesFile: values.yaml }`);
  const { code, out } = await main.run('vendor', '--helm-charts', 'infra/mon');
  expect(code).toBe(0);
  expect(out).toContain(
    'infra/mon/hello: remove hello from infra/mon/kustomization.yaml, and assign this base in each group.',
  );
  expect(out).toContain('Its values (valuesFile) move to values.yaml of the leaves.');
  expect(main.read('infra/mon/hello/helm.yaml')).toBe(
    `chart: ${server.repository}/hello\nversion: "1.0.0"\nnamespace: monitoring\nincludeCRDs: false\n`,
  );
  expect(main.exists('infra/mon/hello/Chart.yaml')).toBe(true);
  expect(await main.run('vendor', '--check')).toMatchObject({ code: 0 });
  expect(await main.run('vendor', '--helm-charts')).toMatchObject({ code: 0 });
});

test.each([
  ['stands in the kustomization', (text: string) => ({ generator: `|-\n${text.replace(/^/gm, '  ')}` })],
  ['is a file', (text: string) => ({ generator: 'chart.yaml', files: { 'infra/mon/chart.yaml': text } })],
])(
  'a generator that renders a chart and %s is refused with the lines that replace it, which vendor writes',
  async (_where, put) => {
    const { generator, files = {} }: { generator: string; files?: Record<string, string> } = put(
      `apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: { name: mon }\nname: hello\nrepo: "${server.repository}"\nversion: 1.0.0\nnamespace: other\n`,
    );
    main.write(kustomization, `generators:\n- ${generator}\n`);
    for (const [path, text] of Object.entries(files)) main.write(path, text);
    platform();
    const { code, err } = await main.run('validate');
    expect(code).toBe(2);
    expect(err).toMatch(/HelmChartInflationGenerator fetches charts and runs helm, which rendering does not\./);
    expect(err).toContain('`fairlead vendor --helm-charts infra/mon`');
    const wanted = `chart: ${server.repository}/hello\nversion: "1.0.0"\nnamespace: other\nincludeCRDs: false\n`;
    expect(err).toContain(`infra/mon/hello/helm.yaml:\n${wanted.trimEnd().replace(/^/gm, '  ')}`);
    expect(await main.run('vendor', '--helm-charts', 'infra/mon')).toMatchObject({ code: 0 });
    expect(main.read('infra/mon/hello/helm.yaml')).toBe(wanted);
    expect(main.exists('infra/mon/hello/Chart.yaml')).toBe(true);
  },
);

test('nothing is written where a chart cannot be fetched, or a file says something else', async () => {
  helmCharts(`{ name: none, repo: "${server.repository}", version: 1.0.0 }`);
  main.commit();
  expect(await main.run('vendor', '--helm-charts')).toMatchObject({
    code: 2,
    err: expect.stringContaining('infra/mon/none/helm.yaml: '),
  });
  main.write('infra/mon/none/helm.yaml', 'hooks: keep\n');
  main.commit();
  expect(await main.run('vendor', '--helm-charts')).toMatchObject({
    code: 2,
    err: expect.stringContaining('infra/mon/none/helm.yaml is there already'),
  });
  expect(main.changes()).toEqual([]);
});
