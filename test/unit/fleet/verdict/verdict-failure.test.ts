import { describe, expect, test } from 'vitest';
import type { FailureMemory } from '../../../../src/fleet/types.ts';
import { clusterVerdict } from '../../../../src/fleet/verdict.ts';
import { before, expectation, failing, kustomization, later, merged, reached, record } from '../evidence.ts';
import { type Case, testCases } from './verdict-case.ts';

const unknownReady = { status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' } as const;
const twice = record({ status: 'HealthCheckFailed', total: 2, first: '2026-03-01T12:02:00Z' });
const stalled = {
  status: 'True',
  reason: 'InvalidCELExpression',
  message: 'undeclared reference',
  observedGeneration: 3,
} as const;

const stalledWorkload = {
  status: 'False',
  reason: 'HealthCheckFailed',
  message: "failed early due to stalled resources: [Deployment/blue/shop status: 'Failed']",
  observedGeneration: 3,
} as const;

/** A failure that repeats, first seen so many minutes ago. */
function sinceMinutes(minutes: number): FailureMemory {
  const since = expectation.now - minutes * 60_000;
  return { 'flux-system/west-us': { revision: merged, generation: 3, before: 0, since } };
}

const cases: readonly Case[] = [
  ...['DependencyNotReady', 'HealthCheckCanceled', 'ArtifactFailed', 'Progressing', 'SomethingNew'].map(
    (reason): Case => ({
      name: `Ready False for ${reason}, however often`,
      see: reached(failing(reason, { history: [record({ status: reason, total: 9, first: '2026-03-01T12:02:00Z' })] })),
      state: 'pending',
      says: reason,
    }),
  ),
  ...['BuildFailed', 'ReconciliationFailed', 'PruneFailed'].flatMap((reason): Case[] => [
    {
      name: `${reason} once`,
      see: reached(failing(reason)),
      state: 'pending',
      says: `failed at aaaaaaaa, and Flux tries again: ${reason}`,
    },
    {
      name: `${reason} for less than two retry intervals`,
      see: reached(failing(reason)),
      expect: { remembered: sinceMinutes(1.9) },
      state: 'pending',
    },
    {
      name: `${reason} twice, over two retry intervals`,
      see: reached(failing(reason, { history: [{ ...twice, status: reason }] })),
      expect: { remembered: sinceMinutes(2) },
      state: 'failed',
      says: `failed 2 times at aaaaaaaa: ${reason}: timeout waiting for: [Deployment/blue/shop`,
      atRevision: true,
    },
    {
      name: `${reason} over two retry intervals, where Flux does not record it`,
      see: reached(failing(reason, { history: [] })),
      expect: { remembered: sinceMinutes(2) },
      state: 'failed',
      says: `failed at aaaaaaaa: ${reason}: timeout waiting for: [Deployment/blue/shop`,
      atRevision: true,
    },
    {
      name: `${reason} once, by an attempt that takes longer than two retry intervals`,
      see: reached(failing(reason)),
      expect: { remembered: sinceMinutes(9) },
      state: 'pending',
    },
    {
      name: `${reason} of an older spec, and once by the attempt that was under way when the spec changed`,
      see: reached(failing(reason, { history: [{ ...twice, status: reason, total: 8 }] })),
      expect: { remembered: { 'flux-system/west-us': { revision: merged, generation: 3, before: 7, since: 0 } } },
      state: 'pending',
    },
    {
      name: `${reason} over two long retry intervals`,
      see: reached(failing(reason, { retryMs: 600_000 })),
      expect: { remembered: sinceMinutes(19) },
      state: 'pending',
    },
    {
      name: `${reason} for long, and an attempt under way at this very look`,
      see: reached(failing(reason, { ready: unknownReady })),
      expect: { remembered: sinceMinutes(9) },
      state: 'pending',
      says: /is applying aaaaaaaa, after 1 failure at aaaaaaaa/,
    },
    {
      name: `${reason} for long, of a spec that has changed since`,
      see: reached(failing(reason, { generation: 4 })),
      expect: { remembered: sinceMinutes(9) },
      state: 'pending',
    },
    {
      name: `${reason} for long with an older spec, and once since it has changed`,
      see: reached(failing(reason)),
      expect: { remembered: { 'flux-system/west-us': { revision: merged, generation: 2, before: 0, since: 0 } } },
      state: 'pending',
    },
    {
      name: `${reason} for long, at another commit before this one`,
      see: reached(failing(reason)),
      expect: { remembered: { 'flux-system/west-us': { revision: later, generation: 3, before: 0, since: 0 } } },
      state: 'pending',
    },
  ]),
  {
    name: 'a health time-out, however often',
    see: reached(failing('HealthCheckFailed', { history: [{ ...twice, total: 9 }] })),
    expect: { remembered: { 'flux-system/west-us': { revision: merged, generation: 3, before: 2, since: 0 } } },
    state: 'pending',
    says: 'failed 7 times at aaaaaaaa, and Flux tries again: HealthCheckFailed: timeout waiting for',
  },
  {
    name: 'a workload that reports failure',
    see: reached(failing('HealthCheckFailed', { ready: stalledWorkload })),
    state: 'failed',
    says: "failed at aaaaaaaa: HealthCheckFailed: failed early due to stalled resources: [Deployment/blue/shop status: 'Failed']",
    atRevision: true,
  },
  {
    name: 'a workload that reports failure, over a spec that has changed since',
    see: reached(failing('HealthCheckFailed', { ready: stalledWorkload, generation: 4 })),
    state: 'pending',
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
    says: 'failed at aaaaaaaa, and Flux tries again',
  },
  {
    name: 'unchanged manifests that failed for days before the merge, and three times since',
    see: reached(failing('HealthCheckFailed', { history: [{ ...twice, total: 92, first: '2026-02-26T10:00:00Z' }] })),
    expect: { remembered: { 'flux-system/west-us': { revision: merged, generation: 3, before: 89 } } },
    state: 'pending',
    says: 'failed 3 times at aaaaaaaa',
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
      failing('HealthCheckFailed', { name: 'infra', ready: stalledWorkload }),
    ),
    state: 'failed',
    says: /^Kustomization flux-system\/infra failed at/,
    atRevision: true,
  },
];

