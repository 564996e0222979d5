import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { createLaunchedGit } from '../../../../src/git/launcher/launched-git.ts';
import { GitTimeout } from '../../../../src/git/process/process.ts';
import { gitTestEnvironment } from '../../../support/git.ts';

const git = createLaunchedGit();
afterAll(() => git.close());

const { run } = git;
const env = { PATH: process.env.PATH ?? '', HOME: gitTestEnvironment.HOME ?? '/' };
const waiting = { args: ['-c', 'alias.wait=!sleep 600', 'wait'], env, limitMs: 600_000 };
/** Answers the id of the process that starts git. */
const launcherOf = async (asked = git) => {
  const { stdout } = await asked.run({
    ...waiting,
    args: ['-c', 'alias.who=!ps -o ppid= -p $PPID', 'who'],
  });
  return Number(stdout.toString('utf8'));
};

test('Git started by a small process answers with its bytes, its words and its exit code', async () => {
  const hashed = await run({ args: ['hash-object', '--stdin'], env, input: Buffer.from([0xff, 0]), limitMs: 60_000 });
  expect(hashed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(hashed.stdout.toString('utf8')).toMatch(/^[0-9a-f]{40}\n$/);
  const failed = await run({ args: ['no-such-command'], env, limitMs: 60_000 });
  expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no-such-command') });
});

test('Git started by a small process is ended with the step that began it, and says why', async () => {
  const step = new AbortController();
  const ended = expect(run({ ...waiting, signal: step.signal })).rejects.toThrow('nobody waits');
  step.abort(new Error('nobody waits'));
  await ended;
  await expect(run({ ...waiting, signal: step.signal })).rejects.toThrow('nobody waits');
});

test('Git started by a small process has its limits of time and of bytes', async () => {
  await expect(run({ ...waiting, limitMs: 100 })).rejects.toBeInstanceOf(GitTimeout);
  const flood = run({ args: ['version'], env, limitMs: 60_000, mostBytes: 3 });
  await expect(flood).rejects.toMatchObject({ name: 'GitFlood', mostBytes: 3 });
});

test('A git that cannot be started says so with the code of the system', async () => {
  const started = run({ args: ['version'], env: { ...env, PATH: '/nowhere' }, limitMs: 60_000 });
  await expect(started).rejects.toMatchObject({ code: 'ENOENT' });
});

test('A launcher that is killed fails what it ran as something that passes, and is replaced', async () => {
  const launcher = await launcherOf();
  expect(await launcherOf()).toBe(launcher);
  const interrupted = expect(run(waiting)).rejects.toMatchObject({
    type: 'Unavailable',
    retryable: true,
    message: expect.stringContaining('SIGKILL'),
  });
  process.kill(launcher, 'SIGKILL');
  await interrupted;
  expect(await launcherOf()).not.toBe(launcher);
});

test('What stops the worker leaves its launcher alone, which ends with it', async () => {
  const other = createLaunchedGit();
  const launcher = await launcherOf(other);
  process.kill(launcher, 'SIGTERM');
  process.kill(launcher, 'SIGINT');
  expect(await launcherOf(other)).toBe(launcher);
  other.close();
  await expect.poll(async () => (await execa('ps', ['-p', `${launcher}`], { reject: false })).exitCode).toBe(1);
});
