import { describe, expect, it } from 'vitest';
import { approvedBefore, refusal } from '../../../src/operation/decisions.ts';
import type { OperationKind } from '../../../src/operation/kind.ts';
import type { Action, Decision } from '../../../src/operation/messages.ts';
import type { EnvironmentStatus } from '../../../src/operation/status.ts';
import { hold, promotionWith, request, sha, unhealthy } from './status-examples.ts';

interface Case {
  readonly says: string;
  readonly action: Action;
  readonly state: Partial<EnvironmentStatus>;
  readonly kind?: OperationKind;
  readonly decision?: Partial<Decision>;
  /** The reason of the refusal; undefined where the decision is applied. */
  readonly because?: string;
}

const open = { state: 'awaiting approval', request } as const;
const merged = {
  state: 'needs attention',
  request: { ...request, open: false },
  mergeCommit: sha('c'),
  fleet: unhealthy,
} as const;
const removals = { removed: 1, before: 9, objects: ['Namespace shop'], guarded: 1, groups: [], emptied: 0 } as const;
const wellFleet = { total: 2, healthy: 2, others: [], warnings: [] };
const smoke = { name: 'Job/smoke', clusters: [{ name: 'prod-1', state: 'failed', awaited: 'no' }], open: 1 } as const;
const previous = { main: sha('d'), config: sha('e') };

