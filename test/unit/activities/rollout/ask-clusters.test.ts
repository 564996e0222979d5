import { expect, it } from 'vitest';
import { askClusters } from '../../../../src/activities/rollout/request-reconciliation.ts';
import type { ReconciliationRequest } from '../../../../src/fleet/types.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();
const clusters = ['silent', 'one', 'two'].map((name) => ({ name, group: 'one', context: name }));

/** Asks one cluster at a time, of which the first answers after the last one has been asked. */
async function ask(phase: 'rollout' | 'after soak') {
  const { dependencies, place } = world();
  const asked: string[] = [];
  let answer = () => {};
  const silence = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const fleet = {
    ...dependencies.fleet,
    requestReconciliation: async (
      { name }: { readonly name: string },
      _: unknown,
      request: ReconciliationRequest,
    ): Promise<boolean> => {
      asked.push(`${name}: ${request.ask}`);
      if (name === 'two') answer();
      if (name !== 'silent') return true;
      request.turn?.leave();
      await silence;
      return false;
    },
  };
  const order = { ...place, main: '', config: '', token: 'a-token', phase };
  await askClusters({ ...dependencies, fleet }, order, clusters);
  return asked;
}

it('A cluster that does not answer keeps nobody else from being asked', async () => {
  expect(await ask('rollout')).toEqual(['silent: fetch', 'one: fetch', 'two: fetch']);
});

it('After a soak Flux is asked to reconcile everything, because nothing has changed', async () => {
  expect(await ask('after soak')).toEqual(['silent: reconcile', 'one: reconcile', 'two: reconcile']);
});
