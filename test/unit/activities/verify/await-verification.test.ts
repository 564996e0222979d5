import { describe, expect, it } from 'vitest';
import { awaitVerification } from '../../../../src/activities/verify/await-verification.ts';
import type { VerificationOrder } from '../../../../src/activities/verify/contract.ts';
import { judgeHere } from '../../../../src/fleet/judging/judge.ts';
import type { JudgeAnswers } from '../../../../src/fleet/judging/questions.ts';
import type { CheckAnswer } from '../../../../src/fleet/verify/http-checks.ts';
import type { LiveObject } from '../../../../src/fleet/verify/live-object.ts';
import type { ObjectsObservation, ObjectsQuery } from '../../../../src/fleet/verify/types.ts';
import type { Forge } from '../../../../src/forge/port.ts';
import type { ForgeCheck, ForgeReports } from '../../../../src/forge/reports/port.ts';
import type { VerifyCheck } from '../../../../src/platform/verify/verify-check.ts';
import { judgeExcept } from '../../../support/pools/beyond.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();
const minute = 60_000;
const later = new Date(Date.now() + 60 * minute).toISOString();
const past = new Date(Date.now() - minute).toISOString();
const done = { conditions: [{ type: 'Complete', status: 'True', reason: 'CompletionsReached', message: '' }] };
const broken = { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'twice' }] };
/** What is known already, so that progress is no news. */
const known = { digest: '', at: later };

// The renderer of these tests makes a ConfigMap of each leaf; a Job stands on the branch beside it.
const job = 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: smoke-1\n  namespace: tests\n';
const jobs: VerifyCheck = { kind: 'object', object: { kind: 'Job', name: 'smoke-*' }, timeoutMs: minute };
const url: VerifyCheck = {
  kind: 'http',
  url: 'https://shop.example.com/?token=x',
  expect: 200,
  forMs: 0,
  timeoutMs: minute,
};

type Say = (cluster: string, commit: string) => ObjectsObservation;

interface Looked {
  readonly policy?: string;
  readonly check?: VerifyCheck;
  readonly say?: Say;
  readonly judge?: JudgeAnswers;
  /** The answers to requests, the last one again and again; a number is a status. */
  readonly answers?: readonly (number | string)[];
  readonly order?: Partial<VerificationOrder>;
  /** What the forge says of the main commit; undefined: it has no checks. */
  readonly checks?: readonly ForgeCheck[];
}

/** Deploys a commit to the clusters `one` and `two`, and makes a check once. */
async function look({ policy = '', check = jobs, say, judge, answers = [], order, checks }: Looked) {
  const { source, gitops, dependencies, place } = world();
  const clusters = ['one', 'two'].map((name) => `  - { name: ${name}, group: one }\n`).join('');
  source.commit('qa', {
    'fairlead.yaml': `apiVersion: fairlead.dev/v1\nkind: Environment\n${policy}clusters:\n${clusters}`,
  });
  const { revision, commit } = await world().deploy('promotion', world().release('1'));
  gitops.commit('qa', { 'one/apps/web/smoke.yaml': job });
  const asked: ObjectsQuery[] = [];
  const requests: string[] = [];
  const answer = (): CheckAnswer => {
    const next = answers[Math.min(requests.length, answers.length) - 1];
    return typeof next === 'number' ? { kind: 'answered', status: next } : { kind: 'silent', why: next ?? 'nobody' };
  };
  const askedAt: string[] = [];
  const reportsFor = () =>
    ({
      checksAt: async (sha: string) => {
        askedAt.push(sha);
        return checks;
      },
    }) as unknown as ForgeReports;
  const { forges } = dependencies;
  const parts = {
    ...dependencies,
    ...(judge && { judge }),
    forges: {
      for: (url: string) => (url === place.source ? ({ stretched: (ms) => 4 * ms } as Forge) : forges.for(url)),
      commitUrl: () => undefined,
      ...(checks && { reportsFor }),
    },
    objects: {
      observeObjects: async ({ name }: { readonly name: string }, query: ObjectsQuery) => {
        asked.push(query);
        return say?.(name, commit) ?? shows(commit, done);
      },
      observeApplied: dependencies.objects.observeApplied,
    },
    httpChecks: {
      isAllowed: (asks: string) => asks.startsWith('https://shop.example.com/'),
      ask: async (asks: string) => {
        requests.push(asks);
        return answer();
      },
    },
  };
  const made = {
    ...place,
    ...revision,
    operation: 'promotion',
    commit,
    check,
    deadline: later,
    mergeKnown: later,
    known,
  } as const;
  const report = (signal?: AbortSignal) => awaitVerification(parts, { ...made, ...order }, { now: Date.now, signal });
  return { report, asked, askedAt, requests, commit, main: revision.main };
}

