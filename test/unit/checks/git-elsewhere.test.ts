import { expect, test } from 'vitest';
import * as runner from '../../../src/git/process/process.ts';
import { runElsewhere } from '../../promotions/support/git-elsewhere.ts';
import { gitTestEnvironment } from '../../support/git.ts';

const run = runElsewhere(runner);
const env = { PATH: process.env.PATH ?? '', HOME: gitTestEnvironment.HOME ?? '/' };
const waiting = { args: ['-c', 'alias.wait=!sleep 600', 'wait'], env, limitMs: 600_000 };

test('git in a small process answers with its bytes, its words and its exit code', async () => {
  const hashed = await run({ args: ['hash-object', '--stdin'], env, input: Buffer.from([0xff, 0]), limitMs: 60_000 });
  expect(hashed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(hashed.stdout.toString('utf8')).toMatch(/^[0-9a-f]{40}\n$/);
  const failed = await run({ args: ['no-such-command'], env, limitMs: 60_000 });
  expect(failed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no-such-command') });
});

test('git in a small process is ended with the step that began it, and says why', async () => {
  const step = new AbortController();
  const ended = expect(run({ ...waiting, signal: step.signal })).rejects.toThrow('nobody waits');
  step.abort(new Error('nobody waits'));
  await ended;
  await expect(run({ ...waiting, signal: step.signal })).rejects.toThrow('nobody waits');
});

test('git in a small process has its limits of time and of bytes', async () => {
  await expect(run({ ...waiting, limitMs: 100 })).rejects.toBeInstanceOf(runner.GitTimeout);
  const flood = run({ args: ['version'], env, limitMs: 60_000, mostBytes: 3 });
  await expect(flood).rejects.toMatchObject({ name: 'GitFlood', mostBytes: 3 });
});
