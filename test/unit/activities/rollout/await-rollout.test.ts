import { describe, expect, it } from 'vitest';
import { awaitRollout } from '../../../../src/activities/rollout/await-rollout.ts';
import type { RolloutOrder } from '../../../../src/activities/rollout/contract.ts';
import { recall } from '../../../../src/activities/rollout/rollout-memory.ts';
import type { StepAttempt } from '../../../../src/activities/step-attempt.ts';
import type { JudgeAnswers } from '../../../../src/fleet/judging/questions.ts';
import type { ClusterObservation, KustomizationEvidence, ReconciliationRequest } from '../../../../src/fleet/types.ts';
import type { LiveObject } from '../../../../src/fleet/verify/live-object.ts';
import { type AppliedQuery, kindName, type ObjectsQuery } from '../../../../src/fleet/verify/types.ts';
import { judgeExcept } from '../../../support/pools/beyond.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();
const hour = 3_600_000;
const token = 'our-token';

/** An attempt that is told the time, and keeps what is remembered for the next. */
class TestAttempt implements StepAttempt {
  time = Date.now();
  off = 0;
  kept: unknown;
  now = () => this.time;
  skewMs = () => this.off;
  remember = (details: unknown) => {
    this.kept = JSON.parse(JSON.stringify(details));
  };
  get remembered() {
    return this.kept;
  }
}

/** Clusters that say what they are told to, and note by which text they were asked. */
class TestFleet {
  say: (name: string) => ClusterObservation = () => ({ kind: 'unreachable', why: 'The plug is out.' });
  readonly asked: string[] = [];
  readonly wanted: string[] = [];
  readonly read: string[] = [];
  objects: readonly LiveObject[] = [];
  observeObjects = async ({ name }: { readonly name: string }, { wanted }: ObjectsQuery) => {
    this.wanted.push(...wanted.map((each) => `${name} ${each.kind} ${each.name}`));
    const observation = this.say(name);
    if (observation.kind === 'unreachable') return observation;
    const { kustomizations } = observation;
    return { kind: 'reached' as const, kustomizations, objects: this.objects, unread: new Map<string, string>() };
  };
  observeApplied = async ({ name }: { readonly name: string }, { kindsFor }: AppliedQuery) => {
    const observation = this.say(name);
    if (observation.kind === 'unreachable') return observation;
    const { kustomizations } = observation;
    const kinds = await kindsFor(kustomizations);
    if (typeof kinds === 'string') return { kind: 'unreachable' as const, why: kinds };
    this.read.push(...kinds.map(({ kind, part }) => `${name} ${kind} ${part}`));
    const found = {
      objects: this.objects,
      unread: new Map<string, string>(),
      read: new Set(kinds.map(kindName)),
      withoutStatus: new Set<string>(),
    };
    return { kind: 'reached' as const, kustomizations, ...found };
  };
  observe = async ({ name }: { readonly name: string }) => this.say(name);
  requestReconciliation = async ({ name }: { readonly name: string }, _: unknown, request: ReconciliationRequest) => {
    this.asked.push(`${name} ${request.token}`);
    return true;
  };
}

interface Rollout {
  readonly without?: boolean;
  readonly emptied?: boolean;
  readonly coverage?: string;
  readonly maxUnavailable?: number;
  readonly judge?: JudgeAnswers;
}

