import { describe, expect, it } from 'vitest';
import { laneSignals } from '../../src/lane/messages.ts';
import type { Visit, Visitor } from '../../src/lane/types.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { deployments, type Meeting, meet, meetTimeSkipping } from '../workflows/support/meeting.ts';
import { failed, sha, unreachable, World } from '../workflows/support/world.ts';

describe.each(deployments)('Fifty commits in a burst, $workers', ({ deployed }) => {
  it('end as superseded but for the newest, which the environment sees', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const commits = world.commitMains(50);
    const dev = world.at('dev');
    await meet(
      world,
      async ({ promote, middle, lane }) => {
        const journeys = await Promise.all(commits.map(promote));
        await middle();
        const older = await Promise.all(journeys.slice(0, -1).map(({ result }) => result()));
        expect(new Set(older.map(({ state }) => state))).toEqual(new Set(['superseded']));
        await journeys.at(-1)?.reaches('dev', 'pull request open');
        expect(dev.requests.filter(({ state }) => state === 'open')).toHaveLength(1);
        dev.mergeByHand('bob');
        expect((await journeys.at(-1)?.result())?.state).toBe('promoted');
        expect(dev.deployed?.main).toBe(commits.at(-1));
        await lane('dev').isEmpty();
      },
      deployed,
    );
  });
});

describe('A promotion that was terminated', () => {
  it('is not waited for: the next comer gets the lane, and closes what it left open', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval', whenNewer: 'wait' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await meet(world, async ({ promote }) => {
      const gone = await promote(m1);
      await gone.reaches('dev', 'awaiting approval');
      await gone.handle.terminate('a mistake');
      const next = await promote(m2);
      const { request } = await next.reaches('dev', 'awaiting approval');
      expect(world.at('dev').story).toEqual(['promote closed', 'promote open']);
      expect(world.at('dev').requests[0]?.comment).toContain('what opened this does not run any more');
      await next.decide('approve', { environment: 'dev', head: request?.head });
      expect((await next.result()).state).toBe('promoted');
    });
  });

  it('lets those in who waited before, when somebody else comes', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = '', m3 = ''] = world.commitMains(3);
    world.at('dev').unhealthy = [unreachable('dev-1')];
    await meet(world, async ({ promote, lane }) => {
      const gone = await promote(m1);
      await gone.reaches('dev', 'rolling out');
      const waiting = await promote(m3);
      await waiting.reaches('dev', 'queued');
      await gone.handle.terminate('a mistake');
      world.at('dev').unhealthy = [];
      expect((await (await promote(m2)).result()).state).toBe('superseded');
      expect((await waiting.result()).state).toBe('promoted');
      await lane('dev').isEmpty();
    });
  });

  it('is noticed by the lane itself, which looks now and then while somebody waits', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    Object.assign(world, { intervalMs: 60_000 });
    world.at('dev').unhealthy = [unreachable('dev-1')];
    await meetTimeSkipping(world, async ({ promote }) => {
      const gone = await promote(m1);
      await gone.reaches('dev', 'rolling out');
      const waiting = await promote(m2);
      await waiting.reaches('dev', 'queued');
      await gone.handle.terminate('a mistake');
      world.at('dev').unhealthy = [];
      expect((await waiting.result()).state).toBe('promoted');
    });
  });

  it('can be started again, and takes the place of its earlier stay', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    await meet(world, async ({ promote }) => {
      const gone = await promote(m1);
      await gone.reaches('dev', 'awaiting approval');
      await gone.handle.terminate('a mistake');
      const again = await promote(m1);
      const { request } = await again.reaches('dev', 'awaiting approval');
      expect(world.at('dev').story).toEqual(['promote open']);
      await again.decide('approve', { environment: 'dev', head: request?.head });
      expect((await again.result()).state).toBe('promoted');
    });
  });
});

