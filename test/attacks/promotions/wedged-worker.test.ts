import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { writeWorkflowBundle } from '../../../src/worker/bundle.ts';
import { onPlatform } from '../../promotions/support/promotion.ts';
import { startWorkerProcess, type WorkerProcess } from '../../promotions/support/worker-process.ts';

const wedge = fileURLToPath(new URL('support/wedge.cjs', import.meta.url));
const patiently = { timeout: 90_000 };
let directory: string;
let bundle: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-wedged-'));
  bundle = join(directory, 'workflows.js');
  await writeWorkflowBundle(bundle);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('A worker beside one whose main thread stands still for good', () => {
  it('carries on what that one had begun, and what comes later', async ({ expect }) => {
    await onPlatform([{ name: 'dev', merge: 'approval' }], async ({ platform, test, promote }) => {
      await test.worker.stop();
      const started: WorkerProcess[] = [];
      const startWorker = (env: Readonly<Record<string, string>> = {}) => {
        const worker = startWorkerProcess({ ...platform, env: { ...platform.env, ...env } }, test, bundle);
        started.push(worker);
        return worker;
      };
      try {
        const first = startWorker({ NODE_OPTIONS: `--require=${wedge}` });
        const promotion = await promote();
        const { request } = await promotion.reaches('dev', 'awaiting approval');
        const second = startWorker();
        await expect.poll(async () => (await second.log()).match(/the worker polls/g), patiently).toHaveLength(2);
        process.kill(Number(first.identity.split('@')[0]), 'SIGUSR2');
        await promotion.decide('approve', { environment: 'dev', head: request?.head });
        expect((await promotion.result()).state).toBe('promoted');

        const later = await promote(platform.release('2'));
        const { request: next } = await later.reaches('dev', 'awaiting approval');
        await later.decide('approve', { environment: 'dev', head: next?.head });
        expect((await later.result()).state).toBe('promoted');
        expect(platform.gitops.git(['rev-list', '--count', '--merges', 'dev'])).toBe('2');
      } finally {
        await Promise.all(started.map((worker) => worker.kill()));
      }
    });
  }, 400_000);
});