/** A rollout to one cluster in each of two groups, of which the second may have been taken out. */
async function rollOut({
  without = false,
  emptied = false,
  coverage = 'path',
  maxUnavailable = 0,
  judge,
}: Rollout = {}) {
  const { source, dependencies, place } = world();
  const clusters = 'clusters:\n  - { name: one, group: one }\n  - { name: two, group: two }\n';
  const policy = `apiVersion: fairlead.dev/v1\nkind: Environment\ncoverage: ${coverage}\nmaxUnavailable: ${maxUnavailable}\n${clusters}`;
  source.commit('qa', { 'fairlead.yaml': policy, 'two/apps/web/.gitkeep': '' });
  const deployed = await world().deploy('promotion', world().release('1'));
  const left: Record<string, string> = emptied ? { 'two/kustomization.yaml': 'resources: []\n' } : {};
  if (without) source.commit('qa', { 'two/apps/web/.gitkeep': null, ...left });
  const { revision, commit } = without ? await world().deploy('config change') : deployed;
  const [fleet, attempt] = [new TestFleet(), new TestAttempt()];
  const look = (order: Partial<RolloutOrder> = {}) =>
    awaitRollout(
      { ...dependencies, fleet, objects: fleet, ...(judge && { judge }) },
      {
        ...place,
        ...revision,
        operation: without ? 'config change' : 'promotion',
        commit,
        deadline: new Date(attempt.time + hour).toISOString(),
        phase: 'rollout',
        known: { digest: '', at: new Date(attempt.time + hour).toISOString() },
        token,
        ...order,
      },
      attempt,
    );
  return { fleet, attempt, look, commit, before: deployed.commit };
}

function applied(name: string, commit: string, change: Partial<KustomizationEvidence> = {}): ClusterObservation {
  const kustomization: KustomizationEvidence = {
    name: 'apps',
    namespace: 'flux-system',
    path: name,
    suspended: false,
    healthChecks: 'all',
    lastAppliedRevision: commit,
    lastAttemptedRevision: commit,
    generation: 1,
    observedGeneration: 1,
    ready: { status: 'True', reason: 'ReconciliationSucceeded', message: '' },
    sourceRequestedAt: token,
    requestedAt: token,
    ...change,
  };
  return { kind: 'reached', kustomizations: [kustomization] };
}

describe('A rollout', () => {
  it('is healthy when every cluster is', async () => {
    const { fleet, look, commit } = await rollOut();
    fleet.say = (name) => applied(name, commit);
    expect(await look()).toMatchObject({ kind: 'healthy', fleet: { total: 2, healthy: 2, warnings: [] } });
    expect(fleet.asked).toEqual([]);
  });

  it.each([false, true])(
    'awaits the clusters of a group whose last leaf was taken out (emptied: %s), and names it',
    async (emptied) => {
      const { fleet, look, commit, before } = await rollOut({ without: true, emptied });
      const late = { lastAppliedRevision: before, lastAttemptedRevision: before };
      fleet.say = (name) => applied(name, commit, name === 'two' ? late : {});
      await expect(look()).rejects.toThrow(/^1 of 2 clusters are healthy\. two: Kustomization .* has not attempted/);
      fleet.say = (name) => applied(name, commit);
      const report = await look();
      expect(report).toMatchObject({ kind: 'healthy', fleet: { total: 2 } });
      expect(report.fleet.warnings).toContain(
        'Cluster two is in the group two, from which the last leaf was taken out: Flux must get there once more.',
      );
    },
  );

  it('judges by the time of the attempt, and says that the machine has another', async () => {
    const { fleet, look, commit, attempt } = await rollOut();
    fleet.say = (name) => applied(name, commit, { suspended: true });
    attempt.off = hour;
    const at = new Date(attempt.time).toISOString();
    const report = await look({ known: undefined });
    expect(report).toMatchObject({ kind: 'progress', at });
    expect(report.fleet.warnings).toEqual([expect.stringMatching(/^The clock of a worker .* is 3600 s ahead of/)]);
    attempt.time += 2 * hour;
    expect(await look({ deadline: at })).toMatchObject({ kind: 'failed' });
  });

  it('remembers what has failed until the next look', async () => {
    const { fleet, look, commit, attempt } = await rollOut();
    const ready = { status: 'False', reason: 'BuildFailed', message: 'no such file' } as const;
    fleet.say = (name) => applied(name, commit, name === 'two' ? { ready, retryMs: 60_000 } : {});
    await expect(look()).rejects.toThrow('two: Kustomization flux-system/apps failed at');
    expect(Object.keys(recall(attempt.kept).failures)).toEqual(['two']);
    attempt.time += 119_000;
    await expect(look()).rejects.toThrow('and Flux tries again');
    attempt.time += 1_000;
    expect(await look()).toMatchObject({ kind: 'failed', mayRollBack: true });
    fleet.say = (name) => applied(name, commit);
    await look();
    expect(recall(attempt.kept).failures).toEqual({});
  });
});

