import { inventoryId, type Leaf, type LeafObject } from '../../../src/fleet/coverage/identity.ts';
import { type BranchFolders, reachOf } from '../../../src/fleet/coverage/reach.ts';
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

const deployment = { apiVersion: 'apps/v1', group: 'apps', kind: 'Deployment', namespace: 'blue' };

/** A leaf of one Deployment, named after its folder. */
export function leafAt(folder: string, different: Partial<LeafObject> = {}): Leaf {
  return {
    folder,
    objects: [{ ...deployment, name: nameOf(folder), optional: false, ...different }],
  };
}

/** What a cluster's group is judged by: every folder is reached from above, as Flux does without a kustomization. */
export function expectationOf(leaves: readonly Leaf[]): ClusterExpectation {
  return {
    group: 'west-us',
    leaves,
    coverage: 'strict',
    reach: reachOf(foldersOf(leaves)),
    acceptable: (revision) => revision === merged || revision === later,
    now: Date.parse('2026-03-01T13:30:00Z'),
  };
}

/** The folders of a branch that has these leaves, and no kustomization. */
export function foldersOf(leaves: readonly Leaf[]): BranchFolders {
  return { manifests: leaves.map(({ folder }) => `${folder}/all.yaml`), kustomizations: new Map() };
}

export const expectation = expectationOf([leafAt('west-us/apps/blue/shop'), leafAt('west-us/infra/log/forwarder')]);

/** The inventory of whoever has applied these leaves. */
export function inventoryOf(leaves: readonly Leaf[]): ReadonlySet<string> {
  return new Set(leaves.flatMap(({ objects }) => objects.map(inventoryId)));
}

function nameOf(folder: string): string {
  return folder.replaceAll('/', '-');
}

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
    healthChecks: 'all',
    retryMs: 60_000,
    inventory: inventoryOf(expectation.leaves),
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
