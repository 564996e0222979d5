import { expect, test } from 'vitest';
import { observeAll } from '../../../src/fleet/observe-all.ts';
import type { ClusterObservation, ClusterRef, Fleet } from '../../../src/fleet/types.ts';

const source = { repository: 'https://github.com/acme/gitops', branch: 'dev' };
const clusters: readonly ClusterRef[] = Array.from({ length: 1000 }, (_, i) => ({ name: `c${i}`, context: `x${i}` }));

/** Counts how many looks are under way at once. */
function countingFleet(answer: (cluster: ClusterRef) => ClusterObservation) {
  const seen = { now: 0, most: 0, looks: 0 };
  const fleet: Pick<Fleet, 'observe'> = {
    async observe(cluster) {
      seen.looks += 1;
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      await new Promise(setImmediate);
      seen.now -= 1;
      return answer(cluster);
    },
  };
  return { fleet, seen };
}

test('a thousand clusters are looked at, so many at a time, and answered in their order', async () => {
  const { fleet, seen } = countingFleet(({ name }) => ({ kind: 'unreachable', why: name }));
  const round = { clusters, source, timeoutMs: 1000, concurrency: 16 };
  const answers = await observeAll(fleet, round, ({ name }, look) => `${name} ${look.kind}`);
  expect(answers).toEqual(clusters.map(({ name }) => `${name} unreachable`));
  expect(seen).toEqual({ now: 0, most: 16, looks: 1000 });
});

test('when judging fails, the clusters that wait are not looked at', async () => {
  const { fleet, seen } = countingFleet(() => ({ kind: 'unreachable', why: '' }));
  const judge = () => {
    throw new Error('broken');
  };
  await expect(observeAll(fleet, { clusters, source, timeoutMs: 1000, concurrency: 4 }, judge)).rejects.toThrow(
    'broken',
  );
  expect(seen.looks).toBeLessThan(20);
});
