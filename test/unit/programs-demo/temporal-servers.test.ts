import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporalTestServer } from '../../../demo/programs/temporal-test-server.ts';
import { devServerVersion, temporalDevServer } from '../../../src/programs/temporal/dev-server.ts';

describe.each([
  { find: temporalDevServer, name: 'temporal', variable: 'TEMPORAL_CLI', version: devServerVersion },
  {
    find: temporalTestServer,
    name: 'temporal-test-server',
    variable: 'TEMPORAL_TEST_SERVER',
    version: '1.38.0-2',
  },
])('$name', ({ find, name, variable, version }) => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fairlead-servers-'));
  });

  afterEach(() => rm(directory, { recursive: true, force: true }));

  const executable = async (...path: string[]) => {
    const file = join(directory, ...path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, '#!/bin/sh\n');
    await chmod(file, 0o755);
    return file;
  };

  test(`is what ${variable} names, before all others`, async () => {
    const named = await executable('named');
    const onPath = await executable('bin', name);
    expect(await find({ env: { [variable]: named, PATH: join(onPath, '..') } })).toBe(named);
  });

  test('is the one on the PATH, before one in the cache', async () => {
    const onPath = await executable('bin', name);
    await executable('cache', 'programs', name, version, name);
    expect(await find({ env: { PATH: join(onPath, '..'), FAIRLEAD_CACHE: join(directory, 'cache') } })).toBe(onPath);
  });

  test('is the one kept in the cache', async () => {
    const kept = await executable('cache', 'programs', name, version, name);
    expect(await find({ env: { PATH: '', FAIRLEAD_CACHE: join(directory, 'cache') } })).toBe(kept);
  });
});

test('The dev server is kept under the versions that its module pins', async () => {
  const module = await readFile(new URL('../../../temporal-server/go.mod', import.meta.url), 'utf8');
  const versionOf = (path: string) => new RegExp(`^\\s*${path} (v\\S+)`, 'm').exec(module)?.[1];
  const [cli, sqlite] = ['github.com/temporalio/cli', 'modernc.org/sqlite'].map(versionOf);
  expect(devServerVersion).toBe(`${cli}-sqlite-${sqlite}`);
});
