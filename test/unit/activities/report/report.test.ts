import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import type { MergeOrder, OpenOrder } from '../../../../src/activities/pull-request/contract.ts';
import { tellClosed } from '../../../../src/activities/report/closed.ts';
import { tellingFailure } from '../../../../src/activities/report/failed.ts';
import { tellRecorded } from '../../../../src/activities/report/recorded.ts';
import { mergeReports, tellMergeEnd, tellOpened } from '../../../../src/activities/report/request.ts';
import { tellRollout, tellVerification } from '../../../../src/activities/report/rollout.ts';
import type { RolloutOrder, RolloutReport } from '../../../../src/activities/rollout/contract.ts';
import type { VerificationOrder, VerificationReport } from '../../../../src/activities/verify/contract.ts';
import { Failure } from '../../../../src/failure.ts';
import type { RecordEntry } from '../../../../src/record/entry.ts';
import { reportWorld } from './report-world.ts';

const main = 'a'.repeat(40);
const config = 'c'.repeat(40);
const commit = 'b'.repeat(40);
const source = 'https://forge.test/acme/platform';
const gitops = { repository: 'https://forge.test/acme/gitops', branch: 'qa' };
const proposal = {
  source,
  environment: 'qa',
  gitops,
  operation: 'promotion',
  revision: { main, config },
  commit,
  branch: `deploy/${main}/qa`,
  base: 'd'.repeat(40),
} as const;
const open = { kind: 'open', number: 12, url: 'https://forge.test/acme/gitops/pull/12' } as const;

describe('A request that is open', () => {
  const order: OpenOrder = { ...proposal, waiting: [], workflowId: 'promote/a' };

  it('is told at main as waiting, and at its head as having its turn', async () => {
    const { parts, written } = reportWorld();
    expect(await tellOpened(parts, { ...order, merge: 'approval' }, open)).toBe(open);
    expect(written.sort()).toEqual([
      'fairlead/order at bbbb success: it is the turn of #12',
      'fairlead/qa at aaaa pending: waits for review of #12',
    ]);
  });

  it('is red with the reason where something is in the way', async () => {
    const { parts, written } = reportWorld();
    await tellOpened(parts, { ...order, merge: 'manual', blocked: 'qa is held by olga: no' }, open);
    expect(written.sort()).toEqual([
      'fairlead/order at bbbb failure: qa is held by olga: no',
      'fairlead/qa at aaaa pending: #12 waits: qa is held by olga: no',
    ]);
  });

  it('of a config change is told at its head alone', async () => {
    const { parts, written } = reportWorld();
    await tellOpened(parts, { ...order, operation: 'config change', merge: 'auto' }, open);
    expect(written).toEqual(['fairlead/order at bbbb success: it is the turn of #12']);
  });

  it('that is stale is told nowhere', async () => {
    const { parts, written } = reportWorld();
    await tellOpened(parts, order, { kind: 'stale' });
    expect(written).toEqual([]);
  });
});

