import { expect, it } from 'vitest';
import { rollbackPromotionId } from '../../../src/operation/messages.ts';
import { type ConcurrencyTest, runConcurrently } from '../../workflows/support/concurrency.ts';
import { platformOf } from '../../workflows/support/promotion.ts';
import { World } from '../../workflows/support/world.ts';

/** A run that never ends. */
interface Endless {
  readonly workflowId: string;
  readonly runId: string;
}

async function laneOf({ lane }: ConcurrencyTest): Promise<Endless> {
  const { workflowId, runId } = await lane('dev').handle.describe();
  return { workflowId, runId };
}

/** Starts what takes the promotion back where no worker carries it on. */
async function standingRollback({ test }: ConcurrencyTest, commit: string): Promise<Endless> {
  const workflowId = rollbackPromotionId(platformOf(test), commit);
  const options = { workflowId, taskQueue: `nobody-${test.taskQueue}`, args: [] };
  const handle = await test.client.workflow.start('RollbackPromotion', options);
  return { workflowId, runId: handle.firstExecutionRunId };
}

it.each([
  ['a lane', laneOf],
  ['what takes it back, and stands still', standingRollback],
])('A promotion that is told hundreds of times that %s takes it back withdraws its request', async (_what, endless) => {
  const world = new World([['dev']], { dev: { merge: 'approval' } });
  const [commit = ''] = world.commitMains(1);
  await runConcurrently(world, async (concurrency) => {
    const { handle, reaches, status } = await concurrency.promote(commit);
    await reaches('dev', 'awaiting approval');
    const { workflowId: rollback, runId: run } = await endless(concurrency, commit);
    for (let sent = 0; sent < 600; sent += 50)
      await Promise.all(
        Array.from({ length: 50 }, () => handle.signal('goNoFurther', { by: 'ann', reason: 'x', rollback, run })),
      );
    await handle.executeUpdate('abort', { args: [{ by: 'ann', reason: 'enough' }] });
    await reaches('dev', 'aborted');
    expect((await status()).refusals.length).toBeGreaterThan(0);
    await concurrency.test.client.workflow.getHandle(rollback, run).terminate('the test has ended');
    await handle.result();
  });
});
