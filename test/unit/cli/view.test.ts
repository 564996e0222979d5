import { describe, expect, it } from 'vitest';
import { awaitsPerson, exitCodeOfFailure, exitCodeOfOperation, isStuck } from '../../../src/cli/exit.ts';
import { changedLines, type OperationView, operationLines, printableLine } from '../../../src/cli/view/view.ts';
import { failureTypes } from '../../../src/failure.ts';
import type { EnvironmentStatus } from '../../../src/operation/status.ts';

const commit = '3f2a9c1d'.repeat(5);

function environment(name: string, status: Partial<EnvironmentStatus>): EnvironmentStatus {
  return {
    environment: name,
    stage: 0,
    state: 'waiting',
    since: '2026-01-02T03:04:05Z',
    main: commit,
    operation: 'promotion',
    waitingFor: [],
    message: '',
    ...status,
  };
}

function promotion(environments: readonly EnvironmentStatus[], more: Partial<OperationView> = {}): OperationView {
  return {
    id: `promote/acme/platform/${commit}`,
    kind: 'promotion',
    platform: 'acme/platform',
    commit,
    subject: 'Raise the limits',
    state: 'running',
    startedAt: '2026-01-02T03:04:05Z',
    environments,
    refusals: [],
    ...more,
  };
}

const request = {
  number: 7,
  url: 'https://forge.test/acme/gitops/pull/7',
  branch: 'deploy/x/qa',
  head: 'a'.repeat(40),
  merge: 'manual',
  open: true,
} as const;

const hold = { by: 'bob', reason: 'load test', since: '2026-01-02T03:04:05Z', config: false } as const;

describe('A promotion on a terminal', () => {
  it('has a row for each environment, and below it what is awaited there', () => {
    const others = [{ name: 'qa-1', state: 'pending', awaited: 'Flux applies it' }] as const;
    const fleet = { total: 2, healthy: 1, others, warnings: [] };
    const qa = environment('qa-west', { state: 'rolling out', request, fleet, message: '1 cluster is awaited' });
    const view = promotion([environment('dev', { state: 'promoted' }), qa], { url: 'https://temporal.test/x' });
    expect(operationLines(view)).toEqual([
      'acme/platform 3f2a9c1d "Raise the limits": running',
      '  dev      promoted',
      '  qa-west  rolling out  1 of 2 clusters healthy, #7 https://forge.test/acme/gitops/pull/7',
      '             1 cluster is awaited',
      '             qa-1 pending: Flux applies it',
      '  https://temporal.test/x',
    ]);
  });

  it('is named where it is something else than a promotion', () => {
    const first = (more: Partial<OperationView>) => operationLines(promotion([], more))[0];
    expect(first({ kind: 'config change' })).toBe('config change acme/platform 3f2a9c1d "Raise the limits": running');
    expect(first({ kind: 'rollback', commit: '', subject: '' })).toBe('rollback acme/platform: running');
  });

  it('shows what holds it, and who goes on in spite of that', () => {
    const approval = { by: 'ann', at: '', head: request.head, override: true, removals: true };
    const override = { by: 'ann', at: '', reason: 'the shop is down' };
    const view = promotion([
      environment('qa', { state: 'held', hold, message: 'qa is held by bob: load test' }),
      environment('prod', { state: 'pull request open', hold, approval, override }),
    ]);
    expect(operationLines(view).slice(1)).toEqual([
      '  qa    held',
      '          qa is held by bob (as given): load test',
      '  prod  pull request open  approved by ann (as given) (override, removals)',
      '          held by bob (as given): load test',
      '          goes on in spite of a hold, by ann (as given): the shop is down',
    ]);
    expect(changedLines(promotion([]), view)[1]).toContain(
      'prod pull request open (held by bob (as given): load test)',
    );
  });

  it('without environments says how it ended', () => {
    const view = promotion([], { kind: 'rollback', state: 'unchanged', message: 'nothing of it is deployed' });
    expect(operationLines(view)).toContain('  nothing of it is deployed');
  });

  it('names the operation where it is a rollback, and that it is being stopped', () => {
    const view = promotion([environment('qa', { state: 'rolling out', operation: 'rollback', stopping: 'abort' })]);
    expect(operationLines(view)[1]).toBe('  qa  rolling out (rollback), stopping (abort)');
  });

  it('asks nothing of anybody where it is being stopped', () => {
    const asks = { state: 'awaiting approval', message: 'look at #4' } as const;
    const stopping = promotion([environment('prod', { ...asks, stopping: 'supersede' })]);
    expect(changedLines(promotion([]), promotion([environment('prod', asks)]))).toEqual([
      'prod awaiting approval: look at #4',
    ]);
    expect(changedLines(promotion([]), stopping)).toEqual(['prod awaiting approval, stopping (supersede)']);
    expect(operationLines(stopping).slice(1)).toEqual(['  prod  awaiting approval, stopping (supersede)']);
  });

  it('cannot be steered by text from outside', () => {
    expect(printableLine('a\nb\u001b[2Jc\u0007')).toBe('a b[2Jc');
    expect(operationLines(promotion([], { subject: 'x\u001b]0;title\u0007\ny' }))[0]).toContain('"x]0;title y"');
  });

  it('in a log has a line for each environment that changed, and none for those that did not', () => {
    const before = promotion([environment('dev', { state: 'rendering' }), environment('qa', {})]);
    const after = promotion([environment('dev', { state: 'promoted' }), environment('qa', {})]);
    expect(changedLines(undefined, before)).toEqual(['dev rendering']);
    expect(changedLines(before, after)).toEqual(['dev promoted']);
    expect(changedLines(after, after)).toEqual([]);
  });
});

