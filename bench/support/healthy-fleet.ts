import type { ClusterObservation, Fleet, KustomizationEvidence } from '../../src/fleet/types.ts';

/** The inventory ids of what the one app of the benchmark's platform is made of. */
const applied = new Set(['default_shop__ConfigMap']);

/** Plays a fleet that has applied the head of the branch the moment it is asked. */
export function healthyFleet(head: (branch: string) => Promise<string>): Fleet {
  return {
    observe: async (_, { branch }): Promise<ClusterObservation> => ({
      kind: 'reached',
      kustomizations: [healthy(await head(branch))],
    }),
    requestReconciliation: async () => true,
  };
}

function healthy(revision: string): KustomizationEvidence {
  return {
    name: 'all',
    namespace: 'flux-system',
    path: '',
    suspended: false,
    generation: 1,
    observedGeneration: 1,
    lastAppliedRevision: revision,
    lastAttemptedRevision: revision,
    ready: { status: 'True', reason: 'ReconciliationSucceeded', message: '', observedGeneration: 1 },
    healthChecks: 'all',
    inventory: applied,
  };
}
