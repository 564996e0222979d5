import { describe, expect, test } from 'vitest';
import { clusterVerdict } from '../../../../src/fleet/verdict.ts';
import {
  before,
  expectation,
  expectationOf,
  failing,
  inventoryOf,
  kustomization,
  later,
  leafAt,
  reached,
} from '../evidence.ts';
import { type Case, testCases } from './verdict-case.ts';

const unknownReady = { status: 'Unknown', reason: 'Progressing', message: 'Reconciliation in progress' } as const;

const [shop = leafAt(''), forwarder = leafAt('')] = expectation.leaves;

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
      kustomization({ name: 'shop', path: 'west-us/apps/blue/shop', inventory: inventoryOf([shop]) }),
      kustomization({ name: 'infra', path: 'west-us/infra', inventory: inventoryOf([forwarder]) }),
    ),
    state: 'healthy',
  },
  { name: 'a Kustomization of the whole repository', see: reached(kustomization({ path: '' })), state: 'healthy' },
  {
    name: 'a bootstrap Kustomization without health checks beside one with them',
    see: reached(kustomization({ name: 'flux-system', path: '', healthChecks: undefined }), kustomization()),
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
    see: reached(kustomization({ path: 'west-us/app', inventory: new Set() })),
    state: 'pending',
    says: 'No Kustomization applies west-us/apps/blue/shop, west-us/infra/log/forwarder',
  },
  {
    name: 'a leaf outside of what is applied',
    see: reached(kustomization({ path: 'west-us/apps', inventory: inventoryOf([shop]) })),
    state: 'pending',
    says: 'No Kustomization applies west-us/infra/log/forwarder',
  },
  {
    name: 'health checks off',
    see: reached(kustomization({ healthChecks: undefined })),
    state: 'pending',
    says: 'Health not evaluated for west-us/apps/blue/shop, west-us/infra/log/forwarder',
  },
  {
    name: 'health checks off for one leaf',
    see: reached(
      kustomization({ path: 'west-us/apps', inventory: inventoryOf([shop]) }),
      kustomization({ path: 'west-us/infra', healthChecks: undefined, inventory: inventoryOf([forwarder]) }),
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
    says: 'is at 00000000 and has not attempted the merged commit',
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
    says: 'is applying aaaaaaaa: Running health checks',
  },
  {
    name: 'on the way to a commit that is not acceptable, with the merge commit still applied',
    see: reached(kustomization({ lastAttemptedRevision: before, ready: unknownReady })),
    state: 'pending',
    says: 'is at 00000000',
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
];

describe('a cluster is healthy on positive evidence only', () => {
  testCases(cases);

  test('keeps its sentence short when much is wrong', () => {
    const many = Array.from({ length: 40 }, (_, i) => failing('HealthCheckFailed', { name: `k${i}` }));
    const { awaited } = clusterVerdict(reached(...many), expectation);
    expect(awaited).toContain('and 37 more');
    expect(awaited.length).toBeLessThan(1500);
  });

  test('names which of many leaves are not applied, and how many more', () => {
    const leaves = Array.from({ length: 30 }, (_, i) => leafAt(`west-us/apps/a${i}`));
    const { awaited } = clusterVerdict(
      reached(kustomization({ path: 'east', inventory: new Set() })),
      expectationOf(leaves),
    );
    expect(awaited).toContain('west-us/apps/a0, ');
    expect(awaited).toContain('and 20 more');
  });
});
