import { describe, expect, it } from 'vitest';
import { type ConcurrencyTest, deployments, runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { unreachable, World } from '../../workflows/support/world.ts';

/** Continues as new after nearly every event. */
const shortly = (world: World) => Object.assign(world, { lanes: { historyLimit: 8 } });

describe.each(deployments)('A lane that continues as new again and again, $workers', ({ deployed }) => {
  it('loses nobody, and lets in one after the other', async () => {
    const world = shortly(new World([['dev']], { dev: { whenNewer: 'wait' } }));
    const [m1 = '', m2 = '', m3 = '', m4 = ''] = world.commitMains(4);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(
      world,
      async ({ promote, lane, middle }) => {
        const first = await promote(m1);
        await first.reaches('dev', 'rolling out');
        const run = await runOf(lane('dev'));
        const second = await promote(m2);
        await second.reaches('dev', 'queued');
        const third = await promote(m3);
        expect((await second.result()).state).toBe('superseded');
        await third.reaches('dev', 'queued');
        await middle();
        expect(await lane('dev').waiting(1)).toEqual([m3]);
        expect((await lane('dev').status()).current).toMatchObject({ main: m1, phase: 'merged' });
        dev.unhealthy = [];
        const last = await promote(m4);
        expect((await first.result()).state).toBe('promoted');
        expect(['promoted', 'superseded']).toContain((await third.result()).state);
        expect((await last.result()).state).toBe('promoted');
        await lane('dev').isEmpty();
        await eventually(() => runOf(lane('dev'))).not.toBe(run);
        expect(dev.renders.map(({ main }) => main)).toContain(m4);
        expect(dev.deployed?.main).toBe(m4);
      },
      deployed,
    );
  });

  it('keeps its hold, who waits for its end, and who was let in before', async () => {
    const world = shortly(new World([['dev']], { dev: { merge: 'manual', whenNewer: 'wait' } }));
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    await runConcurrently(
      world,
      async ({ promote, configure, lane, middle }) => {
        const first = await promote(m1);
        await first.reaches('dev', 'pull request open');
        await lane('dev').hold({ reason: 'load test', config: true });
        await lane('dev').handle.signal('hold', { by: 'bob' });
        const second = await promote(m2);
        await second.reaches('dev', 'held');
        const config = await configure('dev', dev.commitConfig());
        await config.reaches('dev', 'held');
        const run = await runOf(lane('dev'));
        await middle();
        dev.mergeByHand('bob');
        expect((await first.result()).state).toBe('promoted');
        expect((await second.environment('dev')).state).toBe('held');
        expect(await lane('dev').status()).toMatchObject({ hold: { reason: 'load test', config: true } });
        await eventually(() => runOf(lane('dev'))).not.toBe(run);
        expect((await lane('dev').status()).refusals).toMatchObject([{ action: 'hold' }]);
        expect(await lane('dev').resume()).toBe('dev is not held any more');
        await Promise.all([second.reaches('dev', 'pull request open'), config.reaches('dev', 'pull request open')]);
      },
      deployed,
    );
  });
});

/** Answers the run id of the present run. */
async function runOf({ handle }: ReturnType<ConcurrencyTest['lane']>): Promise<string> {
  return (await handle.describe()).runId;
}