describe('While a merge is awaited', () => {
  const order: MergeOrder = { ...proposal, number: 12, answeredReverts: [], merge: false };

  /** Makes the attempts of one wait, each of which remembers what the one before did. */
  function attempts(parts: ReturnType<typeof reportWorld>['parts']) {
    let remembered: unknown;
    return (change: Partial<MergeOrder> = {}) =>
      mergeReports(
        parts,
        { order: { ...order, ...change }, url: open.url },
        { remembered, remember: (next) => (remembered = next) },
      );
  }

  it('a hold is told once, and so is its end', async () => {
    const { parts, written } = reportWorld();
    const attempt = attempts(parts);
    await attempt().tell('qa is held by olga: no');
    await attempt().tell('qa is held by olga: no');
    await attempt().tell(undefined);
    await attempt().tell(undefined);
    expect(written.filter((line) => line.startsWith('fairlead/order'))).toEqual([
      'fairlead/order at bbbb failure: qa is held by olga: no',
      'fairlead/order at bbbb success: it is the turn of #12',
    ]);
  });

  it('nothing is written before a merge to which nothing was in the way', async () => {
    const { parts, written } = reportWorld();
    await attempts(parts)({ merge: true }).tellBeforeMerge();
    expect(written).toEqual([]);
  });

  it.each([
    [{ wasBlocked: true as const }, undefined],
    [{}, 'qa is held by olga: no'],
  ] as const)(
    'the green light is written before a merge to which something was in the way',
    async (change, blocked) => {
      const { parts, written } = reportWorld();
      const attempt = attempts(parts);
      if (blocked !== undefined) await attempt().tell(blocked);
      await attempt({ ...change, merge: true }).tellBeforeMerge();
      expect(written).toContain('fairlead/order at bbbb success: it is the turn of #12');
    },
  );

  it('the green light is written once more where the forge refuses twice: another worker may have made it red', async () => {
    const { parts, written } = reportWorld();
    const attempt = attempts(parts);
    await attempt({ merge: true }).tellAfterRefusal(undefined);
    expect(written).toEqual([]);
    await attempt({ merge: true }).tellAfterRefusal(undefined);
    await attempt({ merge: true }).tellAfterRefusal(undefined);
    expect(written.filter((line) => line.startsWith('fairlead/order'))).toHaveLength(1);
  });

  it('main says why the forge does not merge it, once for each reason', async () => {
    const { parts, written } = reportWorld();
    const attempt = attempts(parts);
    const lacking = ['0 of 1 required check is green', '0 of 1 approval'];
    for (const reason of [lacking[0], lacking[0], lacking[1], undefined, lacking[1]])
      await attempt({ merge: true }).tellAfterRefusal(reason);
    expect(written.filter((line) => line.startsWith('fairlead/qa'))).toEqual([
      'fairlead/qa at aaaa pending: #12 waits: 0 of 1 required check is green',
      'fairlead/qa at aaaa pending: #12 waits: 0 of 1 approval',
    ]);
  });

  it('main says it again after a hold', async () => {
    const { parts, written } = reportWorld();
    const attempt = attempts(parts);
    const words = '#12 waits: 0 of 1 approval';
    await attempt({ merge: true }).tellAfterRefusal('0 of 1 approval');
    await attempt({ merge: true }).tell('qa is held by olga: no');
    await attempt({ merge: true }).tellBeforeMerge();
    await attempt({ merge: true }).tellAfterRefusal('0 of 1 approval');
    const atMain = written.filter((line) => line.startsWith('fairlead/qa'));
    expect(atMain.map((line) => line.includes(words))).toEqual([true, false, false, true]);
  });

  it.each([
    [{ kind: 'refused', reason: 'No.' }, 'failure: the forge refuses to merge #12: No.'],
    [{ kind: 'retargeted', base: 'dev' }, 'failure: #12 goes to dev now'],
    [{ kind: 'foreign push', branch: 'x', by: 'eve' }, 'failure: eve pushed to the branch of #12'],
    [
      { kind: 'merged otherwise', commit, difference: 'a.yaml differs' },
      'failure: #12 was merged, but is not what was rendered: a.yaml differs',
    ],
  ] as const)('what needs a person is a failure', async (outcome, words) => {
    const { parts, written } = reportWorld();
    expect(await tellMergeEnd(parts, order, outcome)).toBe(outcome);
    expect(written).toEqual([`fairlead/qa at aaaa ${words}`]);
  });
});

