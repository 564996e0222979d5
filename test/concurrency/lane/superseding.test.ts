import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { shortSha } from '../../../src/short-names.ts';
import { createLatch } from '../../support/gate.ts';
import { deployments, runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { failed, sha, unreachable, World } from '../../workflows/support/world.ts';

const approval = (whenNewer: 'supersede' | 'wait' = 'supersede') =>
  new World([['dev'], ['prod']], { dev: { merge: 'approval', whenNewer } });

describe.each(deployments)('A newer commit, $workers', ({ deployed }) => {
  it('takes the place of one that awaits approval, which closes its own request and names the newer', async () => {
    const world = approval();
    const [m1, m2] = commits(world);
    await runConcurrently(
      world,
      async ({ promote, middle }) => {
        const older = await promote(m1);
        await older.reaches('dev', 'awaiting approval');
        await middle();
        const newer = await promote(m2);
        const { state, environments } = await older.result();
        expect(state).toBe('superseded');
        expect(environments.map((e) => e.state)).toEqual(['superseded', 'not reached']);
        expect(environments[0]?.message).toBe(`by main ${shortSha(m2)} (${newer.handle.workflowId})`);
        expect(world.at('dev').requests[0]).toMatchObject({
          state: 'closed',
          comment: expect.stringContaining(`Superseded by main ${shortSha(m2)}`),
        });
        const { request } = await newer.reaches('dev', 'awaiting approval');
        expect(world.at('dev').story).toEqual(['promotion closed', 'promotion open']);
        await newer.decide('approve', { environment: 'dev', head: request?.head });
        expect((await newer.result()).state).toBe('promoted');
        expect(world.at('prod').renders.map(({ main }) => main)).toEqual([m2]);
      },
      deployed,
    );
  });

  it('waits while a rollout is verified, and those between are superseded', async () => {
    const world = new World([['dev']]);
    const [m1, m2, m3] = commits(world);
    world.at('dev').unhealthy = [unreachable('dev-1')];
    await runConcurrently(
      world,
      async ({ promote, middle }) => {
        const first = await promote(m1);
        await first.reaches('dev', 'rolling out');
        const between = await promote(m2);
        await between.reaches('dev', 'queued');
        await middle();
        const newest = await promote(m3);
        expect((await between.result()).message).toContain(`superseded: by main ${shortSha(m3)}`);
        await eventually(async () => (await newest.environment('dev')).message).toContain(
          `waits for main ${shortSha(m1)}`,
        );
        expect((await first.environment('dev')).state).toBe('rolling out');
        world.at('dev').unhealthy = [];
        expect((await first.result()).state).toBe('promoted');
        expect((await newest.result()).state).toBe('promoted');
        expect(world.at('dev').renders.map(({ main }) => main)).toEqual([m1, m3]);
      },
      deployed,
    );
  });

  it('waits for one whose merge is found in the moment in which it is to give way', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1, m2] = commits(world);
    const dev = world.at('dev');
    const { awaitMerge } = world;
    const { opened: merged, open: merge } = createLatch();
    let looksAreHeld = true;
    world.awaitMerge = async (order) => {
      if (looksAreHeld) await merged;
      return awaitMerge(order);
    };
    await runConcurrently(
      world,
      async ({ promote, middle }) => {
        const older = await promote(m1);
        await older.reaches('dev', 'pull request open');
        const newer = await promote(m2);
        await eventually(async () => (await older.environment('dev')).stopping).toBe('supersede');
        dev.mergeByHand('bob');
        looksAreHeld = false;
        merge();
        await middle();
        const { state, environments } = await older.result();
        expect([state, environments[0]?.mergedBy]).toEqual(['promoted', 'bob']);
        await newer.reaches('dev', 'pull request open');
        expect(dev.record.map(({ event, main }) => [event, main])).toEqual([
          ['deployed', m1],
          ['promoted', m1],
        ]);
      },
      deployed,
    );
  });

  it('waits for one whose request was merged a moment before it would have been closed', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1, m2] = commits(world);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    dev.beforeClose = () => dev.mergeByHand('bob');
    await runConcurrently(
      world,
      async ({ promote, middle }) => {
        const older = await promote(m1);
        await older.reaches('dev', 'pull request open');
        const newer = await promote(m2);
        expect(await older.reaches('dev', 'rolling out')).toMatchObject({ mergedBy: 'bob', request: { open: false } });
        expect((await newer.reaches('dev', 'queued')).message).toContain(`waits for main ${shortSha(m1)}`);
        await middle();
        dev.unhealthy = [];
        expect((await older.result()).state).toBe('promoted');
        await newer.reaches('dev', 'pull request open');
        dev.mergeByHand('bob');
        expect((await newer.result()).state).toBe('promoted');
        expect(dev.record.map(({ event, main }) => [event, main])).toEqual([
          ['deployed', m1],
          ['promoted', m1],
          ['deployed', m2],
          ['promoted', m2],
        ]);
      },
      deployed,
    );
  });
});

