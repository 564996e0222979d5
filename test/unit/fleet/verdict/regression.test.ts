import { describe, expect, test } from 'vitest';
import { clusterRegression } from '../../../../src/fleet/regression.ts';
import type { ClusterObservation } from '../../../../src/fleet/types.ts';
import { before, expectation, failing, kustomization, reached, record } from '../evidence.ts';

const reconciling = { status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' } as const;
const failed = record({ status: 'HealthCheckFailed' });

describe('during the soak a cluster has regressed', () => {
  test.each<[string, ClusterObservation, string]>([
    [
      'when its health checks fail, once',
      reached(failing('HealthCheckFailed')),
      'fails at aaaaaaaa: HealthCheckFailed: timeout',
    ],
    ['when it cannot be applied any more', reached(failing('ReconciliationFailed')), 'ReconciliationFailed'],
    [
      'when one of several fails',
      reached(kustomization(), failing('PruneFailed', { name: 'infra' })),
      'flux-system/infra was healthy',
    ],
    [
      'when Flux is trying again after a failure',
      reached(kustomization({ ready: reconciling, history: [failed, record()] })),
      'HealthCheckFailed, and Flux tries again',
    ],
    [
      'when it stalls',
      reached(kustomization({ stalled: { status: 'True', reason: 'AccessDenied', message: 'no' } })),
      'AccessDenied: no',
    ],
  ])('%s', (_, observation, says) => {
    expect(clusterRegression(observation, expectation)).toContain(says);
  });
});

describe('during the soak a cluster has not regressed', () => {
  test.each<[string, ClusterObservation]>([
    ['while it is healthy', reached(kustomization())],
    ['while it is reconciling', reached(kustomization({ ready: reconciling }))],
    ['while it waits for its source', reached(failing('ArtifactFailed'))],
    ['while it waits for a dependency', reached(failing('DependencyNotReady'))],
    ['while it cannot be reached', { kind: 'unreachable', why: 'refused' }],
    ['when its last failure was before it became healthy', reached(kustomization({ history: [record(), failed] }))],
    ['when what fails is another commit', reached(failing('HealthCheckFailed', { lastAttemptedRevision: before }))],
    ['when somebody suspended what failed', reached(failing('HealthCheckFailed', { suspended: true }))],
    ['when there is no Flux any more', { kind: 'reached', kustomizations: [], fluxMissing: 'x' }],
  ])('%s', (_, observation) => {
    expect(clusterRegression(observation, expectation)).toBeUndefined();
  });
});
