import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { stillWaiting } from '../../../src/activities/still-waiting.ts';
import { startForgeGauges } from '../../../src/worker/metrics/forge-gauges.ts';
import { countOperations } from '../../../src/worker/metrics/operation-gauges.ts';
import { outcomeOf } from '../../../src/worker/metrics/step-metrics.ts';

it.each([
  ['waiting', stillWaiting('not yet', 1_000)],
  ['cancelled', new CancelledFailure('nobody waits')],
  ['retried', ApplicationFailure.retryable('503')],
  ['failed', ApplicationFailure.nonRetryable('no such branch')],
  ['retried', new Error('a fault')],
])('An attempt is %s by what it throws', (outcome, error) => {
  expect(outcomeOf(error)).toBe(outcome);
});

it('Operations are counted by state and age, and held environments', async () => {
  const [set, queries] = [new Map<string, number>(), [] as string[]];
  const meter = {
    createGauge: (name: string) => ({
      set: (value: number, tags: object = {}) => void set.set(`${name} ${Object.values(tags).join(' ')}`.trim(), value),
    }),
  };
  const count = async (query: string) => {
    queries.push(query);
    return { count: query.includes("'needs attention'") ? 3 : 1 };
  };
  const now = Date.parse('2026-03-02T10:00:00Z');
  await countOperations(
    { client: { workflow: { count } } as never, meter: meter as never, taskQueue: 'fairlead' },
    now,
  );
  expect(set.get('fairlead_operations needs attention 0')).toBe(3);
  expect(set.get('fairlead_environments_held')).toBe(1);
  expect(queries.find((query) => query.includes("'soaking'") && query.includes('StartTime'))).toContain(
    "TaskQueue = 'fairlead' AND ExecutionStatus = 'Running' AND FairleadState = 'soaking' AND StartTime < '2026-03-02T09:00:00.000Z'",
  );
});

it('What forges leave of their limits is told by host', () => {
  const set: [string, number, object | undefined][] = [];
  const meter = {
    createGauge: (name: string) => ({ set: (value: number, tags?: object) => void set.push([name, value, tags]) }),
  };
  const budgetsLeft = () => new Map([['github.com', 0.25]]);
  startForgeGauges(meter as never, { budgetsLeft })();
  expect(set).toEqual([['fairlead_forge_budget_left_ratio', 0.25, { host: 'github.com' }]]);
});
