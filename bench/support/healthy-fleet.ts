import type { Fleet } from '../../src/fleet/types.ts';

/** Plays a fleet that has applied the head of the branch the moment it is asked. */
export function healthyFleet(head: () => Promise<string>): Fleet {
  return {
    observe: async () => {
      const revision = await head();
      return {
        kind: 'reached',
        kustomizations: [
          {
            name: 'all',
            namespace: 'flux-system',
            path: '',
            suspended: false,
            generation: 1,
            observedGeneration: 1,
            lastAppliedRevision: revision,
            lastAttemptedRevision: revision,
            ready: { status: 'True', reason: 'ReconciliationSucceeded', message: '', observedGeneration: 1 },
            healthChecked: true,
          },
        ],
      };
    },
    requestReconciliation: async () => true,
  };
}