describe('a cluster has failed on positive evidence only', () => {
  testCases(cases);

  test('and what one look counted, the next goes on from', () => {
    const look = (total: number, remembered?: FailureMemory) =>
      clusterVerdict(reached(failing('HealthCheckFailed', { history: [{ ...twice, total }] })), {
        ...expectation,
        remembered,
      });
    const first = look(40);
    const second = look(42, first.remembered);
    expect(second.awaited).toContain('failed 3 times');
    expect(look(43, second.remembered).awaited).toContain('failed 4 times');
  });

  test('and nothing is remembered of one that is ready again', () => {
    expect(clusterVerdict(reached(kustomization()), { ...expectation, remembered: sinceMinutes(9) })).toMatchObject({
      state: 'healthy',
      remembered: undefined,
    });
  });

  test('and one that has nothing to do with the leaves is a warning', () => {
    const other = failing('HealthCheckFailed', { name: 'other', path: 'elsewhere', inventory: new Set() });
    const verdict = clusterVerdict(reached(kustomization(), other), expectation);
    expect(verdict.state).toBe('healthy');
    expect(verdict.warnings).toEqual([
      expect.stringMatching(/^Kustomization flux-system\/other failed .* It applies nothing of this group/),
    ]);
  });
});

describe('an object that Flux could not delete', () => {
  const afterwards = [record(), record({ status: 'PruneFailed' })];

  test('keeps a cluster from being healthy, though Flux says Ready', () => {
    expect(clusterVerdict(reached(kustomization({ history: afterwards })), expectation)).toMatchObject({
      state: 'pending',
      awaited: expect.stringContaining('could not delete an object at aaaaaaaa, and Flux no longer knows it'),
    });
  });

  test('is named, where a look saw the failure', () => {
    const ready = { status: 'False', reason: 'PruneFailed', message: 'ConfigMap/blue/old delete failed' } as const;
    const { remembered } = clusterVerdict(reached(failing('PruneFailed', { ready })), expectation);
    const later = clusterVerdict(reached(kustomization({ history: afterwards })), { ...expectation, remembered });
    expect(later.awaited).toContain('no longer knows it: ConfigMap/blue/old delete failed');
  });

  test('of an earlier commit is no matter', () => {
    const history = [record(), record({ status: 'PruneFailed', revision: before })];
    expect(clusterVerdict(reached(kustomization({ history })), expectation).state).toBe('healthy');
  });
});
