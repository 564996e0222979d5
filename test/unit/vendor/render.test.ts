import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureVendorProgram } from '../../../src/vendor/find-program.ts';
import { git } from '../../support/git.ts';
import { type ChartServer, startChartServer } from '../../support/servers/chart-server.ts';
import { environmentFile, manifest } from '../cli/platform-repository.ts';
import { type WorkTree, workTree } from './platform.ts';

let server: ChartServer;
let main: WorkTree;

beforeAll(async () => {
  // Its first build takes a minute, in which no test's time passes.
  await ensureVendorProgram();
  server = await startChartServer();
}, 600_000);
afterAll(() => server.close());
beforeEach(() => {
  main = workTree();
  main.write(
    'fairlead.yaml',
    'apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: https://github.com/acme/gitops }\nstages: [dev]\n',
  );
  main.write('infra/hello/helm.yaml', `chart: ${server.registry}/hello\nversion: "1.0.0"\nnamespace: hello\n`);
});
afterEach(() => main.remove());

/** Commits main as it is, and an environment that assigns the chart. */
function commit(leaf = ''): void {
  main.commit();
  git(main.path, ['switch', '--quiet', '--orphan', 'dev']);
  main.write('fairlead.yaml', environmentFile('clusters: [{ name: one, group: west }]'));
  main.write('west/infra/hello/values.yaml', 'greeting: from the leaf\n');
  if (leaf !== '') main.write('west/infra/hello/helm.yaml', leaf);
  main.commit();
  git(main.path, ['switch', '--quiet', 'main']);
}

const render = (out: string) =>
  main.run('render', '--source', '.', '--main', 'refs/heads/main', '--environment', 'dev', '--out', out);

test('the chart is rendered as its archive would be: templates do not see what Fairlead adds', async () => {
  server.publish('hello', '1.0.0');
  await main.run('vendor');
  commit();
  expect(await render('out')).toMatchObject({ code: 0 });
  expect(main.read('out/west/infra/hello/hello.yaml')).toContain(
    '  files: "0"\n  greeting: from the leaf\n  version: 1.0.0\n',
  );
});

test('a version that was changed and not fetched is not promoted in name alone', async () => {
  server.publish('hello', '1.0.0');
  await main.run('vendor');
  main.write('infra/hello/helm.yaml', `chart: ${server.registry}/hello\nversion: "1.1.0"\nnamespace: hello\n`);
  commit();
  const { code, err } = await render('out');
  expect(code).toBe(2);
  expect(err).toMatch(
    /infra\/hello\/helm\.yaml: chart: it names \S+ 1\.1\.0, and vendor\.lock says that \S+ 1\.0\.0 was fetched\. Run `fairlead vendor infra\/hello`/,
  );
});

test('the chart is named on main alone', async () => {
  server.publish('hello', '1.0.0');
  await main.run('vendor');
  commit('version: "1.1.0"\n');
  expect(await render('out')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/west\/infra\/hello\/helm\.yaml: version: .*beside the chart on main/),
  });
});

test('an assignment of a chart that was not fetched says what to do', async () => {
  main.write('infra/other/namespace.yaml', manifest('Namespace', 'other'));
  commit();
  expect(await render('out')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/infra\/hello.*has not been fetched.*`fairlead vendor infra\/hello`/),
  });
});
