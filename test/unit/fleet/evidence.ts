import type {
  ClusterExpectation,
  ClusterObservation,
  KustomizationEvidence,
  ReconciliationRecord,
} from '../../../src/fleet/types.ts';

/** The merge commit, a descendant of it, the commit before, and one of somebody else. */
export const merged = 'a'.repeat(40);
export const later = 'b'.repeat(40);
export const before = '0'.repeat(40);

export const expectation: ClusterExpectation = {
  group: 'west-us',
  leaves: ['west-us/apps/blue/shop', 'west-us/infra/log/forwarder'],
  acceptable: (revision) => revision === merged || revision === later,
  mergedAt: '2026-03-01T12:00:00.500Z',
};

/** Healthy at the merge commit; a case says what is different. */
export function kustomization(different: Partial<KustomizationEvidence> = {}): KustomizationEvidence {
  return {
    name: 'west-us',
    namespace: 'flux-system',
    path: 'west-us',
    suspended: false,
    generation: 3,
    observedGeneration: 3,
    lastAppliedRevision: merged,
    lastAttemptedRevision: merged,
    ready: { status: 'True', reason: 'ReconciliationSucceeded', message: `Applied revision: dev@sha1:${merged}` },
    healthChecked: true,
    history: [record()],
    lastReconciliationBegan: '2026-03-01T12:10:00.000Z',
    ...different,
  };
}

export function record(different: Partial<ReconciliationRecord> = {}): ReconciliationRecord {
  return {
    status: 'ReconciliationSucceeded',
    total: 1,
    first: '2026-03-01T12:01:00Z',
    last: '2026-03-01T12:10:00Z',
    revision: merged,
    ...different,
  };
}

/** `Ready: False` at the merge commit, which is not applied yet. */
export function failing(reason: string, different: Partial<KustomizationEvidence> = {}): KustomizationEvidence {
  const message = "timeout waiting for: [Deployment/blue/shop status: 'InProgress']";
  return kustomization({
    lastAppliedRevision: before,
    ready: { status: 'False', reason, message },
    history: [record({ status: reason })],
    ...different,
  });
}

export function reached(...kustomizations: readonly KustomizationEvidence[]): ClusterObservation {
  return { kind: 'reached', kustomizations };
}