describe('A lane that cannot see the world', () => {
  it('lets nobody in, looks again, and goes on', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    world.at('dev').surveysFail = 2;
    await meetTimeSkipping(world, async ({ promote }) => {
      const { state, environments } = await (await promote(m1)).result();
      expect(state).toBe('promoted');
      expect(Date.parse(environments[0]?.since ?? '')).toBeGreaterThan(Date.now() + 80_000);
    });
  });

  it('says why, to whoever waits and in its own status', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    world.at('dev').surveysFail = 1;
    await meet(world, async ({ promote, lane }) => {
      const journey = await promote(m1);
      const why = 'it cannot see the world. its config cannot be read';
      await eventually(async () => (await journey.environment('dev')).message).toBe(
        `the lane of dev lets nobody in: ${why}`,
      );
      expect((await lane('dev').status()).trouble).toBe(`Lets nobody in: ${why}`);
    });
  });

  it('lets nobody in before its record could be read: it may be held', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.record = [{ time: new Date().toISOString(), event: 'held', by: 'bob', reason: 'an incident' }];
    dev.recordUnreadable = 'Bad credentials. Set a valid token.';
    await meet(world, async ({ promote, lane }) => {
      const journey = await promote(m1);
      await eventually(async () => (await journey.environment('dev')).message).toContain(
        'the lane of dev lets nobody in: its record cannot be read. Bad credentials.',
      );
      expect(await lane('dev').hold()).toContain('does not know yet what holds it. Lets nobody in: its record');
      expect(dev.renders).toEqual([]);
    });
  });

  it('reads its record again, and finds what holds it', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.record = [{ time: new Date().toISOString(), event: 'held', by: 'bob', reason: 'an incident' }];
    dev.recordUnreadable = 'Bad credentials.';
    await meetTimeSkipping(world, async ({ promote, test }) => {
      const journey = await promote(m1);
      await eventually(async () => (await journey.environment('dev')).message).toContain('Bad credentials');
      dev.recordUnreadable = undefined;
      await test.sleep(60_000);
      expect(await journey.environment('dev')).toMatchObject({
        state: 'held',
        message: 'dev is held by bob: an incident',
      });
      expect(dev.renders).toEqual([]);
    });
  });
});

