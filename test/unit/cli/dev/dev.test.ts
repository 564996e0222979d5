import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { findRepositories } from '../../../../demo/sandbox/repositories.ts';
import { startChild } from '../../../../src/cli/dev/child.ts';
import { closeAll, isSamePlace } from '../../../../src/cli/dev/dev.ts';
import { asOwnFailure, findSandboxEntry } from '../../../../src/cli/dev/sandbox.ts';
import { stateDirectory, withDevState } from '../../../../src/cli/dev/state.ts';
import { startTemporal } from '../../../../src/cli/dev/temporal.ts';
import { exportLines, introduction } from '../../../../src/cli/dev/words.ts';
import { Failure } from '../../../../src/failure.ts';
import { findOnPath } from '../../../../src/programs/executable.ts';
import { createTestRepository, temporaryDirectory } from '../../../support/git.ts';
import { fairlead } from '../test-io.ts';

const { path: directory, remove } = temporaryDirectory('dev');
const processes: ChildProcess[] = [];

afterEach(() => {
  for (const each of processes.splice(0)) each.kill();
  remove();
});

const io = (env: NodeJS.ProcessEnv) => ({ env, cwd: '/work' }) as Parameters<typeof stateDirectory>[1];

describe('what `worker --dev` keeps', () => {
  test.each([
    ['here', { HOME: '/home/ada' }, '/work/here'],
    [undefined, { HOME: '/home/ada', XDG_STATE_HOME: '/state' }, '/state/fairlead/dev'],
    [undefined, { HOME: '/home/ada', XDG_STATE_HOME: 'relative' }, '/home/ada/.local/state/fairlead/dev'],
    [undefined, { HOME: '/home/ada' }, '/home/ada/.local/state/fairlead/dev'],
  ])('lies, for --state %s and %j, in %s', (named, env, expected) => {
    expect(stateDirectory(named, io(env))).toBe(expected);
  });

  test('is there again, and nobody else may read it', async () => {
    const state = join(directory, 'state');
    await withDevState(state, async ({ remember }) => {
      await remember({ forgePort: 7480 });
      await remember({ uiPort: 8233 });
    });
    await withDevState(state, async ({ memory }) => expect(memory).toEqual({ forgePort: 7480, uiPort: 8233 }));
    expect(statSync(state).mode & 0o777).toBe(0o700);
  });

  test.each([
    [['/try'], ['/try'], true],
    [['/try'], ['/try/shop', '/try/shop-gitops'], true],
    [['/try/shop', '/try/shop-gitops'], ['/try/'], true],
    [['/try'], ['/try-again'], false],
    [['/try/shop'], ['/again/shop'], false],
  ])('of a try in %j is for one in %j: %s', (before, now, expected) => {
    expect(isSamePlace(before, now)).toBe(expected);
  });

  test('is used by one at a time', async () => {
    const state = join(directory, 'state');
    await withDevState(state, async () => {
      const second = withDevState(state, async () => undefined);
      await expect(second).rejects.toThrow(`Process ${process.pid} of another \`worker --dev\` uses ${state}.`);
    });
  });

  test('is not used beside the database server of a run that was killed', async () => {
    const state = join(directory, 'state');
    const left = spawn('bash', ['-c', 'exec -a "temporal server start-dev" sleep 60']);
    const other = spawn('sleep', ['60']);
    processes.push(left, other);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const remember = (child: ChildProcess) =>
      withDevState(state, (one) => one.remember({ processes: [child.pid ?? 0] }));
    await remember(other);
    await remember(left);
    await expect(remember(left)).rejects.toThrow(`End it (kill ${left.pid})`);
  });
});

describe('what `worker --dev` says', () => {
  test('the variables can be copied into a shell, whatever is in them', () => {
    expect(exportLines({ A: '127.0.0.1:7233', B: "it's $HOME", C: undefined })).toEqual([
      'export A=127.0.0.1:7233',
      `export B='it'\\''s $HOME'`,
      'unset C',
    ]);
  });

  test('it names where to look, what to copy, what to do next and what to use later', () => {
    const sources = [{ directory: '/srv/shop', url: 'http://127.0.0.1:7480/local/shop' }];
    const lines = introduction(
      {
        temporal: { uiUrl: 'http://127.0.0.1:8233' },
        sandbox: { url: 'http://127.0.0.1:7480', sources },
        env: { A: 'b' },
      },
      { file: (name) => `/state/${name}` },
    ).join('\n');
    for (const words of ['http://127.0.0.1:8233', '/local/shop is /srv/shop', '  export A=b', '. /state/env'])
      expect(lines).toContain(words);
    expect(lines).toContain('fairlead promote --commit main');
    expect(lines).toContain('docs/deployment.md');
  });

  test('it says that a forge is missing, and what plays one, only where that is so', () => {
    const running = { temporal: { uiUrl: 'http://127.0.0.1:8233' }, sandbox: undefined, env: {} };
    const lines = (withoutForge: boolean) =>
      introduction({ ...running, withoutForge }, { file: (name) => `/state/${name}` }).join('\n');
    expect(lines(true)).toContain('--sandbox DIR plays one');
    expect(lines(false)).not.toContain('--sandbox');
  });

  test.each([['--sandbox'], ['--state', '/tmp/x']])('%s without --dev is bad input', async (...args) => {
    const { code, err } = await fairlead(['worker', ...args]);
    expect(code).toBe(2);
    expect(err).toContain('fairlead worker --dev');
  });
});