function shows(commit: string, status: object, metadata: Partial<LiveObject['metadata']> = {}): ObjectsObservation {
  const labels = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
  const created = { creationTimestamp: new Date().toISOString() };
  const named = { name: 'smoke-1', namespace: 'tests', labels, ...created, ...metadata };
  const apps = {
    name: 'apps',
    namespace: 'flux-system',
    path: 'one',
    suspended: false,
    generation: 1,
    observedGeneration: 1,
  };
  const kustomizations = [{ ...apps, healthChecks: 'all' as const, lastAppliedRevision: commit }];
  const objects = [{ apiVersion: 'batch/v1', kind: 'Job', metadata: named, status }];
  return { kind: 'reached', kustomizations, objects, unread: new Map() };
}

const away: ObjectsObservation = { kind: 'unreachable', why: 'The plug is out.' };

describe('A check of an object', () => {
  it('passes once it is done on every cluster whose group has it', async () => {
    const { report, asked } = await look({});
    expect(await report()).toMatchObject({ kind: 'passed', clusters: [], open: 0, mayRollBack: false });
    const wanted = [{ apiVersion: 'batch/v1', kind: 'Job', namespace: 'tests', name: 'smoke-1', optional: false }];
    expect(asked).toMatchObject([{ wanted }, { wanted }]);
  });

  it('waits for what is not done, names the cluster, and reports it when that is news', async () => {
    const say: Say = (name, commit) => shows(commit, name === 'two' ? {} : done);
    const { report } = await look({ say });
    await expect(report()).rejects.toThrow('two: Job tests/smoke-1 has not started');
    const { report: first } = await look({ say, order: { known: undefined } });
    expect(await first()).toMatchObject({
      kind: 'progress',
      clusters: [{ name: 'two', state: 'pending' }],
      open: 1,
      awaited: 'two: Job tests/smoke-1 has not started',
    });
  });

  it('does not pass on a cluster whose answers are too much to judge, unless `maxUnavailable` allows it', async () => {
    const { report } = await look({ judge: judgeExcept('objects') });
    await expect(report()).rejects.toThrow('one: Judging cluster one takes too much; two: ');
    const judge: JudgeAnswers = (kind, question, judgedFor) =>
      (judgedFor.cluster === 'two' ? judgeExcept('objects') : judgeHere)(kind, question, judgedFor);
    const { report: allowed } = await look({ judge, policy: 'maxUnavailable: 1\n' });
    expect(await allowed()).toMatchObject({ kind: 'passed', leftOut: ['two'] });
  });

  it('fails with what has failed, and may be rolled back', async () => {
    const { report } = await look({ say: (name, commit) => (name === 'two' ? shows(commit, broken) : away) });
    expect(await report()).toMatchObject({
      kind: 'failed',
      mayRollBack: true,
      clusters: [
        { name: 'two', state: 'failed' },
        { name: 'one', state: 'unknown' },
      ],
      awaited: 'two: Job tests/smoke-1 failed: BackoffLimitExceeded: twice; one: The plug is out',
    });
  });

  it('is late when its time is over, which is no failure', async () => {
    const { report } = await look({ say: (_, commit) => shows(commit, {}), order: { deadline: past } });
    expect(await report()).toMatchObject({ kind: 'late', mayRollBack: false, open: 2 });
  });

  it('does not count one that is left from before the merge, nor its failure', async () => {
    const old = { creationTimestamp: '2020-01-01T00:00:00Z' };
    const { report } = await look({ say: (_, commit) => shows(commit, broken, old) });
    await expect(report()).rejects.toThrow('is left from an earlier commit: it was created at 2020-01-01T00:00:00Z');
  });

  it('goes by the moment in which the merge was known where the clock of the forge is ahead', async () => {
    const before = new Date(Date.now() - 10 * minute).toISOString();
    const created = { creationTimestamp: new Date(Date.now() - 5 * minute).toISOString() };
    const say: Say = (_, commit) => shows(commit, done, created);
    const { report } = await look({ say, order: { mergeKnown: before } });
    expect(await report()).toMatchObject({ kind: 'passed' });
  });

  it('is not asked of a cluster that the rollout goes on without, and may go on without another one', async () => {
    const say: Say = (name, commit) => (name === 'one' ? away : shows(commit, done));
    const { report, asked } = await look({ say, order: { leftOut: ['one'] } });
    expect(await report()).toMatchObject({ kind: 'passed' });
    expect(asked).toHaveLength(1);
    const { report: other } = await look({ say, policy: 'maxUnavailable: 1\n' });
    expect(await other()).toMatchObject({ kind: 'passed', leftOut: ['one'] });
    const late: Say = (name, commit) => shows(commit, name === 'one' ? {} : done);
    const { report: waiting } = await look({ say: late, policy: 'maxUnavailable: 1\n', order: { deadline: past } });
    expect(await waiting()).toMatchObject({ kind: 'late' });
    const { report: strict } = await look({ say });
    await expect(strict()).rejects.toThrow('one: The plug is out');
  });

  it('never passes without any cluster that shows it', async () => {
    const { report } = await look({
      say: () => away,
      policy: 'maxUnavailable: 2\n',
      order: { leftOut: ['one', 'two'] },
    });
    await expect(report()).rejects.toThrow('one, two: The plug is out');
  });

  it('that no manifest has is an error of the file, with what to do', async () => {
    const check: VerifyCheck = { kind: 'object', object: { kind: 'Job', name: 'smoke' }, timeoutMs: minute };
    const { report } = await look({ check });
    await expect(report()).rejects.toMatchObject({
      type: 'InvalidConfig',
      message: expect.stringMatching(
        /^`verify` in fairlead.yaml of branch qa names the object Job\/smoke, but no leaf of qa has one at [0-9a-f]{8}\. Name an object of the rendered manifests, or remove the check\.$/,
      ),
    });
  });

  it('ends when another main commit is deployed', async () => {
    const { report } = await look({});
    const newer = world().release('2');
    await world().deploy('promotion', newer);
    expect(await report()).toMatchObject({ kind: 'overtaken', deployed: newer });
  });
});

