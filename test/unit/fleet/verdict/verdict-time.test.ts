import { describe } from 'vitest';
import { before, failing, kustomization, reached } from '../evidence.ts';
import { type Case, testCases } from './verdict-case.ts';

const unknownReady = { status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' } as const;

const cases: readonly Case[] = [
  {
    name: 'the soak over, and no reconciliation since',
    see: reached(kustomization()),
    expect: { reconciledSince: { time: '2026-03-01T12:10:00.001Z' } },
    state: 'pending',
    says: 'has not been reconciled since 2026-03-01T12:10:00.001Z; the last time was 2026-03-01T12:10:00.000Z',
  },
  {
    name: 'the soak over, and a reconciliation begun since',
    see: reached(kustomization()),
    expect: { reconciledSince: { time: '2026-03-01T12:10:00.000Z' } },
    state: 'healthy',
  },
  {
    name: 'the soak over, and a request handled since',
    see: reached(kustomization({ lastHandledReconcileAt: 'our token' })),
    expect: { reconciledSince: { time: '2026-03-01T12:30:00.000Z', token: 'our token' } },
    state: 'healthy',
  },
  ...['ci-12345', 'release-42', '2099', '2026-03-01T13:00:00.000Z', 'our token 2'].map(
    (stranger): Case => ({
      name: `the soak over, and the request of a stranger handled: ${stranger}`,
      see: reached(kustomization({ lastHandledReconcileAt: stranger })),
      expect: { reconciledSince: { time: '2026-03-01T12:30:00.000Z', token: 'our token' } },
      state: 'pending',
    }),
  ),
  {
    name: 'the soak over, and a reconciliation at a time that has not come yet',
    see: reached(kustomization({ lastReconciliationBegan: '2026-03-01T14:30:00.000Z' })),
    expect: { reconciledSince: { time: '2026-03-01T12:30:00.000Z', token: 'our token' } },
    state: 'pending',
    says: "which has not come yet: the cluster's clock is ahead",
  },
  {
    name: 'the soak over, and a Flux that does not say when it reconciled',
    see: reached(kustomization({ history: undefined, lastReconciliationBegan: undefined })),
    expect: { reconciledSince: { time: '2026-03-01T12:30:00.000Z' } },
    state: 'pending',
    says: 'allow Fairlead to patch Kustomizations',
  },
  {
    name: 'the soak over, reconciled by one of two',
    see: reached(
      kustomization({ lastReconciliationBegan: '2026-03-01T12:31:00.000Z' }),
      kustomization({ name: 'infra' }),
    ),
    expect: { reconciledSince: { time: '2026-03-01T12:30:00.000Z' } },
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
    says: /^Not healthy in time: Kustomization flux-system\/west-us is at 00000000/,
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

describe('after the soak, and past the deadline', () => {
  testCases(cases);
});