describe('The exit code', () => {
  it('is 0 only for what runs or is promoted', () => {
    expect(exitCodeOfOperation(promotion([environment('dev', { state: 'soaking' })]))).toBe(0);
    expect(exitCodeOfOperation(promotion([], { state: 'promoted' }))).toBe(0);
    for (const state of ['rejected', 'aborted', 'rolled back', 'superseded', 'terminated'] as const)
      expect(exitCodeOfOperation(promotion([], { state }))).toBe(1);
  });

  it('is 0 for the ends that a config change and a rollback were started for', () => {
    const codes = (kind: OperationView['kind']) =>
      (['configured', 'rolled back', 'unchanged', 'accepted', 'nothing promoted yet', 'promoted'] as const).map(
        (state) => exitCodeOfOperation(promotion([], { kind, state })),
      );
    expect(codes('config change')).toEqual([0, 1, 0, 0, 0, 1]);
    expect(codes('rollback')).toEqual([1, 0, 0, 0, 1, 1]);
  });

  it('is 4 where somebody must decide or resume, not where time ends the hold', () => {
    const held = (until?: string) => environment('qa', { state: 'held', hold: { ...hold, until } });
    const stuck = environment('qa-2', { state: 'needs attention' });
    expect(exitCodeOfOperation(promotion([held(), stuck]))).toBe(4);
    expect(exitCodeOfOperation(promotion([held('2026-12-24T07:00:00Z'), stuck]))).toBe(4);
    expect(exitCodeOfOperation(promotion([held('2026-12-24T07:00:00Z')]))).toBe(0);
    expect([held(), held('2026-12-24T07:00:00Z')].map((each) => awaitsPerson(promotion([each])))).toEqual([
      true,
      false,
    ]);
    const auto = { state: 'pull request open', request: { ...request, merge: 'auto' } } as const;
    expect(awaitsPerson(promotion([environment('qa', { ...auto, hold })]))).toBe(true);
  });

  it('is 4 where all that is open needs a person, not where a sibling still moves', () => {
    const stuck = environment('qa', { state: 'needs attention' });
    expect(exitCodeOfOperation(promotion([stuck, environment('prod', {})]))).toBe(4);
    expect(isStuck(promotion([stuck, environment('qa-2', { state: 'rolling out' })]))).toBe(false);
    expect(isStuck(promotion([environment('dev', {})]))).toBe(false);
    expect(isStuck({ ...promotion([stuck]), pendingLookups: 1 })).toBe(false);
  });

  it('is not 4 where a person has decided, and that is being carried out', () => {
    const accepted = { by: 'ann', at: '', reason: 'known', clusters: ['qa-1'] };
    for (const decided of [{ accepted }, { stopping: 'abort' }] as const) {
      const view = promotion([environment('qa', { state: 'needs attention', ...decided })]);
      expect([exitCodeOfOperation(view), awaitsPerson(view)]).toEqual([0, false]);
    }
  });

  it('knows approvals and merges by hand as waits for a person, automatic merges not', () => {
    const open = (merge: 'auto' | 'manual') =>
      promotion([environment('qa', { state: 'pull request open', request: { ...request, merge } })]);
    expect([open('manual'), open('auto')].map(awaitsPerson)).toEqual([true, false]);
    expect(awaitsPerson(promotion([environment('qa', { state: 'awaiting approval', request })]))).toBe(true);
  });

  it('is that of its failure where it could not be carried out, and every type of failure has one', () => {
    const failure = { type: 'Unavailable', message: 'away' } as const;
    expect(exitCodeOfOperation(promotion([], { state: 'failed', failure }))).toBe(3);
    const codes = (Object.keys(failureTypes) as (keyof typeof failureTypes)[]).map(exitCodeOfFailure);
    expect(codes.every((code) => [1, 2, 3].includes(code))).toBe(true);
  });
});
