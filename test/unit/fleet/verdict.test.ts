import { describe, expect, test } from 'vitest';
import type { ClusterExpectation, ClusterObservation, ClusterState } from '../../../src/fleet/types.ts';
import { clusterVerdict } from '../../../src/fleet/verdict.ts';
import { before, expectation, failing, kustomization, later, reached, record } from './evidence.ts';

interface Case {
  readonly name: string;
  readonly see: ClusterObservation;
  readonly expect?: Partial<ClusterExpectation>;
  readonly state: ClusterState;
  /** Must occur in the sentence. */
  readonly says?: string | RegExp;
  readonly atRevision?: boolean;
}

const unknownReady = { status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' } as const;
const twice = record({ status: 'HealthCheckFailed', total: 2, first: '2026-03-01T12:02:00Z' });
const stalled = {
  status: 'True',
  reason: 'InvalidCELExpression',
  message: 'undeclared reference',
  observedGeneration: 3,
} as const;

const cases: readonly Case[] = [
  { name: 'everything in order at the merge commit', see: reached(kustomization()), state: 'healthy' },
  {
    name: 'a descendant of the merge commit at which this main commit is still deployed',
    see: reached(kustomization({ lastAppliedRevision: later, lastAttemptedRevision: later })),
    state: 'healthy',
  },
  {
    name: 'a Kustomization for each leaf',
    see: reached(
      kustomization({ name: 'shop', path: 'west-us/apps/blue/shop' }),
      kustomization({ name: 'infra', path: 'west-us/infra' }),
    ),
    state: 'healthy',
  },
  { name: 'a Kustomization of the whole repository', see: reached(kustomization({ path: '' })), state: 'healthy' },
  {
    name: 'a bootstrap Kustomization without health checks beside one with them',
    see: reached(kustomization({ name: 'flux-system', path: '', healthChecked: false }), kustomization()),
    state: 'healthy',
  },
  { name: 'no history, as before Flux 2.7', see: reached(kustomization({ history: undefined })), state: 'healthy' },

  { name: 'no answer', see: { kind: 'unreachable', why: 'refused' }, state: 'unknown', says: 'refused' },
  {
    name: 'no Flux',
    see: { kind: 'reached', kustomizations: [], fluxMissing: 'kustomizations.kustomize.toolkit.fluxcd.io/v1' },
    state: 'pending',
    says: 'Flux is not installed, or older than 2.0: the cluster does not serve kustomizations.kustomize.toolkit.fluxcd.io/v1',
  },
  {
    name: 'no Kustomization for this repository and branch',
    see: { kind: 'reached', kustomizations: [], otherSources: ['https://github.com/acme/other@dev'] },
    state: 'pending',
    says: 'No Kustomization has this GitOps repository and branch as its source; the GitRepositories are https://github.com/acme/other@dev',
  },
  { name: 'no GitRepository at all', see: reached(), state: 'pending', says: 'there are no GitRepositories' },
  {
    name: 'nothing rendered for the group',
    see: reached(kustomization()),
    expect: { leaves: [] },
    state: 'pending',
    says: 'No leaf was rendered for its group west-us',
  },
  {
    name: 'leaves that no Kustomization applies',
    see: reached(kustomization({ path: 'west-us/app' })),
    state: 'pending',
    says: 'No Kustomization applies west-us/apps/blue/shop, west-us/infra/log/forwarder',
  },
  {
    name: 'a leaf outside of what is applied',
    see: reached(kustomization({ path: 'west-us/apps' })),
    state: 'pending',
    says: 'No Kustomization applies west-us/infra/log/forwarder',
  },
  {
    name: 'health checks off',
    see: reached(kustomization({ healthChecked: false })),
    state: 'pending',
    says: 'Health not evaluated for west-us/apps/blue/shop, west-us/infra/log/forwarder',
  },
  {
    name: 'health checks off for one leaf',
    see: reached(
      kustomization({ path: 'west-us/apps' }),
      kustomization({ path: 'west-us/infra', healthChecked: false }),
    ),
    state: 'pending',
    says: 'Health not evaluated for west-us/infra/log/forwarder',
  },
  {
    name: 'one of several suspended, though it was healthy',
    see: reached(kustomization(), kustomization({ name: 'infra', suspended: true })),
    state: 'pending',
    says: 'run `flux resume kustomization infra -n flux-system`',
  },
  {
    name: 'one that is being deleted',
    see: reached(kustomization({ deleting: true })),
    state: 'pending',
    says: 'deleted',
  },
  {
    name: 'still at the commit before',
    see: reached(kustomization({ lastAppliedRevision: before, lastAttemptedRevision: before })),
    state: 'pending',
    says: 'is at 0000000000 and has not attempted the merged commit',
  },
  {
    name: 'still at the commit before, because the source cannot be fetched',
    see: reached(
      kustomization({
        lastAppliedRevision: before,
        lastAttemptedRevision: before,
        sourceTrouble: 'GitRepository a/b is suspended',
      }),
    ),
    state: 'pending',
    says: 'its source GitRepository a/b is suspended',
  },
  {
    name: 'applying the merge commit',
    see: reached(
      kustomization({ lastAppliedRevision: before, ready: unknownReady, progress: 'Running health checks' }),
    ),
    state: 'pending',
    says: 'is applying aaaaaaaaaa: Running health checks',
  },
  {
    name: 'on the way to a commit that is not acceptable, with the merge commit still applied',
    see: reached(kustomization({ lastAttemptedRevision: before, ready: unknownReady })),
    state: 'pending',
    says: 'is at 0000000000',
  },
  {
    name: 'nothing applied yet',
    see: reached(kustomization({ lastAppliedRevision: undefined, lastAttemptedRevision: undefined, ready: undefined })),
    state: 'pending',
    says: 'has applied nothing yet',
  },
  {
    name: 'no Ready condition',
    see: reached(kustomization({ ready: undefined })),
    state: 'pending',
    says: 'no status yet',
  },
  {
    name: 'reconciling again',
    see: reached(kustomization({ ready: unknownReady })),
    state: 'pending',
    says: 'is not ready',
  },
  {
    name: 'a spec that Flux has not seen, with a stale Ready',
    see: reached(kustomization({ generation: 4 })),
    state: 'pending',
    says: 'has not been reconciled since its spec changed',
  },
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
      says: `failed at aaaaaaaaaa, and Flux tries again: ${reason}`,
    },
    {
      name: `${reason} twice`,
      see: reached(failing(reason, { history: [{ ...twice, status: reason }] })),
      state: 'failed',
      says: `failed 2 times at aaaaaaaaaa: ${reason}: timeout waiting for: [Deployment/blue/shop`,
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

  {
    name: 'the soak over, and no reconciliation since',
    see: reached(kustomization()),
    expect: { reconciledSince: '2026-03-01T12:10:00.001Z' },
    state: 'pending',
    says: 'has not been reconciled since 2026-03-01T12:10:00.001Z; the last time was 2026-03-01T12:10:00.000Z',
  },
  {
    name: 'the soak over, and a reconciliation begun since',
    see: reached(kustomization()),
    expect: { reconciledSince: '2026-03-01T12:10:00.000Z' },
    state: 'healthy',
  },
  {
    name: 'the soak over, and a request handled since',
    see: reached(kustomization({ lastHandledReconcileAt: '2026-03-01T12:30:01.000Z' })),
    expect: { reconciledSince: '2026-03-01T12:30:00.000Z' },
    state: 'healthy',
  },
  {
    name: 'the soak over, and a request handled that was no time',
    see: reached(kustomization({ lastHandledReconcileAt: 'please' })),
    expect: { reconciledSince: '2026-03-01T12:30:00.000Z' },
    state: 'pending',
  },
  {
    name: 'the soak over, and a Flux that does not say when it reconciled',
    see: reached(kustomization({ history: undefined, lastReconciliationBegan: undefined })),
    expect: { reconciledSince: '2026-03-01T12:30:00.000Z' },
    state: 'pending',
    says: 'allow Fairlead to patch Kustomizations',
  },
  {
    name: 'the soak over, reconciled by one of two',
    see: reached(
      kustomization({ lastReconciliationBegan: '2026-03-01T12:31:00.000Z' }),
      kustomization({ name: 'infra' }),
    ),
    expect: { reconciledSince: '2026-03-01T12:30:00.000Z' },
    state: 'pending',
    says: /^Kustomization flux-system\/infra/,
  },

  {
    name: 'the deadline past, healthy',
    see: reached(kustomization()),
    expect: { deadlinePassed: true },
    state: 'healthy',
  },
  {
    name: 'the deadline past, not reached',
    see: { kind: 'unreachable', why: 'refused' },
    expect: { deadlinePassed: true },
    state: 'unknown',
  },
  {
    name: 'the deadline past, still at the commit before',
    see: reached(kustomization({ lastAppliedRevision: before, lastAttemptedRevision: before })),
    expect: { deadlinePassed: true },
    state: 'failed',
    says: /^Not healthy in time: Kustomization flux-system\/west-us is at 0000000000/,
    atRevision: false,
  },
  {
    name: 'the deadline past, failed once at the merge commit',
    see: reached(failing('HealthCheckFailed')),
    expect: { deadlinePassed: true },
    state: 'failed',
    atRevision: true,
  },
  {
    name: 'the deadline past, a build that failed',
    see: reached(failing('BuildFailed', { history: [] })),
    expect: { deadlinePassed: true },
    state: 'failed',
    atRevision: true,
  },
  {
    name: 'the deadline past, trying again after a failure',
    see: reached(failing('HealthCheckFailed', { ready: unknownReady })),
    expect: { deadlinePassed: true },
    state: 'failed',
    atRevision: true,
  },
  {
    name: 'the deadline past, waiting for a dependency',
    see: reached(failing('DependencyNotReady')),
    expect: { deadlinePassed: true },
    state: 'failed',
    atRevision: false,
  },
  {
    name: 'the deadline past, no Flux',
    see: { kind: 'reached', kustomizations: [], fluxMissing: 'gitrepositories.source.toolkit.fluxcd.io/v1' },
    expect: { deadlinePassed: true },
    state: 'failed',
    atRevision: false,
  },
];

describe('the verdict on a cluster', () => {
  test.each(cases)('$name: $state', ({ see, expect: differently, state, says, atRevision }) => {
    const verdict = clusterVerdict(see, { ...expectation, ...differently });
    expect(verdict).toMatchObject({ state, ...(atRevision !== undefined && { failedAtRevision: atRevision }) });
    expect(verdict.awaited === '').toBe(state === 'healthy');
    if (typeof says === 'string') expect(verdict.awaited).toContain(says);
    if (says instanceof RegExp) expect(verdict.awaited).toMatch(says);
  });

  test('keeps its sentence short when much is wrong', () => {
    const many = Array.from({ length: 40 }, (_, i) => failing('HealthCheckFailed', { name: `k${i}` }));
    const { awaited } = clusterVerdict(reached(...many), expectation);
    expect(awaited).toContain('and 37 more');
    expect(awaited.length).toBeLessThan(1500);
  });

  test('names which of many leaves are not applied, and how many more', () => {
    const leaves = Array.from({ length: 30 }, (_, i) => `west-us/apps/a${i}`);
    const { awaited } = clusterVerdict(reached(kustomization({ path: 'east' })), { ...expectation, leaves });
    expect(awaited).toContain('west-us/apps/a0, ');
    expect(awaited).toContain('and 20 more');
  });
});
