import { describe, expect, it } from 'vitest';
import { runConcurrently } from '../workflows/support/concurrency.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { sha, World } from '../workflows/support/world.ts';

describe('A message that no workflow of Fairlead has sent', () => {
  const rubbish = [undefined, null, 7, 'enter', [], {}, { id: 7 }, { entry: 'x', sequence: 'y', admission: {} }];

  const entry = {
    ...{ id: 'x', operation: 'config change', main: '', phase: 'waiting', whenNewer: 'wait', workflowId: 'x' },
    firstRunId: '01a219ba-f412-74f7-b213-48c772246fe7',
  };

  it('is refused by a lane, which goes on', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, lane }) => {
      await lane('dev').hold();
      for (const signal of ['enter', 'reverted', 'leave', 'override', 'hold', 'resume'])
        for (const payload of rubbish) await lane('dev').handle.signal(signal, payload);
      const poison = { by: 'ann', reason: 'x', config: false, until: 'tomorrow' };
      await lane('dev').handle.signal('leave', { id: 'nobody', hold: poison });
      for (const wrong of [{ workflowId: '' }, { firstRunId: 'x' }, { operation: 'promotion' }])
        await lane('dev').handle.signal('enter', { ...entry, ...wrong });
      await eventually(async () => (await lane('dev').status()).refusals.length).toBe(20);
      for (const signal of ['hold', 'resume'])
        await lane('dev').handle.signal(signal, { by: 'Fairlead', reason: 'in its name' });
      await eventually(async () => (await lane('dev').status()).refusals.at(-1)?.reason).toContain(
        'stands for Fairlead',
      );
      expect((await lane('dev').status()).hold).toMatchObject({ reason: 'load test' });
      await lane('dev').resume();
      expect((await (await promote(m1)).result()).state).toBe('promoted');
    });
  });

  it('is refused by a promotion, which goes on', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(m1);
      await operation.reaches('dev', 'pull request open');
      for (const signal of ['admission', 'laneBegan', 'rerender', 'rolledBack', 'nudge', 'approve'])
        for (const payload of rubbish) await operation.handle.signal(signal, payload);
      await eventually(async () => (await operation.status()).refusals.length).toBe(20);
      world.at('dev').mergeByHand('bob');
      expect((await operation.result()).state).toBe('promoted');
    });
  });
});

describe('A workflow that is started with rubbish', () => {
  const main = sha('a main commit');
  it.each([
    [
      'PromoteMainCommit',
      `promote/acme/platform/${main}`,
      { source: 'https://forge.test/acme/platform', commit: main },
    ],
    ['ApplyConfig', 'configure/acme/platform/dev', { source: 'x', environment: 'dev', commit: main }],
    [
      'RollbackEnvironment',
      'rollback/acme/platform/dev',
      { source: 'x', environment: 'dev', by: 'ann', reason: 'x', config: 'today', force: false },
    ],
    [
      'RollbackPromotion',
      `rollback-promotion/acme/platform/${main}`,
      { source: 'x', commit: main, by: 'ann', reason: 'x', config: 'today' },
    ],
    [
      'EnvironmentLane',
      'lane/acme/gitops/dev',
      { gitops: { repository: 'x', branch: 'dev' }, source: 'x', environment: 'dev' },
    ],
  ] as const)('%s ends, and says what to do', async (type, id, good) => {
    await runConcurrently(new World([['dev']]), async ({ test }) => {
      const own = id.replace('acme', test.taskQueue);
      const inputs: [unknown, string][] = [
        [undefined, 'the input is missing'],
        [null, 'the input is null'],
        [7, 'the input is 7'],
        [[], 'the input is []'],
        [{ ...good, source: undefined }, 'source is missing'],
        [{ ...good, source: ['x'] }, 'source is ["x"]'],
      ];
      if ('by' in good)
        inputs.push([{ ...good, by: 'Fairlead' }, 'by is "Fairlead", which stands for Fairlead itself']);
      for (const [input, fault] of inputs) {
        const bad = test.start(type, { workflowId: own, args: [input] });
        await expect(bad.then((handle) => handle.result())).rejects.toMatchObject({
          cause: {
            type: 'InvalidInput',
            message: expect.stringContaining(`cannot be started: ${fault}. Use \`fairlead`),
          },
        });
      }
      const nowhere = test.start(type, { workflowId: `mine-${test.taskQueue}`, args: [good] });
      await expect(nowhere.then((handle) => handle.result())).rejects.toMatchObject({
        cause: { type: 'InvalidInput', message: expect.stringContaining('cannot run under the id mine-') },
      });
    });
  });
});