describe('A check of a URL', () => {
  it('passes with the first right answer where none must last', async () => {
    const { report, requests } = await look({ check: url, answers: [200] });
    expect(await report()).toMatchObject({ kind: 'passed' });
    expect(requests).toEqual(['https://shop.example.com/?token=x']);
  });

  it('waits for another answer, and says which one came, without the query', async () => {
    const { report } = await look({ check: url, answers: [503] });
    await expect(report()).rejects.toThrow(/^https:\/\/shop\.example\.com\/ must answer 200: it answers 503$/);
    const { report: silent } = await look({ check: url, answers: ['it cannot be reached (ENOTFOUND)'] });
    await expect(silent()).rejects.toThrow(/must answer 200: it cannot be reached \(ENOTFOUND\)$/);
  });

  it('must answer without a break for as long as it says', async () => {
    const check = { ...url, forMs: 60 };
    const lasting = await look({ check, answers: [200] });
    expect(await lasting.report()).toMatchObject({ kind: 'passed' });
    expect(lasting.requests.length).toBeGreaterThan(2);
    const { report } = await look({ check, answers: [200, 200, 503, 200] });
    await expect(report()).rejects.toThrow('must answer 200 for 60ms: it answers 503');
  });

  it('is late when the right answers do not begin in time', async () => {
    const { report } = await look({ check: url, answers: [503], order: { deadline: past } });
    expect(await report()).toMatchObject({ kind: 'late', mayRollBack: false, clusters: [] });
  });

  it('of a host that is not allowed asks nobody, and names the setting', async () => {
    const { report, requests } = await look({ check: { ...url, url: 'http://169.254.169.254/latest/?x' } });
    await expect(report()).rejects.toMatchObject({
      type: 'InvalidConfig',
      message:
        "`verify` asks http://169.254.169.254/latest/, but this worker may not ask the host 169.254.169.254. Add it to `allow.httpChecks` in the worker's settings, or remove the check.",
    });
    expect(requests).toEqual([]);
  });

  it('ends at once where its attempt is cancelled, or its worker stops', async () => {
    const { report } = await look({ check: { ...url, forMs: 10 * minute }, answers: [200] });
    const stopping = new AbortController();
    const looked = report(stopping.signal);
    stopping.abort(new Error('shutdown'));
    await expect(looked).rejects.toThrow('shutdown');
  });
});

