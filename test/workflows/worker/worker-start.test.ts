import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cliCommand } from '../../../demo/rig/cli.ts';
import { writeWorkflowBundle } from '../../../src/worker/bundle.ts';
import { freePort } from '../../../src/worker/metrics/metrics-server.ts';

/** A process starts late on a machine that is busy. */
const patientMs = 300_000;
const inTime = (log: () => string) => expect.poll(log, { timeout: patientMs / 3, interval: 50 });

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-start-'));
  await writeWorkflowBundle(join(directory, 'workflows.js'));
}, patientMs);
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Starts `fairlead worker` in a process of its own. `log` answers the messages of its log so far. */
async function startWorker(taskQueue: string, settings: string) {
  const file = join(directory, `${settings.length}.yaml`);
  await writeFile(file, `apiVersion: fairlead.dev/v1\nkind: Worker\n${settings}\n`);
  const [program, ...args] = cliCommand;
  const env = {
    TEMPORAL_ADDRESS: inject('temporal').address,
    FAIRLEAD_TASK_QUEUE: taskQueue,
    FAIRLEAD_SETTINGS: file,
    FAIRLEAD_WORKFLOW_BUNDLE: join(directory, 'workflows.js'),
  };
  const child = execa(program, [...args, 'worker'], { env, reject: false, stdin: 'ignore' });
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const stop = async () => {
    child.kill('SIGTERM');
    return (await child).exitCode;
  };
  return { log: () => text, stop, ended: async () => (await child).exitCode };
}

test(
  'A worker makes its version the current one, and tells who polls beside it with other settings',
  async () => {
    const taskQueue = `start-${process.pid}-${Date.now()}`;
    const versioning = `versioning: { deployment: ${taskQueue}, makeCurrent: true }`;
    const first = await startWorker(taskQueue, versioning);
    try {
      await inTime(first.log).toContain(`is the current one of ${taskQueue}: it gets tasks.`);
      expect(first.log()).not.toContain('Another worker');
      const second = await startWorker(
        taskQueue,
        `${versioning}\nintervals: { merge: 5s }\ninactivePatches: [no-such-patch]`,
      );
      await inTime(second.log).toContain('it gets tasks.');
      expect(second.log()).toMatch(
        /Another worker, \d+@\S+, polled .* with other settings, [0-9a-f]{8}; this worker's are/,
      );
      expect(second.log()).toContain('this release has no patch no-such-patch');
      expect(await second.stop()).toBe(0);
    } finally {
      expect(await first.stop()).toBe(0);
    }
  },
  patientMs,
);

test(
  'A worker serves its metrics; another one that cannot, because the address is taken, ends and names the setting',
  async () => {
    const taskQueue = `metrics-${process.pid}-${Date.now()}`;
    const address = `127.0.0.1:${await freePort()}`;
    const settings = `metrics: { address: "${address}" }`;
    const first = await startWorker(taskQueue, settings);
    try {
      await inTime(first.log).toContain('the worker polls');
      const read = async () => (await fetch(`http://${address}/metrics`)).text();
      await expect.poll(read, { timeout: patientMs / 3 }).toMatch(/^temporal_\w+\{.*task_queue="metrics-/m);
      const second = await startWorker(taskQueue, settings);
      expect(await second.ended()).toBe(2);
      expect(second.log()).toContain(
        `cannot listen on ${address} (EADDRINUSE). Name another address in \`metrics.address\``,
      );
    } finally {
      expect(await first.stop()).toBe(0);
    }
  },
  patientMs,
);
