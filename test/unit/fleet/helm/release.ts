import type { LeafObject } from '../../../../src/fleet/coverage/identity.ts';
import type { HelmReleaseEvidence } from '../../../../src/fleet/helm/types.ts';
import type { ClusterObservation, KustomizationEvidence } from '../../../../src/fleet/types.ts';
import { expectationOf, inventoryOf, kustomization, leafAt } from '../evidence.ts';

const object: LeafObject = {
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  group: 'helm.toolkit.fluxcd.io',
  kind: 'HelmRelease',
  namespace: 'blue',
  name: 'web',
  optional: false,
};

/** A group whose only leaf has a HelmRelease. */
export const leaves = [{ ...leafAt('west-us/apps/blue/web'), objects: [object] }];
export const releaseExpectation = expectationOf(leaves);

/** Ready at its present generation; a case says what is different. */
export function release(different: Partial<HelmReleaseEvidence> = {}): HelmReleaseEvidence {
  return {
    name: 'web',
    namespace: 'blue',
    generation: 4,
    observedGeneration: 4,
    suspended: false,
    ready: {
      status: 'True',
      reason: 'UpgradeSucceeded',
      message: 'Helm upgrade succeeded for release blue/web.v2 with chart web@1.2.0',
      observedGeneration: 4,
    },
    failures: 0,
    attempted: { version: '1.2.0' },
    ...different,
  };
}

/** A cluster with this HelmRelease, or without it. */
export function clusterWith(
  found: HelmReleaseEvidence | undefined,
  owner: Partial<KustomizationEvidence> = {},
): Extract<ClusterObservation, { kind: 'reached' }> {
  return {
    kind: 'reached',
    kustomizations: [kustomization({ inventory: inventoryOf(leaves), ...owner })],
    helm: { releases: found === undefined ? [] : [found] },
  };
}