describe('What a commit removed', () => {
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };
  /** An inventory that has all of this group, and nothing else. */
  const everything = (name: string) => (name === 'one' ? { inventory: new Set(['_main-apps-web__ConfigMap']) } : {});

  it.each([false, true])(
    'is looked for once everything is healthy, and awaited where it is still there (emptied: %s)',
    async (emptied) => {
      const { fleet, look, commit } = await rollOut({ without: true, emptied, coverage: 'strict' });
      fleet.say = (name) => applied(name, commit, name === 'one' ? { suspended: true } : {});
      await expect(look()).rejects.toThrow('is suspended');
      expect(fleet.wanted).toEqual([]);
      fleet.say = (name) => applied(name, commit, everything(name));
      fleet.objects = [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'main-apps-web', labels } }];
      await expect(look()).rejects.toThrow(
        'two: Flux has left what was removed from the branch: ConfigMap main-apps-web',
      );
      expect(fleet.wanted).toEqual(['two ConfigMap main-apps-web']);
      expect(await look({ deadline: new Date(0).toISOString() })).toMatchObject({ kind: 'failed', mayRollBack: false });
      fleet.objects = [];
      expect(await look()).toMatchObject({ kind: 'healthy' });
    },
  );

  it('is not looked for with another coverage', async () => {
    const { fleet, look, commit } = await rollOut({ without: true });
    fleet.say = (name) => applied(name, commit);
    expect(await look()).toMatchObject({ kind: 'healthy' });
    expect(fleet.wanted).toEqual([]);
  });
});

describe('An object of the commit', () => {
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };
  const inventory = new Set(['_main-apps-web__ConfigMap']);
  const going = { name: 'main-apps-web', labels, deletionTimestamp: '2026-01-01T00:00:00Z' };
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: going };

  it('that is being deleted is awaited where Flux does not wait for it', async () => {
    const { fleet, look, commit } = await rollOut({ coverage: 'strict' });
    const healthChecks = new Set(['_another__ConfigMap']);
    fleet.say = (name) => applied(name, commit, { inventory, ...(name === 'two' && { healthChecks }) });
    fleet.objects = [settings];
    await expect(look()).rejects.toThrow('two: ConfigMap main-apps-web of this commit is being deleted');
    expect(fleet.read).toEqual(['two ConfigMap metadata']);
    expect(await look({ deadline: new Date(0).toISOString() })).toMatchObject({ kind: 'failed', mayRollBack: false });
    fleet.objects = [];
    await expect(look()).rejects.toThrow('two: ConfigMap main-apps-web of this commit is not there');
    fleet.objects = [{ ...settings, metadata: { name: 'main-apps-web', labels } }];
    expect(await look()).toMatchObject({ kind: 'healthy' });
  });

  it.each(['kinds', 'applied'] as const)('is not known where it is too much to judge (%s)', async (kind) => {
    const { fleet, look, commit } = await rollOut({ coverage: 'strict', judge: judgeExcept(kind) });
    fleet.say = (name) => applied(name, commit, { inventory, healthChecks: new Set(['_another__ConfigMap']) });
    fleet.objects = [{ ...settings, metadata: { name: 'main-apps-web', labels } }];
    await expect(look()).rejects.toThrow('0 of 2 clusters are healthy. one: Judging cluster one takes too much; two: ');
  });

  it('is looked at also where the rollout goes on without another cluster', async () => {
    const { fleet, look, commit } = await rollOut({ coverage: 'strict', maxUnavailable: 1 });
    const healthChecks = new Set(['_another__ConfigMap']);
    fleet.say = (name) =>
      applied(name, commit, { inventory, ...(name === 'one' ? { suspended: true } : { healthChecks }) });
    fleet.objects = [settings];
    const over = { deadline: new Date(0).toISOString() };
    expect(await look(over)).toMatchObject({ kind: 'failed', fleet: { healthy: 0 } });
    fleet.objects = [{ ...settings, metadata: { name: 'main-apps-web', labels } }];
    expect(await look(over)).toMatchObject({ kind: 'healthy', fleet: { healthy: 1, leftOut: ['one'] } });
  });

  it('is not looked at where Flux waits for everything', async () => {
    const { fleet, look, commit } = await rollOut({ coverage: 'strict' });
    fleet.say = (name) => applied(name, commit, { inventory });
    fleet.objects = [settings];
    expect(await look()).toMatchObject({ kind: 'healthy' });
    expect(fleet.read).toEqual([]);
  });
});

