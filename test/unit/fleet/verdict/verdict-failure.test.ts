import { describe } from 'vitest';
import { before, failing, kustomization, reached, record } from '../evidence.ts';
import { type Case, testCases } from './verdict-case.ts';

const unknownReady = { status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' } as const;
const twice = record({ status: 'HealthCheckFailed', total: 2, first: '2026-03-01T12:02:00Z' });
const stalled = {
  status: 'True',
  reason: 'InvalidCELExpression',
  message: 'undeclared reference',
  observedGeneration: 3,
} as const;

const cases: readonly Case[] = [
  ...['DependencyNotReady', 'HealthCheckCanceled', 'ArtifactFailed', 'Progressing', 'SomethingNew'].map(
    (reason): Case => ({
      name: `Ready False for ${reason}, however often`,
      see: reached(failing(reason, { history: [record({ status: reason, total: 9, first: '2026-03-01T12:02:00Z' })] })),
      state: 'pending',
      says: reason,
    }),
  ),
  ...['ReconciliationFailed', 'PruneFailed', 'HealthCheckFailed'].flatMap((reason): Case[] => [
    {
      name: `${reason} once`,
      see: reached(failing(reason)),
      state: 'pending',
      says: `failed at aaaaaaaa, and Flux tries again: ${reason}`,
    },
    {
      name: `${reason} twice`,
      see: reached(failing(reason, { history: [{ ...twice, status: reason }] })),
      state: 'failed',
      says: `failed 2 times at aaaaaaaa: ${reason}: timeout waiting for: [Deployment/blue/shop`,
      atRevision: true,
    },
  ]),
  {
    name: 'two failures of different kinds in a row',
    see: reached(
      failing('HealthCheckFailed', {
        history: [record({ status: 'HealthCheckFailed' }), record({ status: 'ReconciliationFailed' })],
      }),
    ),
    state: 'failed',
    atRevision: true,
  },
  {
    name: 'a build that failed, which Flux does not record, beside an old success',
    see: reached(failing('BuildFailed', { history: [record({ revision: before, last: '2026-03-01T11:00:00Z' })] })),
    state: 'pending',
    says: 'BuildFailed',
  },
  {
    name: 'failing without a history, as before Flux 2.7',
    see: reached(failing('HealthCheckFailed', { history: undefined })),
    state: 'pending',
  },
  {
    name: 'failing repeatedly at the commit before',
    see: reached(
      failing('HealthCheckFailed', { lastAttemptedRevision: before, history: [{ ...twice, revision: before }] }),
    ),
    state: 'pending',
    says: 'has not attempted the merged commit; HealthCheckFailed',
  },
  {
    name: 'unchanged manifests that failed for days before the merge, and once since',
    see: reached(failing('HealthCheckFailed', { history: [{ ...twice, total: 90, first: '2026-02-26T10:00:00Z' }] })),
    state: 'pending',
  },
  {
    name: 'manifests that failed long ago, succeeded, and failed once now',
    see: reached(
      failing('HealthCheckFailed', {
        history: [{ ...twice, total: 7, first: '2026-03-01T12:02:00Z' }, record({ last: '2026-03-01T12:05:00Z' })],
      }),
    ),
    state: 'pending',
  },
  {
    name: 'failing repeatedly since a success at this very commit',
    see: reached(
      failing('HealthCheckFailed', {
        history: [{ ...twice, first: '2026-03-01T12:06:00Z' }, record({ last: '2026-03-01T12:05:00Z' })],
      }),
    ),
    state: 'failed',
    atRevision: true,
  },
  {
    name: 'trying again after two failures',
    see: reached(failing('HealthCheckFailed', { ready: unknownReady, history: [twice] })),
    state: 'pending',
  },
  {
    name: 'failed repeatedly and then suspended by somebody',
    see: reached(failing('HealthCheckFailed', { suspended: true, history: [twice] })),
    state: 'pending',
    says: 'suspended',
  },
  {
    name: 'stalled',
    see: reached(kustomization({ stalled })),
    state: 'failed',
    says: 'is stalled: InvalidCELExpression: undeclared reference',
    atRevision: true,
  },
  {
    name: 'stalled before it attempted the merge commit',
    see: reached(kustomization({ stalled, lastAttemptedRevision: before, lastAppliedRevision: before })),
    state: 'failed',
    atRevision: false,
  },
  {
    name: 'stalled over a spec that has changed since',
    see: reached(kustomization({ stalled, generation: 4 })),
    state: 'pending',
    says: 'since its spec changed',
  },
  {
    name: 'one failed and one pending',
    see: reached(
      kustomization({ ready: unknownReady }),
      failing('HealthCheckFailed', { name: 'infra', history: [twice] }),
    ),
    state: 'failed',
    says: /^Kustomization flux-system\/infra failed 2 times/,
    atRevision: true,
  },
];

describe('a cluster has failed on positive evidence only', () => {
  testCases(cases);
});
