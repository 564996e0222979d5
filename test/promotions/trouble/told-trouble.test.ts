import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { nudgeSignal } from '../../../src/operation/messages.ts';
import { writeWorkflowBundle } from '../../../src/worker/bundle.ts';
import { fairlead } from '../../unit/cli/test-io.ts';
import { onPlatform, type PlatformTest } from '../support/promotion.ts';
import { startWorkerProcess } from '../support/worker-process.ts';

let directory: string;
let bundle: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-told-'));
  bundle = join(directory, 'workflows.js');
  await writeWorkflowBundle(bundle);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Runs the command line as a person does who has only Temporal. */
function commandsOf({ platform, test }: PlatformTest) {
  const { address, namespace, taskQueue } = test;
  const env = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, FAIRLEAD_TASK_QUEUE: taskQueue };
  const commit = platform.firstCommit;
  return {
    status: () => fairlead(['status', commit], { env }),
    approve: () => fairlead(['approve', commit, 'dev', '--by', 'ann'], { env }),
  };
}

describe('A forge that answers 503 for ever', () => {
  it('is told by status, with what it says, until it answers again', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async (context) => {
      const { platform, promote } = context;
      const { status } = commandsOf(context);
      const trouble = { kind: 'answer', status: 503, text: '<html><title>Maintenance</title></html>' } as const;
      platform.forge.fail({ match: /^POST .*\/pulls$/, times: 1_000, trouble });
      const promotion = await promote();
      await expect.poll(status, { timeout: 90_000, interval: 250 }).toMatchObject({
        code: 3,
        out: expect.stringMatching(/dev: could not open the pull request, \d+ times since/),
      });
      const { out } = await status();
      expect(out).toMatch(/503\): a page \("Maintenance"\) instead of an answer of the API/);
      expect(out).toMatch(/It is (tried again at 2\S+|being tried again now)\.\n/);
      platform.forge.clearFaults();
      expect((await promotion.result()).state).toBe('promoted');
      expect((await status()).code).toBe(0);
    });
  });

  it('while a merge is awaited is told when three looks in a row have failed', async ({ expect }) => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async (context) => {
      const { platform, promote } = context;
      const { status } = commandsOf(context);
      const promotion = await promote();
      await promotion.awaits('waiting for a person');
      expect(await status()).toMatchObject({ code: 4, out: expect.not.stringContaining('could not') });
      platform.forge.fail({ match: /^GET .*\/pulls/, times: 1_000, trouble: { kind: 'answer', status: 503 } });
      const told = /dev: could not see whether the request may be merged, \d+ times since 2\S+Z: Could not/;
      await expect.poll(async () => (await status()).out, { timeout: 120_000, interval: 500 }).toMatch(told);
      platform.forge.clearFaults();
      await platform.merge(1);
      expect((await promotion.result()).state).toBe('promoted');
    });
  });
});

describe('A worker that is killed', () => {
  it('is told as that, always, and never in words of Temporal', { timeout: 300_000 }, async ({ expect }) => {
    await onPlatform([{ name: 'dev', merge: 'approval' }], async (context) => {
      const { platform, test, promote } = context;
      const { status, approve } = commandsOf(context);
      await test.worker.stop();
      const worker = startWorkerProcess(platform, test, bundle);
      try {
        const promotion = await promote();
        await expect.poll(async () => (await status()).out, { timeout: 90_000 }).toContain('awaiting approval');
        await worker.kill();
        const told: { code: number; err: string }[] = [];
        // Twenty seconds after the last poll, Temporal refuses a query of an idle workflow at once, in words of its own.
        for (const end = Date.now() + 30_000; Date.now() < end; ) told.push(await status());
        // Now something is to be done in it, and queries and updates wait for that.
        await promotion.handle.signal(nudgeSignal);
        told.push(await status(), await approve());
        expect(told.length).toBeGreaterThan(3);
        for (const { code, err } of told)
          expect({ code, err }).toEqual({ code: 3, err: expect.stringMatching(/^No worker (is polling|answered)/) });
      } finally {
        await worker.kill();
      }
      await test.worker.start();
      await expect.poll(status, { timeout: 60_000 }).toMatchObject({ code: 4, err: '' });
    });
  });
});