describe('Flux is asked again', () => {
  const elsewhere = { lastAppliedRevision: '0'.repeat(40), lastAttemptedRevision: '0'.repeat(40) };

  it('where it has not heard, when the cluster is back, and at most once a minute', async () => {
    const { fleet, look, commit, attempt } = await rollOut();
    fleet.say = (name) => (name === 'one' ? applied(name, commit) : { kind: 'unreachable', why: 'The plug is out.' });
    await expect(look()).rejects.toThrow('The plug is out');
    expect(fleet.asked).toEqual([]);
    fleet.say = (name) => applied(name, commit, name === 'two' ? { ...elsewhere, sourceRequestedAt: 'ci-12345' } : {});
    await expect(look()).rejects.toThrow();
    expect(fleet.asked).toEqual([`two ${token}`]);
    attempt.time += 59_000;
    await expect(look()).rejects.toThrow();
    expect(fleet.asked).toHaveLength(1);
    attempt.time += 1_000;
    await expect(look()).rejects.toThrow();
    expect(fleet.asked).toEqual([`two ${token}`, `two ${token}`]);
  });

  it('not where it has, or where nothing is awaited', async () => {
    const { fleet, look, commit } = await rollOut();
    fleet.say = (name) => applied(name, commit, name === 'two' ? elsewhere : { sourceRequestedAt: 'ci-12345' });
    await expect(look()).rejects.toThrow();
    expect(fleet.asked).toEqual([]);
  });

  it('after the soak by its Kustomizations, whose handling of that very text is the proof', async () => {
    const { fleet, look, commit, attempt } = await rollOut();
    const order = { phase: 'after soak', soakEnds: new Date(attempt.time - 1).toISOString() } as const;
    fleet.say = (name) => applied(name, commit, { requestedAt: 'release-42', lastHandledReconcileAt: 'release-42' });
    await expect(look(order)).rejects.toThrow('has not been reconciled on request');
    expect(fleet.asked).toEqual([`one ${token}`, `two ${token}`]);
    fleet.say = (name) => applied(name, commit, { lastHandledReconcileAt: token });
    expect(await look(order)).toMatchObject({ kind: 'healthy' });
  });
});

describe('A look that was interrupted', () => {
  it('goes on at the next attempt with the clusters that were not looked at', async () => {
    const { fleet, attempt, look, commit } = await rollOut();
    const looked: string[] = [];
    let isBroken = true;
    fleet.say = (name) => {
      looked.push(name);
      if (name === 'two' && isBroken) throw new Error('the worker dies');
      return applied(name, commit);
    };
    await expect(look()).rejects.toThrow('the worker dies');
    isBroken = false;
    expect((await look()).kind).toBe('healthy');
    expect(looked).toEqual(['one', 'two', 'two']);
    expect(attempt.kept).not.toHaveProperty('look');
  });
});
