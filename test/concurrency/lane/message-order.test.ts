import { expect, it } from 'vitest';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { source } from '../../workflows/support/promotion.ts';
import { World } from '../../workflows/support/world.ts';

it.each([
  { signals: ['resume', 'hold'], held: 'the second hold', record: ['held', 'resumed', 'held'] },
  { signals: ['hold', 'resume'], held: undefined, record: ['held', 'held', 'resumed'] },
  { signals: ['resume', 'hold', 'resume'], held: undefined, record: ['held', 'resumed', 'held', 'resumed'] },
])(
  'Messages that waited for a worker, $signals, are handled in the order in which they came',
  async ({ signals, held, record }) => {
    const world = new World([['dev']]);
    await runConcurrently(world, async ({ lane, test: { worker } }) => {
      await lane('dev').hold({ reason: 'the first hold' });
      await worker.stop();
      for (const signal of signals) await lane('dev').handle.signal(signal, { by: 'ann', reason: 'the second hold' });
      await worker.start();
      await eventually(() => world.at('dev').record.map(({ event }) => event)).toEqual(record);
      const { hold, refusals } = await lane('dev').status();
      expect([hold?.reason, refusals]).toEqual([held, []]);
      const times = world.at('dev').record.map(({ time }) => time);
      expect([...new Set(times)].sort()).toEqual(times);
    });
  },
);

it('A resume that came before the first task of a lane ends the hold of the record', async () => {
  const world = new World([['dev']]);
  await runConcurrently(world, async ({ lane, test: { client, worker, taskQueue } }) => {
    await lane('dev').hold();
    await eventually(() => world.at('dev').record.map(({ event }) => event)).toEqual(['held']);
    const { workflowId } = lane('dev').handle;
    const { gitops } = await world.readEnvironment({ source, environment: 'dev' });
    await lane('dev').handle.terminate('Temporal was restored without it');
    await worker.stop();
    await client.workflow.signalWithStart('EnvironmentLane', {
      workflowId,
      taskQueue,
      args: [{ gitops, source, environment: 'dev' }],
      signal: 'resume',
      signalArgs: [{ by: 'ann', reason: 'it is mended' }],
    });
    await worker.start();
    await eventually(() => world.at('dev').record.map(({ event }) => event)).toEqual(['held', 'resumed']);
    expect((await lane('dev').status()).hold).toBeUndefined();
  });
});

it('A resume of what is not held, and a signal that nobody knows, are refused', async () => {
  const world = new World([['dev']]);
  await runConcurrently(world, async ({ lane }) => {
    await lane('dev').hold();
    await lane('dev').resume();
    for (const signal of ['resume', 'unlock']) await lane('dev').handle.signal(signal, { by: 'ann' });
    await eventually(async () => (await lane('dev').status()).refusals.map(({ reason }) => reason).sort()).toEqual([
      'dev is not held',
      'there is no signal "unlock", only enter, reverted, leave, override, stepTrouble, hold, resume',
    ]);
  });
});