describe('A rollout', () => {
  const order: RolloutOrder = {
    source,
    environment: 'qa',
    gitops,
    main,
    config,
    token: 't',
    operation: 'promotion',
    commit,
    deadline: '2026-01-01T00:00:00Z',
    phase: 'rollout',
    request: {
      number: 12,
      url: open.url,
      workflowId: 'promote/a',
      mergedBy: 'maintainer',
      approval: { by: 'bob', head: commit, removals: true },
    },
  };
  const others = [{ name: 'eu-1', state: 'pending', awaited: 'Flux applies <it>' }] as const;
  const report: RolloutReport = {
    kind: 'progress',
    fleet: { total: 3, healthy: 2, others, warnings: [] },
    digest: 'x',
    at: '2026-01-01T00:00:00Z',
    mayRollBack: false,
  };
  const settled = (parts: ReturnType<typeof reportWorld>['parts']) => parts.outbox?.close();

  it('is told at main and in the comment, with who approved what', async () => {
    const { parts, written } = reportWorld();
    expect(await tellRollout(parts, order, report)).toBe(report);
    await settled(parts);
    expect(written.sort()).toEqual([
      'comment on #12: **qa**: rolling out, 2 of 3 clusters healthy\n\n- `eu-1` pending: Flux applies \\<it\\>\n\n' +
        'Approved by bob (as given) as `bbbbbbbb`, with what it removes. Merged by maintainer.',
      'fairlead/qa at aaaa pending: rolling out, 2 of 3 clusters healthy',
    ]);
  });

  it('that fails is a failure with its reason everywhere', async () => {
    const { parts, written } = reportWorld();
    await tellRollout(parts, order, { ...report, kind: 'failed' });
    expect(written).toContain('fairlead/qa at aaaa failure: failed, 2 of 3 clusters healthy. eu-1: Flux applies <it>');
    expect(written).toContain('deployment of aaaa to qa as #12: failure');
  });

  it.each([
    ['unknown', /failure: not seen healthy in time/],
    ['reverted', /failure: somebody took it back to main/],
    ['config reverted', /failure: somebody took it back to config/],
  ] as const)('that ends as %s says so', async (kind, words) => {
    const { parts, written } = reportWorld();
    await tellRollout(parts, order, { ...report, kind, deployed: 'e'.repeat(40) });
    expect(written.find((line) => line.startsWith('fairlead/qa'))).toMatch(words);
  });

  it('in its soak says until when', async () => {
    const { parts, written } = reportWorld();
    const soak = { phase: 'soak', soakEnds: '2026-01-01T01:00:00Z' } as const;
    const fleet = { ...report.fleet, healthy: 3, others: [] };
    await tellRollout(parts, { ...order, ...soak }, { ...report, fleet });
    await settled(parts);
    expect(written).toContain(
      'fairlead/qa at aaaa pending: soaking until 2026-01-01T01:00:00Z, 3 of 3 clusters healthy',
    );
  });

  it('is followed by checks, which are told by name', async () => {
    const { parts, written } = reportWorld();
    const check: VerificationOrder = {
      ...order,
      check: { kind: 'http', url: 'https://shop.test/health?token=x', expect: 200, forMs: 0, timeoutMs: 1 },
      mergeKnown: '2026-01-01T00:00:00Z',
    };
    const late = { kind: 'late', awaited: 'it answers 500', clusters: [], open: 0 } as unknown as VerificationReport;
    await tellVerification(parts, check, late);
    expect(written).toContain(
      'fairlead/qa at aaaa failure: check https://shop.test/health did not pass in time: it answers 500',
    );
  });
});