describe('what the sandbox serves', () => {
  test('a directory that is a repository, and otherwise those right below it', async () => {
    createTestRepository(join(directory, 'all', 'gitops.git'));
    mkdirSync(join(directory, 'all', 'notes'));
    const found = await findRepositories([join(directory, 'all')]);
    expect(found).toEqual([
      {
        name: 'gitops',
        directory: join(directory, 'all', 'gitops.git'),
        gitDirectory: join(directory, 'all', 'gitops.git'),
      },
    ]);
    expect(await findRepositories([join(directory, 'all', 'gitops.git')])).toEqual(found);
  });

  test('nothing that is not there, and no two of one name', async () => {
    createTestRepository(join(directory, 'one', 'shop.git'));
    createTestRepository(join(directory, 'two', 'shop.git'));
    mkdirSync(join(directory, 'empty'));
    await expect(findRepositories([join(directory, 'empty')])).rejects.toThrow('There is no git repository in');
    await expect(findRepositories([join(directory, 'gone')])).rejects.toThrow('is no directory');
    const both = findRepositories([join(directory, 'one'), join(directory, 'two')]);
    await expect(both).rejects.toThrow('would both be called shop');
  });
});

test('all is closed, the last first, also where one of it cannot be', async () => {
  const closed: string[] = [];
  const close = (name: string) => async () => void closed.push(name);
  const broken = () => Promise.reject(new Error('stuck'));
  await expect(closeAll([close('Temporal'), broken, close('worker')])).rejects.toThrow('stuck');
  expect(closed).toEqual(['worker', 'Temporal']);
});

describe('what ends by itself', () => {
  test('is told with the last that it has written', async () => {
    mkdirSync(directory, { recursive: true });
    const logFile = join(directory, 'log');
    const command = ['sh', '-c', 'echo starting; echo "Install it with: npm"; exit 3'];
    const { ended } = startChild({ name: 'The worker', command, env: process.env, logFile });
    await expect(ended).rejects.toThrow(
      `The worker ended by itself (exit 3). Its log ${logFile} ends with:\nInstall it with: npm`,
    );
    await expect(ended).rejects.toMatchObject({ type: 'Unavailable' });
  });

  test('a failure of the sandbox, whose class is another one, is one of ours', () => {
    const theirs = Object.assign(new Error('The port is taken.'), { name: 'Refused' });
    expect(asOwnFailure(theirs)).toMatchObject({ type: 'Refused', message: 'The port is taken.' });
    expect(asOwnFailure(theirs)).toBeInstanceOf(Failure);
    const defect = new TypeError('x is undefined');
    expect(asOwnFailure(defect)).toBe(defect);
  });
});

test("Temporal's server is told of a user where the machine does not know who calls, as in a container", async () => {
  const program = join(directory, 'server');
  const logFile = join(directory, 'server.log');
  mkdirSync(directory, { recursive: true });
  writeFileSync(program, '#!/bin/sh\necho "for $USER"\nexit 1\n', { mode: 0o755 });
  for (const [user, expected] of [
    [undefined, 'for fairlead\n'],
    ['ada', 'for ada\n'],
  ] as const) {
    vi.stubEnv('USER', user);
    await expect(startTemporal({ program, logFile })).rejects.toThrow('ended by itself');
    expect(readFileSync(logFile, 'utf8')).toContain(expected);
  }
  vi.unstubAllEnvs();
});

test('a repository of another user is named, and not called none', async () => {
  const shop = createTestRepository(join(directory, 'shop.git'));
  // git's own way to try that it belongs to somebody else.
  const real = await findOnPath(['git'], process.env);
  writeFileSync(join(directory, 'git'), `#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec ${real} "$@"\n`, {
    mode: 0o755,
  });
  vi.stubEnv('PATH', `${directory}:${process.env.PATH}`);
  const found = findRepositories([shop.path]).finally(() => vi.unstubAllEnvs());
  await expect(found).rejects.toThrow(`git refuses ${shop.path}, because it belongs to another user.`);
});

describe('the sandbox', () => {
  const checkout = pathToFileURL(join(directory, 'checkout/main.ts'));
  const find = () =>
    findSandboxEntry({ places: [pathToFileURL(join(directory, 'package.json'))], version: '1.2.3', checkout });

  /** Installs its package as npm does. */
  function install(version: string): URL {
    const place = join(directory, 'node_modules/@fairlead/sandbox');
    mkdirSync(place, { recursive: true });
    const exports = { '.': './sandbox.js', './package.json': './package.json' };
    writeFileSync(join(place, 'package.json'), JSON.stringify({ version, exports }));
    writeFileSync(join(place, 'sandbox.js'), '');
    return pathToFileURL(join(place, 'sandbox.js'));
  }

  test('is its package, before what lies in a checkout', async () => {
    mkdirSync(join(directory, 'checkout'), { recursive: true });
    writeFileSync(checkout, '');
    expect(await find()).toEqual(checkout);
    const installed = install('1.2.3');
    expect(await find()).toEqual(installed);
  });

  test('that is not installed, or is of another version, is asked for with the one command that installs it', async () => {
    await expect(find()).rejects.toMatchObject({
      type: 'InvalidConfig',
      message:
        'The sandbox is a package of its own, and is not installed. Install it: `npm install -g @fairlead/sandbox@1.2.3`.',
    });
    install('1.2.2');
    await expect(find()).rejects.toThrow(/version 1\.2\.2.*`npm install -g @fairlead\/sandbox@1\.2\.3`\.$/);
  });
});