const cases: readonly Case[] = [
  { says: 'approve: the head that was looked at', action: 'approve', state: open, decision: { head: 'bbbbbbb' } },
  {
    says: 'approve: another head',
    action: 'approve',
    state: open,
    decision: { head: 'fffffff' },
    because: 'now at bbbbbbbb',
  },
  {
    says: 'approve: no request',
    action: 'approve',
    state: {},
    decision: { head: 'bbbbbbb' },
    because: 'nothing to approve',
  },
  {
    says: 'approve: under manual',
    action: 'approve',
    state: { ...open, request: { ...request, merge: 'manual' } },
    decision: { head: 'bbbbbbb' },
    because: 'merge https://forge.test/acme/gitops/pull/7 on the forge',
  },
  {
    says: 'approve: twice',
    action: 'approve',
    state: { ...open, approval: { by: 'bob', at: '', head: sha('b') } },
    decision: { head: 'bbbbbbb' },
    because: 'approved already, by bob',
  },
  {
    says: 'approve: sent again by whoever got no answer',
    action: 'approve',
    state: { ...open, approval: { by: 'ann', at: '', head: sha('b') } },
    decision: { head: 'bbbbbbb' },
  },
  {
    says: 'approve: sent again after the merge',
    action: 'approve',
    state: { state: 'promoted', request: { ...request, open: false }, approval: { by: 'ann', at: '', head: sha('b') } },
    decision: { head: 'bbbbbbb' },
  },
  {
    says: 'approve: after the merge, by somebody else',
    action: 'approve',
    state: { state: 'promoted', request: { ...request, open: false }, approval: { by: 'bob', at: '', head: sha('b') } },
    decision: { head: 'bbbbbbb' },
    because: 'prod is promoted: there is nothing to approve',
  },
  {
    says: 'approve: sent again while it is held since',
    action: 'approve',
    state: { ...open, hold, approval: { by: 'ann', at: '', head: sha('b') } },
    decision: { head: 'bbbbbbb' },
    because: 'prod is held by bob (as given) until',
  },
  {
    says: 'approve: after an approval of an older head',
    action: 'approve',
    state: { ...open, approval: { by: 'bob', at: '', head: sha('9') } },
    decision: { head: 'bbbbbbb' },
  },
  {
    says: 'approve: while it is held',
    action: 'approve',
    state: { ...open, hold },
    decision: { head: 'bbbbbbb' },
    because:
      'prod is held by bob (as given) until 2027-01-04T07:00:00.000Z: Christmas. `--override --reason …` goes on',
  },
  {
    says: 'approve: in spite of a hold',
    action: 'approve',
    state: { ...open, hold },
    decision: { head: 'bbbbbbb', override: true },
  },
  {
    says: 'approve: in spite of a hold, what was approved before it',
    action: 'approve',
    state: { ...open, hold, approval: { by: 'bob', at: '', head: sha('b') } },
    decision: { head: 'bbbbbbb', override: true },
  },
  {
    says: 'approve: in spite of another hold than the one before',
    action: 'approve',
    state: { ...open, hold, approval: { by: 'bob', at: '', head: sha('b'), override: true } },
    decision: { head: 'bbbbbbb', override: true },
  },
  {
    says: 'approve: twice in spite of one hold',
    action: 'approve',
    state: { ...open, approval: { by: 'bob', at: '', head: sha('b'), override: true } },
    decision: { head: 'bbbbbbb', override: true },
    because: 'approved already, by bob',
  },
  {
    says: 'approve: in spite of a hold, another head',
    action: 'approve',
    state: { ...open, hold },
    decision: { head: 'fffffff', override: true },
    because: 'now at bbbbbbbb',
  },
  {
    says: 'approve: in spite of a hold, a request that nobody looked at',
    action: 'approve',
    state: { ...open, hold },
    decision: { override: true },
    because: 'the approval is for no commit',
  },
  {
    says: 'approve: in spite of a hold, what else merges by itself',
    action: 'approve',
    state: { ...open, hold, request: { ...request, merge: 'auto' } },
    decision: { head: 'bbbbbbb', override: true },
  },
  {
    says: 'approve: what removes a Namespace, without saying so',
    action: 'approve',
    state: { ...open, request: { ...request, removals } },
    decision: { head: 'bbbbbbb' },
    because: 'request #7 of prod removes Namespace shop. If that is meant, say so: approve it with --removals',
  },
  {
    says: 'approve: what removes a Namespace, and names it',
    action: 'approve',
    state: { ...open, request: { ...request, removals } },
    decision: { head: 'bbbbbbb', removals: true },
  },
  {
    says: 'approve: what removes a Namespace, at another head',
    action: 'approve',
    state: { ...open, request: { ...request, removals } },
    decision: { head: 'fffffff', removals: true },
    because: 'now at bbbbbbbb',
  },
  {
    says: 'approve: in spite of a hold, what removes a Namespace',
    action: 'approve',
    state: { ...open, hold, request: { ...request, removals } },
    decision: { head: 'bbbbbbb', override: true },
    because: 'removes Namespace shop',
  },
  {
    says: 'approve: once more, after an approval that does not name what is removed',
    action: 'approve',
    state: { ...open, request: { ...request, removals }, approval: { by: 'bob', at: '', head: sha('b') } },
    decision: { head: 'bbbbbbb', removals: true },
  },
  {
    says: 'approve: sent again, with what is removed',
    action: 'approve',
    state: {
      ...open,
      request: { ...request, removals },
      approval: { by: 'ann', at: '', head: sha('b'), removals: true },
    },
    decision: { head: 'bbbbbbb', removals: true },
  },
  {
    says: 'approve: twice, with what is removed',
    action: 'approve',
    state: {
      ...open,
      request: { ...request, removals },
      approval: { by: 'bob', at: '', head: sha('b'), removals: true },
    },
    decision: { head: 'bbbbbbb', removals: true },
    because: 'approved already, by bob',
  },
  {
    says: 'approve: with removals, what removes nothing',
    action: 'approve',
    state: open,
    decision: { head: 'bbbbbbb', removals: true },
  },
  {
    says: 'approve: what merges by itself',
    action: 'approve',
    state: { ...open, request: { ...request, merge: 'auto' } },
    decision: { head: 'bbbbbbb' },
    because: 'merges by itself',
  },
  {
    says: 'approve: in spite of a hold, under manual',
    action: 'approve',
    state: { ...open, hold, request: { ...request, merge: 'manual' } },
    decision: { head: 'bbbbbbb', override: true },
    because: 'on the forge',
  },
  {
    says: 'approve: what a hold has not let in',
    action: 'approve',
    state: { state: 'held', hold },
    decision: { head: 'bbbbbbb' },
    because: 'prod is held by bob',
  },
  {
    says: 'approve: lets in what a hold has not, before there is a head',
    action: 'approve',
    state: { state: 'held', hold },
    decision: { override: true },
  },
  {
    says: 'approve: what waits for another, not even with an override',
    action: 'approve',
    state: { state: 'queued', hold, message: 'waits for main 12345678' },
    decision: { override: true },
    because: 'prod is queued: waits for main 12345678; there is nothing to approve',
  },
  {
    says: 'approve: a rollout, held or not',
    action: 'approve',
    state: { ...merged, state: 'rolling out', hold },
    decision: { head: 'bbbbbbb' },
    because: 'prod is rolling out: there is nothing to approve',
  },
  { says: 'reject: an open request', action: 'reject', state: open },
  {
    says: 'reject: one that was merged just now',
    action: 'reject',
    state: { ...open, request: { ...request, open: false } },
    because: 'no open request to reject',
  },
  {
    says: 'approve: one that was merged just now',
    action: 'approve',
    state: { ...open, request: { ...request, open: false } },
    decision: { head: 'bbbbbbb' },
    because: 'nothing to approve',
  },
  { says: 'reject: a merged one', action: 'reject', state: merged, because: 'no open request to reject' },
  {
    says: 'accept: all unhealthy clusters',
    action: 'accept',
    state: merged,
    decision: { clusters: ['prod-2', 'prod-1'] },
  },
  {
    says: 'accept: some of them',
    action: 'accept',
    state: merged,
    decision: { clusters: ['prod-1'] },
    because: 'name them too: prod-2',
  },
  {
    says: 'accept: a healthy one',
    action: 'accept',
    state: merged,
    decision: { clusters: ['prod-1', 'prod-2', 'prod-3'] },
    because: 'not an unhealthy cluster of prod: prod-3',
  },
  {
    says: 'accept: more than can be named',
    action: 'accept',
    state: { ...merged, fleet: { ...unhealthy, total: 50 } },
    decision: { clusters: ['prod-1', 'prod-2'] },
    because: 'too many to accept',
  },
  {
    says: 'accept: no cluster where some are unhealthy',
    action: 'accept',
    state: merged,
    because: 'name them too: prod-1, prod-2',
  },
  {
    says: 'accept: no cluster in a soak in which all are healthy',
    action: 'accept',
    state: { ...merged, state: 'soaking', fleet: wellFleet },
    because: 'every cluster of prod is healthy: there is nothing to accept',
  },
  {
    says: 'accept: a check of a URL, which concerns no cluster',
    action: 'accept',
    state: {
      ...merged,
      state: 'verifying',
      fleet: wellFleet,
      check: { name: 'https://a.example', clusters: [], open: 0 },
    },
  },
  {
    says: 'accept: a check, and not the cluster on which it has not passed',
    action: 'accept',
    state: { ...merged, fleet: wellFleet, check: smoke },
    because: 'name them too: prod-1',
  },
  {
    says: 'accept: a check, with its cluster',
    action: 'accept',
    state: { ...merged, fleet: wellFleet, check: smoke },
    decision: { clusters: ['prod-1'] },
  },
  {
    says: 'accept: a check that has not passed on more clusters than can be named',
    action: 'accept',
    state: { ...merged, fleet: wellFleet, check: { ...smoke, open: 30 } },
    decision: { clusters: ['prod-1'] },
    because: '30 clusters of prod are not healthy: too many to accept',
  },
  {
    says: 'accept: before a rollout',
    action: 'accept',
    state: open,
    decision: { clusters: ['prod-1'] },
    because: 'no clusters to accept',
  },
  { says: 'rollback: what is deployed', action: 'rollback', state: { ...merged, previous } },
  {
    says: 'rollback: of an environment that has finished',
    action: 'rollback',
    state: { ...merged, state: 'promoted', previous },
  },
  {
    says: 'rollback: nothing before',
    action: 'rollback',
    state: merged,
    because: 'nothing was deployed in prod before',
  },
  {
    says: 'rollback: nothing merged',
    action: 'rollback',
    state: { ...open, previous },
    because: 'abort or reject it instead',
  },
  {
    says: 'rollback: while it is rolled back',
    action: 'rollback',
    state: { ...merged, previous, state: 'rolling back' },
    because: 'prod is rolling back already, see rollback/acme/platform/prod',
  },
  {
    says: 'rollback: twice',
    action: 'rollback',
    state: { ...merged, previous, state: 'rolled back' },
    because: 'rolled back already',
  },
  {
    says: 'rollback: of a config change',
    action: 'rollback',
    kind: 'config change',
    state: { ...merged, previous },
    because: 'revert the commit on the config branch',
  },
  {
    says: 'rollback: of a rollback',
    action: 'rollback',
    kind: 'rollback',
    state: { ...merged, previous },
    because: 'a rollback already',
  },
  { says: 'retry: where it needs attention', action: 'retry', state: merged },
  { says: 'retry: elsewhere', action: 'retry', state: open, because: 'nothing to retry' },
  { says: 'abort: before its turn', action: 'abort', state: {} },
  { says: 'abort: while it waits for another', action: 'abort', state: { state: 'queued' } },
  { says: 'abort: while it is held', action: 'abort', state: { state: 'held', hold } },
  {
    says: 'abort: while a rollback has taken over',
    action: 'abort',
    state: { ...merged, state: 'rolling back' },
    because: 'abort rollback/acme/platform/prod to stop that',
  },
  {
    says: 'retry: while a rollback has taken over',
    action: 'retry',
    state: { ...merged, state: 'rolling back' },
    because: 'nothing to retry',
  },
  { says: 'retry: of a config change', action: 'retry', kind: 'config change', state: merged },
  { says: 'reject: of a config change', action: 'reject', kind: 'config change', state: open },
  {
    says: 'accept: of a rollback',
    action: 'accept',
    kind: 'rollback',
    state: merged,
    decision: { clusters: ['prod-1', 'prod-2'] },
  },
  { says: 'abort: of a rollback', action: 'abort', kind: 'rollback', state: open },
  { says: 'abort: after its end', action: 'abort', state: { state: 'promoted' }, because: 'nothing to abort' },
  {
    says: 'anything: while it is being stopped',
    action: 'retry',
    state: { ...merged, stopping: 'abort' },
    because: 'being stopped already (abort)',
  },
];