describe('A check of the forge', () => {
  const check: VerifyCheck = { kind: 'checks', checks: ['e2e', 'load'], on: 'main', timeoutMs: minute };
  const green = (name: string): ForgeCheck => ({ name, state: 'passed', words: 'success' });

  it('passes once every one that is named is green at the main commit', async () => {
    const { report, askedAt, main } = await look({
      check,
      checks: [green('e2e'), green('load'), { name: 'lint', state: 'failed', words: 'failure' }],
    });
    expect(await report()).toMatchObject({ kind: 'passed', clusters: [], open: 0 });
    expect(askedAt).toEqual([main]);
  });

  it('waits for what runs or has not begun, and says so', async () => {
    const { report, main } = await look({ check, checks: [{ name: 'e2e', state: 'running', words: 'in progress' }] });
    await expect(report()).rejects.toThrow(
      `0 of 2 checks are green at main ${main.slice(0, 8)}: e2e is in progress, load has not begun`,
    );
  });

  it('is looked at as often as the limits of its forge allow', async () => {
    const { report } = await look({ check, checks: [] });
    const { mergePollMs } = world().dependencies.intervals;
    await expect(report()).rejects.toMatchObject({ nextRetryDelay: 4 * mergePollMs });
  });

  it('that has failed needs a person, and rolls nothing back', async () => {
    const { report } = await look({
      check,
      checks: [green('load'), { name: 'e2e', state: 'failed', words: 'timed out' }],
    });
    expect(await report()).toMatchObject({
      kind: 'failed',
      mayRollBack: false,
      awaited: expect.stringMatching(/^1 of 2 checks are green at main .*: e2e is timed out$/),
    });
  });

  it('is late when its time is over', async () => {
    const { report } = await look({ check, checks: [], order: { deadline: past } });
    expect(await report()).toMatchObject({ kind: 'late' });
  });

  it('does not take the word of another of the same name for one that has failed or runs', async () => {
    const lookAt = (ours: ForgeCheck) =>
      look({ check, checks: [green('e2e'), ours, green('e2e'), green('load')] }).then(({ report }) => report());
    expect(await lookAt({ name: 'e2e', state: 'failed', words: 'failure' })).toMatchObject({ kind: 'failed' });
    await expect(lookAt({ name: 'e2e', state: 'running', words: 'in progress' })).rejects.toThrow('e2e is in progress');
  });

  it('needs a forge that has checks, and names the setting', async () => {
    const { report } = await look({ check });
    await expect(report()).rejects.toThrow('the worker knows no forge with checks');
  });
});
