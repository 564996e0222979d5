import { readFileSync } from 'node:fs';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { stillWaiting } from '../../../src/activities/still-waiting.ts';
import { metricNames } from '../../../src/worker/metrics/metric-names.ts';
import { countOperations } from '../../../src/worker/metrics/operation-gauges.ts';
import { outcomeOf } from '../../../src/worker/metrics/step-metrics.ts';

const alerts = readFileSync('monitoring/alerts.yaml', 'utf8');
const dashboard = readFileSync('monitoring/grafana-dashboard.json', 'utf8');

it('Alert rules and dashboard ask for metrics that there are', () => {
  const asked = new Set(`${alerts}${dashboard}`.match(/\bfairlead_\w+/g));
  const served = Object.values(metricNames).flatMap((name) => [name, `${name}_total`, `${name}_bucket`]);
  expect([...asked].filter((name) => !served.includes(name))).toEqual([]);
  for (const name of Object.values(metricNames)) expect(`${alerts}${dashboard}`).toContain(name);
});

it('Every alert says what has happened and which command helps', () => {
  const { groups } = parse(alerts) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(3);
  for (const { alert, expr, labels, annotations } of rules) {
    expect(alert).toMatch(/^Fairlead/);
    expect(expr).not.toBe('');
    expect(['info', 'warning', 'critical']).toContain(labels.severity);
    expect(annotations.summary).not.toBe('');
    expect(annotations.description).toMatch(/fairlead |worker/);
  }
  const panels = (JSON.parse(dashboard) as { readonly panels: readonly { readonly targets: readonly object[] }[] })
    .panels;
  for (const { targets } of panels) expect(targets).not.toEqual([]);
});

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

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
