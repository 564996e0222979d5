import { describe, expect, test } from 'vitest';
import type { ClusterObservation, OtherApplier } from '../../../../src/fleet/types.ts';
import { clusterVerdict } from '../../../../src/fleet/verdict.ts';
import { expectation, expectationOf, inventoryOf, kustomization, leafAt } from '../evidence.ts';

const [shop, log] = expectation.leaves.map((leaf) => [leaf]);
const untold =
  'OCIRepository flux-system/fleet, which does not say which Git commit of this branch it holds: not covered';

function fromArtifact(leaves: typeof shop, different: Partial<OtherApplier> = {}): OtherApplier {
  return { name: 'apps', namespace: 'flux-system', inventory: inventoryOf(leaves ?? []), untold, ...different };
}

function cluster(others: readonly OtherApplier[], applied: typeof shop): ClusterObservation {
  const own = applied && kustomization({ inventory: inventoryOf(applied), path: 'elsewhere' });
  return { kind: 'reached', kustomizations: own ? [own] : [], others };
}

describe('a source that does not say which commit it holds', () => {
  test('covers no leaf, and is named with what it applies', () => {
    const { state, awaited } = clusterVerdict(cluster([fromArtifact(log)], shop), expectation);
    expect(state).toBe('pending');
    expect(awaited).toContain(`Kustomization flux-system/apps applies west-us/infra/log/forwarder from ${untold}`);
  });

  test('is named where nothing follows the branch at all', () => {
    const { state, awaited } = clusterVerdict(cluster([fromArtifact(shop)], undefined), expectation);
    expect(state).toBe('pending');
    expect(awaited).toBe(`Kustomization flux-system/apps applies west-us/apps/blue/shop from ${untold}`);
  });

  test('is not named where it applies nothing of the group', () => {
    const { awaited } = clusterVerdict(cluster([fromArtifact([])], shop), expectation);
    expect(awaited).toBe('No Kustomization applies west-us/infra/log/forwarder');
  });

  test('is a warning where the commit brings its Kustomization', () => {
    const child = {
      group: 'kustomize.toolkit.fluxcd.io',
      kind: 'Kustomization',
      namespace: 'flux-system',
      name: 'modules',
    };
    const leaves = [leafAt('west-us/apps/blue/modules', child)];
    const others = [fromArtifact([], { name: 'modules' }), fromArtifact([], { name: 'strange' })];
    const see = { ...cluster(others, leaves), kustomizations: [kustomization({ inventory: inventoryOf(leaves) })] };
    expect(clusterVerdict(see, expectationOf(leaves))).toMatchObject({
      state: 'healthy',
      warnings: [`Kustomization flux-system/modules, which the commit brings, applies ${untold}.`],
    });
  });
});