describe('A message that no workflow of Fairlead has sent', () => {
  const rubbish = [undefined, null, 7, 'visit', [], {}, { id: 7 }, { visit: 'x', sequence: 'y', standing: {} }];

  it('is refused by a lane, which goes on', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await meet(world, async ({ promote, lane }) => {
      await lane('dev').hold();
      for (const signal of ['visit', 'reverted', 'leave', 'override', 'hold', 'resume'])
        for (const payload of rubbish) await lane('dev').handle.signal(signal, payload);
      const poison = { by: 'ann', reason: 'x', config: false, until: 'tomorrow' };
      await lane('dev').handle.signal('leave', { id: 'nobody', hold: poison });
      await eventually(async () => (await lane('dev').status()).refusals.length).toBe(20);
      expect((await lane('dev').status()).hold).toMatchObject({ reason: 'load test' });
      await lane('dev').resume();
      expect((await (await promote(m1)).result()).state).toBe('promoted');
    });
  });

  it('is refused by a promotion, which goes on', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = ''] = world.commitMains(1);
    await meet(world, async ({ promote }) => {
      const journey = await promote(m1);
      await journey.reaches('dev', 'pull request open');
      for (const signal of ['standing', 'laneBegan', 'rerender', 'rolledBack', 'nudge', 'approve'])
        for (const payload of rubbish) await journey.handle.signal(signal, payload);
      await eventually(async () => (await journey.status()).refusals.length).toBe(20);
      world.at('dev').mergeByHand('bob');
      expect((await journey.result()).state).toBe('promoted');
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
    await meet(new World([['dev']]), async ({ test }) => {
      const own = id.replace('acme', test.taskQueue);
      const inputs: readonly [unknown, string][] = [
        [undefined, 'the input is missing'],
        [null, 'the input is null'],
        [7, 'the input is 7'],
        [[], 'the input is []'],
        [{ ...good, source: undefined }, 'source is missing'],
        [{ ...good, source: ['x'] }, 'source is ["x"]'],
      ];
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

describe('A visit that comes after its visitor has left', () => {
  it('stands in nobody’s way: its visitor says once more that it has left', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await meet(world, async ({ promote, lane, test }) => {
      const first = await promote(m1);
      await first.reaches('qa', 'pull request open');
      const { workflowId, runId: firstRunId } = await first.handle.describe();
      const late = { id: 'late', errand: 'promote', main: m1, phase: 'merged', whenNewer: 'supersede' } as const;
      await visitAgain(test, world, { ...late, workflowId, firstRunId, since: '' });
      await lane('dev').isEmpty();
      expect((await promote(m2)).handle.workflowId).not.toBe(workflowId);
      await lane('dev').isEmpty();
    });
  });
});

describe('A lane that was terminated', () => {
  it('calls those who are there before it lets anybody in: an older one gives way as ever', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await meet(world, async ({ promote, lane }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'awaiting approval');
      await lane('dev').handle.terminate('a mistake');
      const newer = await promote(m2);
      expect((await first.result()).state).toBe('superseded');
      const { request } = await newer.reaches('dev', 'awaiting approval');
      expect(world.at('dev').story).toEqual(['promote closed', 'promote open']);
      await newer.decide('approve', { environment: 'dev', head: request?.head });
      expect((await newer.result()).state).toBe('promoted');
    });
  });

  it('does not know whom it could not call: a newer one needs a person, who is told which request it is', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await meet(world, async ({ promote, lane }) => {
      const first = await promote(m1);
      const { request } = await first.reaches('dev', 'awaiting approval');
      await lane('dev').handle.terminate('a mistake');
      world.at('dev').visits.clear();
      const newer = await promote(m2);
      expect((await newer.reaches('dev', 'needs attention')).message).toContain(
        `${first.handle.workflowId} still runs`,
      );
      await first.decide('approve', { environment: 'dev', head: request?.head });
      expect((await first.result()).state).toBe('promoted');
      await newer.decide('retry', { environment: 'dev' });
      const next = await newer.reaches('dev', 'awaiting approval');
      await newer.decide('approve', { environment: 'dev', head: next.request?.head });
      expect((await newer.result()).state).toBe('promoted');
    });
  });

  it('takes over whoever was let in before, and makes others wait for it', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    await meet(world, async ({ promote, lane }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'rolling out');
      const waiting = await promote(m2);
      await waiting.reaches('dev', 'queued');
      await lane('dev').handle.terminate('a mistake');
      // Whoever speaks to it begins it.
      await lane('dev').hold();
      await lane('dev').resume();
      expect(await lane('dev').waiting(1)).toEqual([m2]);
      expect((await lane('dev').status()).occupant).toMatchObject({ main: m1, phase: 'merged' });
      expect((await waiting.environment('dev')).state).toBe('queued');
      dev.unhealthy = [];
      expect((await first.result()).state).toBe('promoted');
      expect((await waiting.result()).state).toBe('promoted');
      expect(dev.renders.map(({ main }) => main)).toEqual([m1, m2]);
    });
  });

  it('lets a newer commit in when the one that was let in before says that its rollout has failed', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    dev.unhealthyAt = m1;
    await meet(world, async ({ promote, lane }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'rolling out');
      await lane('dev').handle.terminate('a mistake');
      dev.unhealthy = [failed('dev-1')];
      await first.reaches('dev', 'needs attention');
      expect((await (await promote(m2)).result()).state).toBe('promoted');
      expect((await first.result()).state).toBe('superseded');
    });
  });

  it('remembers by the record that it is held', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await meet(world, async ({ promote, lane }) => {
      await lane('dev').hold({ reason: 'load test' });
      await eventually(() => world.at('dev').record).toMatchObject([{ event: 'held' }]);
      await lane('dev').handle.terminate('a mistake');
      const journey = await promote(m1);
      expect((await journey.reaches('dev', 'held')).message).toContain('dev is held by ann: load test');
      expect(await lane('dev').resume()).toBe('dev goes on');
      expect((await journey.result()).state).toBe('promoted');
    });
  });
});

/** Sends a visit that the lane knew, as whoever it is would. */
async function visitAgain({ client, taskQueue }: Meeting['test'], world: World, visitor: Visitor | undefined) {
  if (!visitor) throw new Error('nobody is there');
  const { since: _, relations: __, standing: ___, ...visit } = visitor;
  const { gitops } = await world.readEnvironment({ source: '', environment: 'dev' });
  await client.workflow.signalWithStart('EnvironmentLane', {
    workflowId: `lane/${taskQueue}/dev`,
    taskQueue,
    args: [{ gitops, source: 'https://forge.test/acme/platform', environment: 'dev' }],
    signal: laneSignals.visit,
    signalArgs: [visit satisfies Visit],
  });
}
