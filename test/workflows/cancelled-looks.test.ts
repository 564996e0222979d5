import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asActivity } from '../../src/activities/as-activity.ts';
import type { Activities } from '../../src/activities/contract.ts';
import { endingWith } from '../../src/activities/ending-dependencies.ts';
import type { Dependencies } from '../../src/dependencies.ts';
import { createFluxFleet } from '../../src/fleet/flux/fleet.ts';
import { runOnDevServer } from '../support/temporal.ts';
import { apiServer, kubeconfig, type TestApiServer } from '../unit/fleet/api-server.ts';
import { eventually } from './support/eventually.ts';
import { promoteOnDevServer, startPromotion } from './support/promotion.ts';
import { sha, World } from './support/world.ts';

const slots = 20;
const cluster = { name: 'silent', context: 'silent' };
const gitops = { repository: 'https://forge.test/acme/gitops', branch: 'main' };

let silent: TestApiServer;
beforeAll(async () => {
  silent = await apiServer(() => undefined);
});
afterAll(() => silent.close());

/** Makes every look at a rollout one at a cluster that is silent for an hour, and counts those under way. */
function lookSlowly(world: World) {
  const yaml = kubeconfig({ name: cluster.name, server: silent.url, authority: silent.authority });
  const parts = { fleet: createFluxFleet({ kubeconfig: { yaml } }) } as Partial<Dependencies> as Dependencies;
  const looks = { begun: 0, underWay: 0, mostAtOnce: 0 };
  const look: Activities['awaitRollout'] = world.awaitRollout;
  const slowly = asActivity(async (order: Parameters<typeof look>[0], signal) => {
    looks.begun += 1;
    looks.underWay += 1;
    looks.mostAtOnce = Math.max(looks.mostAtOnce, looks.underWay);
    try {
      await endingWith(parts, signal).fleet.observe(cluster, gitops, { timeoutMs: 3_600_000 });
      return await look(order);
    } finally {
      looks.underWay -= 1;
    }
  });
  world.awaitRollout = slowly;
  return looks;
}

describe('Looks that nobody waits for any more', () => {
  it('leave all slots to others', async () => {
    const names = Array.from({ length: slots }, (_, index) => `env-${index}`);
    const world = new World([names]);
    const looks = lookSlowly(world);
    const worker = { maxConcurrentActivityTaskExecutions: slots };
    await runOnDevServer({ activities: world, worker }, async (test) => {
      const slow = await startPromotion(world, test, { commit: sha('slow') });
      await eventually(() => looks.underWay).toBe(slots);
      await slow.decide('abort', { reason: 'another way' });
      const other = await startPromotion(world, test, { commit: sha('other'), source: 'https://forge.test/b/b' });
      await other.reaches('env-0', 'rendering');
      // Each look would take an hour.
      expect((await slow.result()).state).toBe('aborted');
      await other.decide('abort', { reason: 'seen enough' });
      await other.result();
    });
  });
});

describe('A nudge', () => {
  it('makes one look of one: what it cancels ends', async () => {
    const world = new World([['dev']]);
    const looks = lookSlowly(world);
    await promoteOnDevServer(world, async ({ handle, decide, result }) => {
      await eventually(() => looks.underWay).toBe(1);
      for (let nudge = 1; nudge <= 2; nudge += 1) {
        await handle.signal('nudge', { environment: 'dev' });
        await eventually(() => looks.begun).toBe(1 + nudge);
        await eventually(() => looks.underWay).toBe(1);
      }
      expect(looks.mostAtOnce).toBeLessThanOrEqual(2);
      await decide('abort', { reason: 'seen enough' });
      expect((await result()).state).toBe('aborted');
      await eventually(() => looks.underWay).toBe(0);
    });
  });
});
