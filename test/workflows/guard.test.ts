import { describe, expect, it } from 'vitest';
import type { GuardedRemovals } from '../../src/operation/guard/removals.ts';
import { rollbackId } from '../../src/operation/messages.ts';
import type { MergePolicy } from '../../src/platform/types.ts';
import { runConcurrently } from './support/concurrency.ts';
import { eventually } from './support/eventually.ts';
import { testOperation } from './support/operation.ts';
import { platformOf, promoteOnDevServer } from './support/promotion.ts';
import { continuesAsNew, short } from './support/renewal.ts';
import { sha, World } from './support/world.ts';

const removals: GuardedRemovals = {
  removed: 3,
  before: 40,
  objects: ['Namespace shop'],
  guarded: 1,
  groups: [],
  emptied: 0,
};

/** A world in which the promotion removes a Namespace from prod. */
function guarded(merge: MergePolicy): World {
  const world = new World([['prod']], { prod: { merge } });
  world.at('prod').removals = removals;
  return world;
}

describe('A request that removes what the guard names', () => {
  it.each(['auto', 'approval'] as const)('waits under %s for an approval that says so', async (merge) => {
    const world = guarded(merge);
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      const { request, message } = await reaches('prod', 'awaiting approval');
      expect(message).toMatch(
        /^#1 removes Namespace shop\. Look at it, then: fairlead approve \S+ prod --head [0-9a-f]{8} --removals$/,
      );
      expect(request).toMatchObject({ merge: 'approval', removals });
      const refused = await decide('approve', { environment: 'prod', head: request?.head });
      expect(refused).toContain('approve it with --removals');
      expect(world.at('prod').open).toBeDefined();
      await decide('approve', { environment: 'prod', head: request?.head, removals: true });
      expect((await result()).environments[0]).toMatchObject({ state: 'promoted', approval: { removals: true } });
    });
  });

  it('must be approved again after a new render, and plainly where that removes nothing more', async () => {
    const world = guarded('approval');
    const prod = world.at('prod');
    prod.checksRun = true;
    await promoteOnDevServer(world, async ({ reaches, environment, decide, handle, result }) => {
      const { request } = await reaches('prod', 'awaiting approval');
      await decide('approve', { environment: 'prod', head: request?.head, removals: true });
      expect(await environment('prod')).toMatchObject({ state: 'pull request open' });
      const more = { ...removals, objects: ['Namespace shop', 'Namespace bank'], guarded: 2 };
      prod.removals = more;
      prod.moveOn();
      await handle.signal('nudge', {});
      await eventually(async () => (await environment('prod')).request?.removals).toEqual(more);
      const again = await reaches('prod', 'awaiting approval');
      expect(again.approval).toBeUndefined();
      expect(again.message).toContain('#1 removes Namespace shop, Namespace bank.');
      prod.removals = undefined;
      prod.moveOn();
      await handle.signal('nudge', {});
      await eventually(async () => (await environment('prod')).request?.removals).toBeUndefined();
      const plain = await reaches('prod', 'awaiting approval');
      prod.checksRun = false;
      await decide('approve', { environment: 'prod', head: plain.request?.head });
      expect((await result()).state).toBe('promoted');
    });
  });

  it('says so under manual, and a person merges it on the forge', async () => {
    const world = guarded('manual');
    await promoteOnDevServer(world, async ({ reaches, result }) => {
      const { message } = await reaches('prod', 'pull request open');
      expect(message).toBe('a person merges #1 on the forge. It removes Namespace shop');
      world.at('prod').mergeByHand('bob');
      expect((await result()).environments[0]).toMatchObject({ state: 'promoted', mergedBy: 'bob' });
    });
  });

  it('is known after the workflow has continued as new, and so is its approval', async () => {
    const world = guarded('auto');
    const prod = world.at('prod');
    const groups = [{ group: 'us/lab', clusters: 2, keeps: true as const }];
    prod.removals = { ...removals, share: 0.2, groups, emptied: 1 };
    prod.checksRun = true;
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async (concurrent) => {
      const { reaches, environment, decide, handle, result } = await concurrent.promote(m1, short);
      const waits = await reaches('prod', 'awaiting approval');
      expect(waits.message).toContain('all of the group us/lab (2 clusters, which keep it); 3 of 40 objects');
      await continuesAsNew(concurrent.test.client, handle);
      expect(await environment('prod')).toEqual(waits);
      expect(await decide('approve', { environment: 'prod', head: waits.request?.head })).toContain('--removals');
      await decide('approve', { environment: 'prod', head: waits.request?.head, removals: true });
      await continuesAsNew(concurrent.test.client, handle);
      expect(await environment('prod')).toMatchObject({ state: 'pull request open', approval: { removals: true } });
      prod.checksRun = false;
      expect((await result()).state).toBe('promoted');
      expect(prod.renders).toHaveLength(1);
    });
  });

  it('needs no approval of a rollback: who asks for it asks for what it removes', async () => {
    const world = new World([['dev'], ['prod']], { prod: { merge: 'approval' } });
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('prod', 'awaiting approval');
      world.at('dev').removals = removals;
      await decide('rollback', { environment: 'dev', reason: 'it leaks' });
      expect((await result()).environments.map(({ state }) => state)).toEqual(['rolled back', 'aborted']);
      expect(world.at('dev').deployed?.main).toBe(sha('before'));
    });
  });

  it('needs an approval of a rollback, too, where it is a config commit that removes it', async () => {
    const world = new World([['dev'], ['prod']], { prod: { merge: 'approval' } });
    await promoteOnDevServer(world, async ({ reaches, decide, result, test }) => {
      await reaches('prod', 'awaiting approval');
      world.at('dev').removals = { ...removals, byConfig: true };
      await decide('rollback', { environment: 'dev', reason: 'it leaks' });
      await eventually(async () => world.at('dev').open !== undefined).toBe(true);
      const rollback = testOperation(test.client.workflow.getHandle(rollbackId(platformOf(test), 'dev')));
      const { request, message } = await rollback.reaches('dev', 'awaiting approval');
      expect(message).toMatch(
        / removes Namespace shop\. Look at it, then: fairlead approve \S+ dev --head \w{8} --removals$/,
      );
      expect(world.at('dev').deployed?.main).not.toBe(sha('before'));
      const head = request?.head;
      expect(await rollback.decide('approve', { environment: 'dev', head })).toContain('approve it with --removals');
      await rollback.decide('approve', { environment: 'dev', head, removals: true });
      expect((await result()).environments.map(({ state }) => state)).toEqual(['rolled back', 'aborted']);
      expect(world.at('dev').deployed?.main).toBe(sha('before'));
    });
  });
});
