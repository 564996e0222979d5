import { describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { commit, promoteOnDevServer } from './support/promotion.ts';
import { sha, World } from './support/world.ts';

describe('A promotion', () => {
  it('promotes the same commit through every stage, one after the other', async () => {
    const world = new World([['dev'], ['qa'], ['prod']]);
    await promoteOnDevServer(world, async ({ result }) => {
      const { state, environments } = await result();
      expect(state).toBe('promoted');
      expect(environments.map((e) => [e.environment, e.state])).toEqual([
        ['dev', 'promoted'],
        ['qa', 'promoted'],
        ['prod', 'promoted'],
      ]);
      for (const { renders } of world.environments.values()) expect(renders.map(({ main }) => main)).toEqual([commit]);
      expect(world.reconciliations).toEqual(['dev', 'qa', 'prod']);
    });
  });

  it('awaits health also where nothing changes, and opens no request', async () => {
    const world = new World([['dev']]);
    world.at('dev').deployed = { main: commit, config: sha('config') };
    await promoteOnDevServer(world, async ({ result }) => {
      expect((await result()).environments[0]).toMatchObject({ state: 'unchanged', fleet: { healthy: 2, total: 2 } });
      expect(world.at('dev').requests).toEqual([]);
    });
  });

  it('ends as superseded where a newer commit is deployed', async () => {
    const world = new World([['dev'], ['qa']]);
    world.at('dev').nextRender = { kind: 'superseded', by: sha('newer') };
    await promoteOnDevServer(world, async ({ result }) => {
      const { state, environments } = await result();
      expect(state).toBe('superseded');
      expect(environments.map((e) => e.state)).toEqual(['superseded', 'not reached']);
    });
  });

  it('renders a request again when the branch moves, in the same request', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    await promoteOnDevServer(world, async ({ reaches, handle, environment, result }) => {
      const { request } = await reaches('dev', 'pull request open');
      dev.moveOn();
      await handle.signal('nudge', {});
      await eventually(async () => (await environment('dev')).request?.head).not.toBe(request?.head);
      const open = dev.open;
      if (open) dev.merge(open, 'ann');
      expect((await result()).environments[0]).toMatchObject({
        state: 'promoted',
        mergedBy: 'ann',
        request: { number: 1 },
      });
      expect(dev.requests).toHaveLength(1);
    });
  });

  it('closes its request when the branch moves until nothing is left to change', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    await promoteOnDevServer(world, async ({ reaches, result }) => {
      await reaches('dev', 'pull request open');
      dev.deployed = { main: commit, config: sha('config') };
      dev.moveOn();
      const { environments } = await result();
      expect(dev.requests.map(({ state }) => state)).toEqual(['closed']);
      expect(environments[0]?.state).toBe('unchanged');
    });
  });

  it('ends as rejected when a person closes its request', async () => {
    const world = new World([['dev'], ['qa']], { dev: { merge: 'manual' } });
    await promoteOnDevServer(world, async ({ reaches, result }) => {
      await reaches('dev', 'pull request open');
      world.at('dev').close('ann');
      const { state, message, environments } = await result();
      expect(state).toBe('rejected');
      expect(message).toContain('#1 was closed by ann without a merge');
      expect(environments[1]?.state).toBe('not reached');
    });
  });

  it('wakes at a nudge instead of at its interval', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    Object.assign(world, { intervalMs: 3_600_000 });
    await promoteOnDevServer(world, async ({ reaches, handle, result }) => {
      await reaches('dev', 'pull request open');
      const { open } = world.at('dev');
      if (open) world.at('dev').merge(open, 'ann');
      await handle.signal('nudge', {});
      expect((await result()).state).toBe('promoted');
    });
  });

  it('lets siblings finish and stops before the next stage when one of a stage fails', async () => {
    const world = new World([['us', 'eu'], ['rest']], { us: { merge: 'manual' }, eu: { merge: 'manual' } });
    await promoteOnDevServer(world, async ({ reaches, environment, result }) => {
      await Promise.all([reaches('us', 'pull request open'), reaches('eu', 'pull request open')]);
      world.at('us').close('ann');
      await reaches('us', 'rejected');
      expect((await environment('eu')).state).toBe('pull request open');
      const { open } = world.at('eu');
      if (open) world.at('eu').merge(open, 'bob');
      const { state, environments } = await result();
      expect(state).toBe('rejected');
      expect(environments.map((e) => e.state)).toEqual(['rejected', 'promoted', 'not reached']);
    });
  });

  it('goes on where it was after the worker was restarted', async () => {
    const world = new World([['dev'], ['qa']], { qa: { merge: 'approval' } });
    await promoteOnDevServer(world, async ({ reaches, test, decide, result }) => {
      const { request } = await reaches('qa', 'awaiting approval');
      await test.worker.restart();
      await decide('approve', { environment: 'qa', head: request?.head });
      expect((await result()).state).toBe('promoted');
      expect(world.at('dev').renders).toHaveLength(1);
    });
  });
});
