import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ensureVendorProgram } from '../../../src/vendor/find-program.ts';
import { type ChartServer, chartFiles, startChartServer } from '../../support/servers/chart-server.ts';
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
});
afterEach(() => main.remove());

const base = 'infra/hello';
const wholeChart = ['.helmignore', 'Chart.yaml', 'helm.yaml', 'templates/config.yaml', 'values.yaml', 'vendor.lock'];

function names(source: string, version: string, more = ''): void {
  main.write(`${base}/helm.yaml`, `chart: ${source}/hello\nversion: "${version}"\n${more}`);
}

test.each(['repository', 'registry'] as const)(
  'the chart that a base names is fetched from a %s, recorded, and the same again',
  async (kind) => {
    server.publish('hello', '1.0.0');
    names(server[kind], '1.0.0');
    const first = await main.run('vendor', base);
    expect(first).toMatchObject({ code: 0 });
    expect(first.out).toMatch(/^infra\/hello: \S+\/hello 1\.0\.0, sha256:[0-9a-f]{64}: 5 files written, 0 removed\n$/);
    expect(main.list(base)).toEqual(wholeChart);
    expect(main.read(`${base}/vendor.lock`)).toMatch(
      new RegExp(
        `^# Written by .*\nchart:\n {2}source: ${server[kind]}/hello\n {2}version: 1\\.0\\.0\n {2}digest: sha256:[0-9a-f]{64}\n {2}content: sha256:[0-9a-f]{64}\n$`,
      ),
    );
    main.commit();
    const again = await main.run('vendor', '--json');
    expect(JSON.parse(again.out)).toMatchObject({ bases: [{ path: base, written: 0, removed: 0 }], ignored: [] });
    expect(main.changes()).toEqual([]);
    expect(await main.run('vendor', '--check')).toMatchObject({ code: 0, out: 'As recorded: 1 base.\n' });
  },
);

test('another version takes the place of the one before, and leaves nothing of it', async () => {
  server.publish('hello', '1.0.0', chartFiles('hello', '1.0.0', { 'templates/old/gone.yaml': '' }));
  server.publish('hello', '1.1.0', chartFiles('hello', '1.1.0', { 'templates/new.yaml': '' }));
  names(server.registry, '1.0.0', 'hooks: drop\n');
  await main.run('vendor');
  main.commit();
  names(server.registry, '1.1.0', 'hooks: drop\n');
  const before = await main.run('vendor', '--check');
  expect(before).toMatchObject({ code: 2 });
  expect(before.err).toContain('infra/hello/helm.yaml: it names');
  const { out } = await main.run('vendor');
  expect(out).toMatch(/hello 1\.1\.0 \(before: \S+hello 1\.0\.0\), sha256:\w+: 4 files written, 1 removed/);
  expect(main.exists(`${base}/templates/old`)).toBe(false);
  expect(main.exists(`${base}/templates/new.yaml`)).toBe(true);
  expect(main.read(`${base}/helm.yaml`)).toContain('hooks: drop');
  expect(await main.run('vendor', '--check')).toMatchObject({ code: 0 });
});

test.each(['repository', 'registry'] as const)(
  'other content under the same version of a %s is refused until somebody accepts it',
  async (kind) => {
    server.publish('hello', '1.0.0');
    names(server[kind], '1.0.0');
    await main.run('vendor');
    main.commit();
    server.publish('hello', '1.0.0', chartFiles('hello', '1.0.0', { 'values.yaml': 'greeting: goodbye\n' }));
    const refused = await main.run('vendor');
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(
      /infra\/hello\/helm\.yaml: .* was sha256:\w{64} .* is sha256:\w{64} now: .*--accept-digest/,
    );
    expect(main.changes()).toEqual([]);
    expect(await main.run('vendor', '--accept-digest')).toMatchObject({ code: 0 });
    expect(main.read(`${base}/values.yaml`)).toBe('greeting: goodbye\n');
  },
);

test('the digest of the files can be computed by the shell, as docs/vendor.md has it', async () => {
  server.publish('hello', '1.0.0', chartFiles('hello', '1.0.0', { 'a b/ä.txt': 'x', 'Z.txt': 'y', 'a-b.txt': 'z' }));
  names(server.registry, '1.0.0');
  await main.run('vendor');
  const page = readFileSync('docs/vendor.md', 'utf8');
  const command = /^find .*sha256sum$/m.exec(page)?.[0] ?? 'false';
  const { stdout } = spawnSync('bash', ['-c', command], { cwd: join(main.path, base), encoding: 'utf8' });
  expect(main.read(`${base}/vendor.lock`)).toContain(`content: sha256:${stdout.slice(0, 64)}\n`);
  expect(stdout).toMatch(/^[0-9a-f]{64} /);
});

