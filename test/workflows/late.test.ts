import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { LateReason } from '../../src/operation/trouble/late.ts';
import { runConcurrently } from './support/concurrency.ts';
import { eventually } from './support/eventually.ts';
import { commit, promoteOnDevServer, promoteTimeSkipping } from './support/promotion.ts';
import { continuesAsNew, short } from './support/renewal.ts';
import { sha, World } from './support/world.ts';

/** git shows the branch as it was before the merge. */
const behind: LateReason = {
  late: true,
  missing: { repository: 'https://forge.test/acme/gitops', commit: sha('merge'), branch: 'dev' },
};

function lateWorld(late: LateReason = behind) {
  const world = new World([['dev']]);
  const dev = world.at('dev');
  dev.late = late;
  return { world, dev };
}

async function historyLength(handle: WorkflowHandle): Promise<number> {
  return Number((await handle.describe()).historyLength);
}

describe('What needs a person because git is late', () => {
  it('goes on by itself once git has caught up, and adds no history until then', async () => {
    const { world, dev } = lateWorld();
    await promoteOnDevServer(world, async ({ reaches, result, handle }) => {
      const { message } = await reaches('dev', 'needs attention');
      expect(message).toMatch(/Put it back and retry, or abort\. When it is mended: fairlead retry .* To end it: /);
      expect(message).toMatch(/ Fairlead looks for it by itself, from 20\S+Z on, .* and goes on when git shows it\.$/);
      // Whatever else happens in the beginning, such as the lane's answer, is over at some time.
      const eventsOfTenLooks = async () => {
        const [before, looks] = [await historyLength(handle), dev.lateLooks];
        await eventually(() => dev.lateLooks).toBeGreaterThan(looks + 10);
        return (await historyLength(handle)) - before;
      };
      await eventually(eventsOfTenLooks).toBe(0);
      dev.late = undefined;
      expect((await result()).state).toBe('promoted');
    });
  });

  it('can be tried again and aborted by a person all the same', async () => {
    const { world, dev } = lateWorld();
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('dev', 'needs attention');
      await eventually(() => dev.lateWaits.length).toBeGreaterThan(0);
      const before = dev.lateWaits[0]?.since;
      expect(await decide('retry', { environment: 'dev' })).toBe('dev is tried again');
      await eventually(() => dev.lateWaits.at(-1)?.since).not.toBe(before);
      await reaches('dev', 'needs attention');
      expect(await decide('abort', { environment: 'dev', reason: 'seen enough' })).toBe('dev is being aborted');
      expect((await result()).environments).toMatchObject([{ state: 'aborted' }]);
    });
  });

  it('can be rolled back by a person all the same', async () => {
    const { world, dev } = lateWorld({ late: true });
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('dev', 'needs attention');
      dev.late = undefined;
      await decide('rollback', { environment: 'dev', reason: 'it leaks' });
      expect((await result()).environments).toMatchObject([{ state: 'rolled back' }]);
    });
  });

  it('is looked for at once where somebody nudges', async () => {
    const { world, dev } = lateWorld();
    await promoteOnDevServer(world, async ({ reaches, handle }) => {
      await reaches('dev', 'needs attention');
      // The lane's answer has woken the wait by then.
      await eventually(() => dev.lateLooks).toBeGreaterThan(10);
      const before = dev.lateWaits.length;
      await handle.signal('nudge', { environment: 'dev' });
      await eventually(() => dev.lateWaits.length).toBe(before + 1);
      expect(dev.lateWaits.at(-1)).toEqual(dev.lateWaits[0]);
    });
  });

  it('is looked for still where the workflow has continued as new', async () => {
    const { world, dev } = lateWorld();
    await runConcurrently(world, async ({ test, promote }) => {
      const { reaches, handle } = await promote(commit, short);
      const { message } = await reaches('dev', 'needs attention');
      await continuesAsNew(test.client, handle, 1);
      const present = test.client.workflow.getHandle(handle.workflowId);
      await eventually(() => dev.lateWaits.length).toBeGreaterThan(1);
      expect(dev.lateWaits.at(-1)).toEqual(dev.lateWaits[0]);
      expect(await present.query('status')).toMatchObject({ environments: [{ message }] });
      dev.late = undefined;
      expect(await present.result()).toMatchObject({ state: 'promoted' });
    });
  });

  it('is tried ever more seldom where that is in vain', async () => {
    const { world, dev } = lateWorld({ late: true });
    await promoteTimeSkipping(world, async ({ test, decide, result, reaches }) => {
      await reaches('dev', 'needs attention');
      // The lane's answers wake the wait, which is then ordered once more.
      const waits = () => [...new Map(dev.lateWaits.map((wait) => [wait.since, wait])).values()];
      while (waits().length < 7) await test.sleep(600_000);
      const pauses = waits().map(({ since, notBefore }) => (Date.parse(notBefore) - Date.parse(since)) / 60_000);
      expect(pauses.slice(0, 7)).toEqual([0.5, 2, 8, 32, 60, 60, 60]);
      await reaches('dev', 'needs attention');
      await decide('retry', { environment: 'dev' });
      const before = waits().length;
      while (waits().length === before) await test.sleep(1_000);
      const { since, notBefore } = waits()[before] ?? { since: '', notBefore: '' };
      expect(Date.parse(notBefore) - Date.parse(since)).toBe(30_000);
      dev.late = undefined;
      expect((await result()).state).toBe('promoted');
    });
  });

  it('waits for a person alone in what began with an older release', async () => {
    const { world, dev } = lateWorld();
    await runConcurrently(world, async ({ test, promote }) => {
      await test.worker.restart({ patchActivationCallback: () => false });
      const { reaches, decide, result } = await promote(commit);
      const { message } = await reaches('dev', 'needs attention');
      expect(message).not.toContain('by itself');
      await test.worker.restart({ patchActivationCallback: () => true });
      dev.late = undefined;
      await reaches('dev', 'needs attention');
      expect(dev.lateWaits).toEqual([]);
      await decide('retry', { environment: 'dev' });
      expect((await result()).state).toBe('promoted');
    });
  });
});