describe('A newer commit', () => {
  it('leaves an unmerged one alone under whenNewer: wait, and of those that wait only the newest stays', async () => {
    const world = approval('wait');
    const [m1, m2, m3] = commits(world);
    await runConcurrently(world, async ({ promote }) => {
      const first = await promote(m1);
      const { request } = await first.reaches('dev', 'awaiting approval');
      const between = await promote(m2);
      await between.reaches('dev', 'queued');
      const newest = await promote(m3);
      expect((await between.result()).environments.map((e) => e.state)).toEqual(['superseded', 'not reached']);
      await newest.reaches('dev', 'queued');
      expect(await newest.decide('approve', { environment: 'dev', head: sha('any') })).toContain('nothing to approve');
      await first.decide('approve', { environment: 'dev', head: request?.head });
      expect((await first.result()).state).toBe('promoted');
      const next = await newest.reaches('dev', 'awaiting approval');
      await newest.decide('approve', { environment: 'dev', head: next.request?.head });
      expect((await newest.result()).state).toBe('promoted');
      expect(world.at('dev').story).toEqual(['promotion merged', 'promotion merged']);
    });
  });

  it('takes the place of one whose rollout needs a person', async () => {
    const world = new World([['dev'], ['prod']]);
    const [m1, m2] = commits(world);
    Object.assign(world.at('dev'), { unhealthy: [failed('dev-1')], unhealthyAt: m1 });
    await runConcurrently(world, async ({ promote }) => {
      const older = await promote(m1);
      await older.reaches('dev', 'needs attention');
      const newer = await promote(m2);
      const { state, message } = await older.result();
      expect(state).toBe('superseded');
      expect(message).toContain(`dev superseded: by main ${shortSha(m2)}`);
      expect((await newer.result()).state).toBe('promoted');
      expect(world.at('dev').story).toEqual(['promotion merged', 'promotion merged']);
      expect(world.at('prod').renders.map(({ main }) => main)).toEqual([m2]);
    });
  });

  it('that the lane let pass in the moment of a merge does not stop what is merged', async () => {
    const world = new World([['dev']]);
    const [m1, m2] = commits(world);
    world.at('dev').unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote, lane }) => {
      const older = await promote(m1);
      await older.reaches('dev', 'rolling out');
      const { gitops, current } = await lane('dev').status();
      const by = {
        operation: 'promotion',
        main: m2,
        workflowId: `promote/acme/platform/${m2}`,
        firstRunId: randomUUID(),
      };
      const to = { gitops, environment: 'dev', entry: current?.id, sequence: Date.now() + 60_000 };
      await older.handle.signal('admission', { ...to, admission: { kind: 'superseded', by } });
      expect(await older.status()).toMatchObject({ environments: [{ state: 'rolling out' }], refusals: [] });
      world.at('dev').unhealthy = [];
      expect((await older.result()).state).toBe('promoted');
    });
  });

  it('leaves what a person merged while it needed one, which is verified', async () => {
    const world = new World([['dev']]);
    const [m1, m2] = commits(world);
    const dev = world.at('dev');
    dev.nextMerge = { kind: 'refused', reason: 'This account may not merge.' };
    dev.unhealthy = [unreachable('dev-1')];
    dev.unhealthyAt = m1;
    await runConcurrently(world, async ({ promote }) => {
      const older = await promote(m1);
      expect((await older.reaches('dev', 'needs attention')).message).toContain('This account may not merge');
      dev.mergeByHand('bob');
      const newer = await promote(m2);
      await older.reaches('dev', 'rolling out');
      dev.unhealthy = [];
      expect((await older.result()).state).toBe('promoted');
      expect((await newer.result()).state).toBe('promoted');
      expect(dev.record.map(({ event }) => event)).toEqual(['deployed', 'promoted', 'deployed', 'promoted']);
    });
  });

  it('takes the place of one whose render fails', async () => {
    const world = new World([['dev']]);
    const [m1, m2] = commits(world);
    world.at('dev').nextRender = new Error('west-us/apps/shop: no such patch');
    await runConcurrently(world, async ({ promote }) => {
      const older = await promote(m1);
      await older.reaches('dev', 'needs attention');
      expect((await (await promote(m2)).result()).state).toBe('promoted');
      expect((await older.result()).state).toBe('superseded');
    });
  });

  it('leaves alone the siblings of an environment in which it takes the place', async () => {
    const world = new World([['us', 'eu']], { us: { merge: 'approval' } });
    const [m1, m2] = commits(world);
    world.at('eu').unhealthy = [unreachable('eu-1')];
    await runConcurrently(world, async ({ promote }) => {
      const older = await promote(m1);
      await Promise.all([older.reaches('us', 'awaiting approval'), older.reaches('eu', 'rolling out')]);
      const newer = await promote(m2);
      await older.reaches('us', 'superseded');
      expect((await older.environment('eu')).state).toBe('rolling out');
      await Promise.all([newer.reaches('us', 'awaiting approval'), newer.reaches('eu', 'queued')]);
      world.at('eu').unhealthy = [];
      const { state, environments } = await older.result();
      expect(state).toBe('superseded');
      expect(environments.map((e) => e.state)).toEqual(['superseded', 'promoted']);
      await newer.reaches('eu', 'promoted');
      await newer.decide('abort', { reason: 'seen enough' });
      expect((await newer.result()).environments.map((e) => e.state)).toEqual(['aborted', 'promoted']);
    });
  });
});

function commits(world: World): [string, string, string] {
  const [m1 = '', m2 = '', m3 = ''] = world.commitMains(3);
  return [m1, m2, m3];
}