describe('What is recorded', () => {
  const entry = (change: Partial<RecordEntry>): RecordEntry => ({
    time: '2026-01-01T00:00:00.000Z',
    event: 'promoted',
    operation: 'promotion',
    main,
    config,
    request: 12,
    ...change,
  });
  const told = async (change: Partial<RecordEntry>) => {
    const { parts, written } = reportWorld();
    await tellRecorded(parts, { source, environment: 'qa', gitops, commit, entry: entry(change) }, {});
    return written;
  };
  const clusters = { total: 12, healthy: 12 };

  it.each([
    [{ event: 'deployed' }, 'pending: #12 is merged, rolling out'],
    [{ event: 'deployed', request: undefined }, 'pending: nothing to change, rolling out'],
    [{ clusters }, 'success: promoted, 12 of 12 clusters healthy'],
    [{ clusters, leftOut: ['eu-1'] }, 'success: promoted, 12 of 12 clusters healthy, 1 left out'],
    [{ clusters: { total: 0, healthy: 0 } }, 'success: promoted, no clusters to verify'],
    [
      { event: 'accepted', by: 'bob', reason: 'known', clusters },
      'success: accepted by bob (as given), 12 of 12 clusters healthy. known',
    ],
    [{ event: 'given up', reason: 'superseded by x' }, 'error: given up. superseded by x'],
    [{ event: 'rejected', by: 'eve', byForge: true, reason: 'no' }, 'error: rejected by eve. no'],
  ] as const)('%o is told at main as %s', async (change, words) => {
    expect(await told(change)).toContain(`fairlead/qa at aaaa ${words}`);
  });

  it('ends the comment and the deployment', async () => {
    const written = await told({ clusters, by: 'bob' });
    expect(written).toContain('comment on #12: **qa**: promoted, 12 of 12 clusters healthy\n\nBy bob (as given).');
    expect(written).toContain('deployment of aaaa to qa as #12: success');
    expect(await told({ event: 'deployed' })).toContain('deployment of aaaa to qa as #12: in_progress');
    expect(await told({ request: undefined })).toContain(`deployment of aaaa to qa as ${commit}: success`);
  });

  it('of a hold, and of a config change, is told at no commit of main', async () => {
    expect(await told({ event: 'held' })).toEqual([]);
    const lines = await told({ event: 'configured', operation: 'config change', clusters });
    expect(lines).toEqual([expect.stringMatching(/^comment on #12: \*\*qa\*\*: configured/)]);
  });
});

describe('A request that is closed', () => {
  it.each([
    [`deploy/${main}/qa`, ['fairlead/qa at aaaa error: Superseded by main ffff.']],
    [`rollback/${main}/qa`, ['fairlead/qa at aaaa error: Superseded by main ffff.']],
    ['configure/qa', []],
    [`deploy/${main}/prod`, []],
  ])('from %s leaves nothing pending', async (branch, lines) => {
    const { parts, written } = reportWorld();
    await tellClosed(parts, { source, environment: 'qa', gitops, branch, reason: 'Superseded by main ffff.' });
    expect(written).toEqual(lines);
  });
});

describe('A step that fails for good', () => {
  const logger = new DefaultLogger('ERROR');
  const order = { source, environment: 'qa', operation: 'promotion', main } as const;

  it.each([
    [new Failure('InvalidConfig', 'No cluster is listed.'), ['fairlead/qa at aaaa failure: No cluster is listed.']],
    [new Failure('Unavailable', 'The forge is away.'), []],
    [new Error('still waiting'), []],
  ])('is told with its reason, and %s is thrown on', async (error, lines) => {
    const { parts, written } = reportWorld();
    const fail = () => Promise.reject(error);
    await expect(tellingFailure(parts, order, fail)).rejects.toBe(error);
    expect(written).toEqual(lines);
  });

  it.each([
    [
      'is told when the time is over in which that may come late',
      120_000,
      ['fairlead/qa at aaaa failure: No such commit yet.'],
    ],
    ['is not told before', 0, []],
  ])('for what is not there %s', async (_, waitedMs, lines) => {
    const { parts, written } = reportWorld();
    const late = new Failure('NotFound', 'No such commit yet.', { patienceMs: 60_000 });
    const attempt = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - waitedMs }, { logger });
    await expect(attempt.run(() => tellingFailure(parts, order, () => Promise.reject(late)))).rejects.toBe(late);
    expect(written).toEqual(lines);
  });

  it('is not told where it has not failed', async () => {
    const { parts, written } = reportWorld();
    expect(await tellingFailure(parts, { ...order, revision: { main } }, async () => 1)).toBe(1);
    expect(written).toEqual([]);
  });
});
