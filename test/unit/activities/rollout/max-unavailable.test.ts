import { afterAll, describe, expect, it } from 'vitest';
import { awaitRollout } from '../../../../src/activities/rollout/await-rollout.ts';
import type { RolloutOrder } from '../../../../src/activities/rollout/contract.ts';
import type { ClusterObservation, KustomizationEvidence } from '../../../../src/fleet/types.ts';
import { openJudge } from '../../../support/pools/judge.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();
/** No time at all: whoever is judged in the process takes longer. */
const judging = openJudge({ mostHere: 1_000, timeoutMs: 1 });
afterAll(() => judging.close());
const hour = 3_600_000;
const token = 'our-token';

/** Deploys a commit to three clusters, and looks at them once; `say` answers what a cluster says of the commit. */
async function look(
  policy: string,
  say: (cluster: string, commit: string) => ClusterObservation,
  order: Partial<RolloutOrder> = {},
) {
  const { source, dependencies, place } = world();
  const names = ['one', 'two', 'three'].map((name) => `  - { name: ${name}, group: one }\n`).join('');
  const file = `apiVersion: fairlead.dev/v1\nkind: Environment\n${policy}clusters:\n${names}`;
  source.commit('qa', { 'fairlead.yaml': file });
  const main = world().release('1');
  const { revision, commit } = await world().deploy('promotion', main);
  const observe = async ({ name }: { readonly name: string }) => say(name, commit);
  const fleet = { ...dependencies.fleet, observe, requestReconciliation: async () => true };
  const deadline = new Date(Date.now() + hour).toISOString();
  const known = { digest: '', at: new Date(Date.now() + hour).toISOString() };
  return awaitRollout(
    { ...dependencies, fleet, judge: judging.judge },
    { ...place, ...revision, operation: 'promotion', commit, deadline, phase: 'rollout', token, known, ...order },
    { now: Date.now, skewMs: () => 0, remembered: undefined, remember: () => undefined },
  );
}

const past = new Date(Date.now() - hour).toISOString();

function applied(commit: string, change: Partial<KustomizationEvidence> = {}): ClusterObservation {
  const ready = { status: 'True', reason: 'ReconciliationSucceeded', message: '' } as const;
  const named = { name: 'apps', namespace: 'flux-system', path: 'one', suspended: false, healthChecks: 'all' } as const;
  const revisions = { lastAppliedRevision: commit, lastAttemptedRevision: commit, sourceRequestedAt: token };
  const found = { ...named, ...revisions, generation: 1, observedGeneration: 1, ready, ...change };
  return { kind: 'reached', kustomizations: [found] };
}

const away: ClusterObservation = { kind: 'unreachable', why: 'The plug is out.' };

/** The cluster `two` has more Kustomizations than can be judged in no time. */
function tooMuchOnTwo(name: string, commit: string): ClusterObservation {
  const observation = applied(commit);
  if (name !== 'two' || observation.kind === 'unreachable') return observation;
  const many = Array.from({ length: 20_000 }, (_, index) => ({ name: `k${index}` }));
  const kustomizations = observation.kustomizations.flatMap((each) => many.map((named) => ({ ...each, ...named })));
  return { kind: 'reached', kustomizations };
}

describe('A rollout without maxUnavailable', () => {
  it('waits for a cluster whose answers take too long to judge', async () => {
    await expect(look('coverage: path\n', tooMuchOnTwo)).rejects.toThrow(
      '2 of 3 clusters are healthy. two: Judging cluster two',
    );
  });

  it('does not know of such a cluster when the time is over', async () => {
    expect(await look('coverage: path\n', tooMuchOnTwo, { deadline: past })).toMatchObject({ kind: 'unknown' });
  });
});

describe('A rollout with maxUnavailable', () => {
  it('goes on without a cluster that cannot be reached, and names it', async () => {
    const report = await look('maxUnavailable: 1\ncoverage: path\n', (name, commit) =>
      name === 'two' ? away : applied(commit),
    );
    expect(report).toMatchObject({
      kind: 'healthy',
      fleet: { total: 3, healthy: 2, leftOut: ['two'], others: [{ name: 'two', state: 'unknown' }] },
    });
  });

  it('goes on without one whose answers take too long to judge, and says so', async () => {
    const awaited = expect.stringMatching(
      /^Judging cluster two \(20000 Kustomizations, 2 objects of the branch\) takes more than 0\.001 s\. Look for/,
    );
    expect(await look('maxUnavailable: 1\ncoverage: path\n', tooMuchOnTwo)).toMatchObject({
      kind: 'healthy',
      fleet: { total: 3, healthy: 2, leftOut: ['two'], others: [{ name: 'two', state: 'unknown', awaited }] },
    });
  });

  it('waits for one that is pending', async () => {
    const looked = look('maxUnavailable: 1\ncoverage: path\n', (name, commit) =>
      applied(commit, name === 'two' ? { suspended: true } : {}),
    );
    await expect(looked).rejects.toThrow(
      '2 of 3 clusters are healthy. two: Kustomization flux-system/apps is suspended',
    );
  });

  it('goes on without it when the time is over, and it is still pending, not failed', async () => {
    const say = (name: string, commit: string) => applied(commit, name === 'two' ? { suspended: true } : {});
    const report = await look('maxUnavailable: 34%\ncoverage: path\n', say, { deadline: past });
    expect(report).toMatchObject({ kind: 'healthy', fleet: { leftOut: ['two'], others: [{ state: 'pending' }] } });
    expect(report.fleet.others[0]?.awaited).not.toContain('Not healthy in time');
  });

  it('fails when one more is late, as without the key', async () => {
    const say = (name: string, commit: string) => applied(commit, name === 'one' ? {} : { suspended: true });
    const report = await look('maxUnavailable: 1\ncoverage: path\n', say, { deadline: past });
    expect(report).toMatchObject({ kind: 'failed', fleet: { healthy: 1, others: [{ state: 'failed' }, {}] } });
    expect(report.fleet.leftOut).toBeUndefined();
  });

  it('never goes on without one that has failed', async () => {
    const stalled = { status: 'True', reason: 'HealthCheckFailed', message: 'no' } as const;
    const report = await look('maxUnavailable: 2\ncoverage: path\n', (name, commit) =>
      applied(commit, name === 'two' ? { stalled } : {}),
    );
    expect(report).toMatchObject({ kind: 'failed', mayRollBack: true });
  });

  it('does not go on without one that failed once at the right revision, however late it is', async () => {
    const ready = { status: 'False', reason: 'BuildFailed', message: 'no such file' } as const;
    const say = (name: string, commit: string) => applied(commit, name === 'two' ? { ready } : {});
    expect(await look('maxUnavailable: 2\ncoverage: path\n', say, { deadline: past })).toMatchObject({
      kind: 'failed',
    });
  });
});
