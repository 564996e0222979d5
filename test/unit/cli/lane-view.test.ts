import { describe, expect, it } from 'vitest';
import { holdText, type LaneView, laneLines } from '../../../src/cli/view/lane-view.ts';
import { timeWords } from '../../../src/cli/view/table.ts';
import type { TrackedEntry } from '../../../src/lane/types.ts';

const since = '2026-01-02T03:04:05.678Z';

function tracked(
  operation: TrackedEntry['operation'],
  workflowId: string,
  more: Partial<TrackedEntry> = {},
): TrackedEntry {
  return {
    id: workflowId,
    source: 'https://forge.test/acme/platform',
    environment: 'qa',
    operation,
    main: '3f2a9c1d'.repeat(5),
    phase: 'unmerged',
    whenNewer: 'supersede',
    workflowId,
    firstRunId: 'run',
    since,
    ...more,
  };
}

function lane(more: Partial<LaneView> = {}): LaneView {
  return {
    id: 'lane/acme/gitops/qa',
    kind: 'lane',
    gitops: { repository: 'https://forge.test/acme/gitops', branch: 'qa' },
    source: 'https://forge.test/acme/platform',
    environment: 'qa',
    waiting: [],
    configuring: [],
    refusals: [],
    ...more,
  };
}

const hold = { by: 'ann', reason: 'load\ntest', since, config: true } as const;

describe('A lane on a terminal', () => {
  it('says why it lets nobody in, and what it could not carry out', () => {
    const refusals = [{ at: since, action: 'hold', reason: 'no reason' }];
    expect(laneLines(lane({ trouble: 'Lets nobody in: no\ntoken.', refusals })).slice(2)).toEqual([
      '  Lets nobody in: no token.',
      `  ${since} hold refused: no reason`,
    ]);
  });

  it('says from which source and name of the environment it has gone over', () => {
    const movedFrom = { source: 'https://forge.test/acme/old', environment: 'stage', at: since };
    expect(laneLines(lane({ movedFrom }))[1]).toBe(
      `  Since ${since} it is the lane of qa of https://forge.test/acme/platform; before, it was that of stage of https://forge.test/acme/old.`,
    );
  });

  it('says that nothing runs there, and that nothing holds it', () => {
    expect(laneLines(lane({ url: 'https://temporal.test/x' }))).toEqual([
      'lane/acme/gitops/qa: qa of https://forge.test/acme/platform, not held',
      '  nothing runs or waits here',
      '  https://temporal.test/x',
    ]);
  });

  it('says who has its turn, who waits and who goes beside', () => {
    const override = { by: 'ann', reason: 'the shop is down' };
    const lines = laneLines(
      lane({
        current: tracked('rollback', 'rollback/acme/platform/qa', { phase: 'merged', by: 'bob', reason: 'it fails' }),
        waiting: [tracked('promotion', 'promote/x', { phase: 'waiting', override })],
        configuring: [tracked('config change', 'configure/acme/platform/qa')],
      }),
    );
    expect(lines.slice(1)).toEqual([
      `  has its turn: the rollback to main 3f2a9c1d, merged, since ${timeWords(since)}, asked by bob (as given): it fails (rollback/acme/platform/qa)`,
      `  waits: the promotion of main 3f2a9c1d, waiting, since ${timeWords(since)} (promote/x)`,
      '    in spite of holds, by ann (as given): the shop is down',
      `  goes beside: the config change with main 3f2a9c1d, unmerged, since ${timeWords(since)} (configure/acme/platform/qa)`,
    ]);
  });

  it('says what each was told where that is not the usual', () => {
    const held = { kind: 'held', hold } as const;
    const by = { operation: 'promotion', main: '', workflowId: 'promote/y', firstRunId: 'run' } as const;
    const lines = laneLines(
      lane({
        current: tracked('promotion', 'promote/x', { admission: { kind: 'superseded', by } }),
        configuring: [
          tracked('config change', 'configure/acme/platform/qa', { main: '', phase: 'waiting', admission: held }),
        ],
      }),
    );
    expect(lines.slice(1)).toEqual([
      `  gives way: the promotion of main 3f2a9c1d, unmerged, since ${timeWords(since)} (promote/x)`,
      `  is held: the config change, waiting, since ${timeWords(since)} (configure/acme/platform/qa)`,
    ]);
  });

  it('says of who was let in that its request is not merged, until it says more itself', () => {
    const admission = { kind: 'granted' } as const;
    const current = tracked('promotion', 'promote/x', { phase: 'waiting', admission });
    expect(laneLines(lane({ current }))[1]).toBe(
      `  has its turn: the promotion of main 3f2a9c1d, unmerged, since ${timeWords(since)} (promote/x)`,
    );
  });

  it('says who holds it, that it is frozen, and when the next freeze begins', () => {
    const freeze = { now: { until: '2026-01-05T07:00:00.000Z', reason: 'weekend' }, next: '2026-01-09T15:00:00.000Z' };
    expect(holdText(lane({ hold, freeze }))).toBe(
      'held by ann (as given): load test (config changes, too); frozen until 2026-01-05T07:00:00.000Z: weekend',
    );
    expect(laneLines(lane({ freeze }))[1]).toBe('  the next freeze begins at 2026-01-09T15:00:00.000Z');
  });
});