test('if one chart fails, none is written, and all that fail are named', async () => {
  server.publish('hello', '1.0.0');
  names(server.registry, '1.0.0');
  main.write('infra/none/helm.yaml', `chart: ${server.registry}/none\nversion: "1.0.0"\n`);
  main.write('infra/range/helm.yaml', `chart: ${server.registry}/hello\nversion: ^1.0.0\n`);
  main.commit();
  const { code, err } = await main.run('vendor');
  expect(code).toBe(2);
  expect(err).toContain(`infra/none/helm.yaml: ${server.registry}/none`);
  expect(err).toMatch(/infra\/range\/helm\.yaml: .*"\^1\.0\.0".* version: 1\.\d\.0/);
  expect(main.changes()).toEqual([]);
});

test('files of somebody else are not lost', async () => {
  server.publish('hello', '1.0.0');
  names(server.registry, '1.0.0');
  main.write(`${base}/notes.md`, 'ours');
  const refused = await main.run('vendor');
  expect(refused).toMatchObject({
    code: 2,
    err: expect.stringContaining(
      'infra/hello: the files here are not what was fetched (compared with the chart now: notes.md)',
    ),
  });
  expect(main.list(base)).toEqual(['helm.yaml', 'notes.md']);
  expect(await main.run('vendor', '--force')).toMatchObject({ code: 0 });
  expect(main.list(base)).toEqual(wholeChart);
});

test('a chart that was fetched by hand before is recorded, and one that was edited is told', async () => {
  server.publish('hello', '1.0.0');
  names(server.registry, '1.0.0');
  await main.run('vendor');
  main.write(`${base}/values.yaml`, 'greeting: edited\n');
  const checked = await main.run('vendor', '--check');
  expect(checked).toMatchObject({ code: 2, out: 'Not as recorded: 1 base.\n' });
  expect(checked.err).toContain('infra/hello: its files are not what was fetched');
  expect((await main.run('vendor')).err).toContain('values.yaml');
  main.write(`${base}/values.yaml`, 'greeting: hello\n');
  rmSync(join(main.path, base, 'vendor.lock'));
  expect((await main.run('vendor', '--check')).err).toContain('has not been fetched');
  expect(await main.run('vendor')).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 file written, 0 removed'),
  });
  expect(await main.run('vendor', '--check')).toMatchObject({ code: 0 });
});

test('what git ignores is told, because a commit would not hold it', async () => {
  server.publish('hello', '1.0.0');
  names(server.registry, '1.0.0');
  main.write('.gitignore', 'templates/\n');
  const { code, err } = await main.run('vendor');
  expect(code).toBe(0);
  expect(err).toContain('warning: git ignores infra/hello/templates/config.yaml');
  expect((await main.run('vendor', '--check')).err).toContain('are not what was fetched');
});

test('nothing is written through a symlink', async () => {
  server.publish('hello', '1.0.0');
  names(server.registry, '1.0.0');
  main.write('elsewhere/config.yaml', 'ours');
  symlinkSync(join(main.path, 'elsewhere'), join(main.path, base, 'templates'));
  const { code, err } = await main.run('vendor', '--force');
  expect(code).toBe(2);
  expect(err).toContain('symlink');
  expect(main.read('elsewhere/config.yaml')).toBe('ours');
  expect(main.exists(`${base}/Chart.yaml`)).toBe(false);
});

test('what was written before something fails is taken back', async () => {
  server.publish('hello', '1.0.0');
  names(server.registry, '1.0.0');
  main.write(`${base}/notes.md`, 'ours');
  // git lists no empty directory.
  mkdirSync(join(main.path, base, 'values.yaml'));
  main.commit();
  const { code, err } = await main.run('vendor', '--force');
  expect(code).toBe(2);
  expect(err).toContain('infra/hello/values.yaml cannot be written, so nothing was changed');
  expect(main.changes()).toEqual([]);
  expect(main.list(base)).toEqual(['helm.yaml', 'notes.md']);
});

test('a file may come in the place of a folder, and back', async () => {
  server.publish('hello', '1.0.0', chartFiles('hello', '1.0.0', { 'files/a/b.txt': 'x' }));
  server.publish('hello', '1.1.0', chartFiles('hello', '1.1.0', { 'files/a': 'y' }));
  for (const [version, file] of [
    ['1.0.0', 'files/a/b.txt'],
    ['1.1.0', 'files/a'],
    ['1.0.0', 'files/a/b.txt'],
  ] as const) {
    names(server.registry, version);
    expect(await main.run('vendor')).toMatchObject({ code: 0 });
    expect(main.list(base).filter((path) => path.startsWith('files/'))).toEqual([file]);
  }
});

test('a directory that names no chart is told', async () => {
  main.write('infra/plain/x.yaml', '');
  expect(await main.run('vendor', 'infra/plain')).toMatchObject({
    code: 2,
    err: expect.stringContaining('names a chart'),
  });
  expect(await main.run('vendor', 'nowhere')).toMatchObject({
    code: 2,
    err: expect.stringContaining('is no directory'),
  });
  expect(await main.run('vendor')).toMatchObject({ code: 0 });
  main.write(`${base}/helm.yaml`, 'chart: hello\n');
  expect((await main.run('vendor')).err).toMatch(/infra\/hello\/helm\.yaml, line 1: chart.*"hello".*oci:\/\//);
});
