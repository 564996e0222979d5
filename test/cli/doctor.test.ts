import { createServer } from 'node:net';
import { msToTs } from '@temporalio/common/lib/time.js';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { cliCommand } from '../../demo/rig/cli.ts';
import { version } from '../../src/version.ts';
import { runOnDevServer } from '../support/temporal.ts';
import { fairlead } from '../unit/cli/test-io.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { World } from '../workflows/support/world.ts';
import { withCommandLine } from './support/command-line.ts';

interface Found {
  readonly check: string;
  readonly state: string;
  readonly detail: string;
  readonly trouble?: string;
  readonly remedy?: string;
}

/** Looks at Temporal, with a renderer and a source left aside. */
async function look(env: NodeJS.ProcessEnv): Promise<readonly Found[]> {
  const { out } = await fairlead(['doctor', '--json'], { env });
  const { findings } = JSON.parse(out) as { readonly findings: readonly Found[] };
  return findings.filter(({ check }) =>
    ['temporal', 'namespace', 'attributes', 'worker', 'workers alike'].includes(check),
  );
}

describe('doctor, of a real Temporal', () => {
  it('finds a worker that polls, and of another release than this command', async () => {
    const identity = '12@one 9.9.9-0123456789ab settings:01234567';
    await withCommandLine(
      new World([['dev']]),
      async ({ test }) => {
        const env = {
          TEMPORAL_ADDRESS: test.address,
          TEMPORAL_NAMESPACE: test.namespace,
          FAIRLEAD_TASK_QUEUE: test.taskQueue,
        };
        await eventually(() => look(env)).toMatchObject([
          { check: 'temporal', state: 'well', detail: expect.stringMatching(/version 1\.\d+/) },
          { check: 'namespace', state: 'well' },
          { check: 'attributes', state: 'well', detail: expect.stringContaining('FairleadTrouble') },
          { check: 'worker', state: 'well', detail: `task queue "${test.taskQueue}": 12@one` },
          {
            check: 'workers alike',
            trouble: 'another release than this command',
            detail: `12@one: 9.9.9; this command is ${version}.`,
          },
        ]);
        const alone = await look({ ...env, FAIRLEAD_TASK_QUEUE: 'nobody-there' });
        expect(alone.at(3)).toMatchObject({
          trouble: 'no worker',
          remedy: expect.stringContaining('Start one with `fairlead worker`'),
        });
      },
      { worker: { identity } },
    );
  });

  it('names a namespace that is not there, and one without search attributes', async () => {
    await withCommandLine(new World([['dev']]), async ({ test }) => {
      const at = (namespace: string) => ({ TEMPORAL_ADDRESS: test.address, TEMPORAL_NAMESPACE: namespace });
      expect(await look(at('nowhere'))).toMatchObject([
        { check: 'temporal', state: 'well' },
        { trouble: 'no namespace', remedy: 'Create it, or set TEMPORAL_NAMESPACE.' },
        { check: 'attributes', state: 'not asked' },
        { check: 'worker', state: 'not asked' },
        { check: 'workers alike', state: 'not asked' },
      ]);
      const namespace = `doctor-${test.taskQueue}`;
      const { workflowService } = test.client.connection;
      await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });
      await eventually(async () =>
        (await look(at(namespace))).find(({ check }) => check === 'attributes'),
      ).toMatchObject({
        trouble: 'attributes missing',
        remedy: 'Run `fairlead setup` once.',
      });
    });
  });

  it('is asked by a worker that looks for itself, which logs what is wrong', async () => {
    await runOnDevServer({ activities: {} }, async ({ address, taskQueue }) => {
      const [program, ...args] = cliCommand;
      const queue = `${taskQueue}-doctor`;
      const env = { TEMPORAL_ADDRESS: address, FAIRLEAD_TASK_QUEUE: queue, FAIRLEAD_SOURCE: '/nonexistent/platform' };
      const worker = execa(program, [...args, 'worker', '--doctor'], { env, reject: false, stdin: 'ignore' });
      let log = '';
      worker.stderr?.on('data', (chunk) => {
        log += chunk;
      });
      await expect.poll(() => log, { timeout: 90_000 }).toContain('doctor has looked, and found 1 trouble"');
      worker.kill('SIGTERM');
      await worker;
      expect(log).toContain('"trouble":"unreadable source"');
      expect(log).not.toContain('"trouble":"no worker"');
    });
  });

  it('says within its time that a server is silent', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    const began = Date.now();
    const [temporal, ...others] = await look({ TEMPORAL_ADDRESS: `127.0.0.1:${port}` });
    expect(Date.now() - began).toBeLessThan(30_000);
    expect(temporal).toMatchObject({ state: 'wrong', trouble: 'temporal away' });
    expect(others.map(({ state }) => state)).toEqual(Array(4).fill('not asked'));
    server.close();
  });
});