describe('A decision', () => {
  it.each(cases)('$says', ({ action, state, kind = 'promotion', decision, because }) => {
    const reason = refusal(promotionWith(state, { kind }), action, { environment: 'prod', by: 'ann', ...decision });
    if (because === undefined) expect(reason).toBeUndefined();
    else expect(reason).toContain(because);
  });

  it('for an unknown environment names those that there are', () => {
    expect(refusal(promotionWith({}), 'retry', { environment: 'qa', by: 'ann' })).toBe(
      'there is no environment qa in this promotion; it has prod',
    );
  });

  it('comes too late when the promotion has ended', () => {
    const ended = promotionWith({ state: 'promoted' }, { state: 'promoted' });
    expect(refusal(ended, 'abort', { by: 'ann', reason: 'x' })).toBe('this promotion has ended as promoted');
  });
});

describe('An approval that is sent again', () => {
  const answerOf = (approval: object) => {
    const state = {
      ...open,
      request: { ...request, removals },
      approval: { by: 'ann', at: '', head: sha('b'), ...approval },
    };
    return approvedBefore(promotionWith(state), { environment: 'prod', by: 'ann', head: 'bbbbbbb', removals: true });
  };

  it('was given before only where it named what is removed', () => {
    expect(answerOf({ removals: true })).toContain('prod was approved at bbbbbbbb before, by ann');
    expect(answerOf({})).toBeUndefined();
  });
});
