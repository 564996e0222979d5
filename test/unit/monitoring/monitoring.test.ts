import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { MetricMeter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createActivities } from '../../../src/activities/create-activities.ts';
import { metricNames } from '../../../src/worker/metrics/metric-names.ts';
import { countOperations } from '../../../src/worker/metrics/operation-gauges.ts';
import type { StepOutcome } from '../../../src/worker/metrics/step-metrics.ts';
import { groupedBy, problemsOf, selectorsOf } from './promql.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat?: string }[];
}

const { groups } = parse(readFileSync('monitoring/alerts.yaml', 'utf8')) as {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(readFileSync('monitoring/grafana-dashboard.json', 'utf8')) as {
  readonly panels: readonly Panel[];
};

/** All queries by what they are for, with the labels of which their texts speak. */
const queries: readonly (readonly [string, string, readonly string[]])[] = [
  ...rules.map(
    ({ alert, expr, annotations }) =>
      [
        `alert ${alert}`,
        expr,
        [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(([, name = '']) => name),
      ] as const,
  ),
  ...panels.flatMap(({ title, targets }) =>
    targets.map(
      ({ expr, legendFormat = '' }) =>
        [
          `panel ${title}`,
          expr,
          [...legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = '']) => name),
        ] as const,
    ),
  ),
];

const anything = Symbol('any value');
type Labels = Readonly<Record<string, readonly string[] | typeof anything>>;

const outcomes = Object.keys({
  done: true,
  waiting: true,
  cancelled: true,
  retried: true,
  failed: true,
} satisfies Record<StepOutcome, true>);
const step = Object.keys(createActivities({} as never));

/** What a worker serves of its own: the series with their labels. `test/promotions/workers.test.ts` reads them from one. */
const served: Readonly<Record<keyof typeof metricNames, { readonly suffixes: readonly string[]; labels: Labels }>> = {
  stepAttempts: { suffixes: ['_total'], labels: { step, outcome: outcomes } },
  stepDuration: { suffixes: ['_bucket', '_sum', '_count'], labels: { step, le: anything } },
  operations: { suffixes: [''], labels: await labelsOfOperations() },
  environmentsHeld: { suffixes: [''], labels: {} },
  forgeBudgetLeft: { suffixes: [''], labels: { host: anything } },
};
const ownSeries: ReadonlyMap<string, Labels> = new Map(
  Object.entries(served).flatMap(([key, { suffixes, labels }]) =>
    suffixes.map((suffix) => [`${metricNames[key as keyof typeof metricNames]}${suffix}`, labels] as const),
  ),
);

/** The labels with their values that the worker sets when it counts what is under way. */
async function labelsOfOperations(): Promise<Labels> {
  const values = new Map<string, Set<string>>();
  const set = (_: number, tags: Record<string, string> = {}) => {
    for (const [name, value] of Object.entries(tags))
      values.set(name, (values.get(name) ?? new Set<string>()).add(value));
  };
  const client = { workflow: { count: async () => ({ count: 1 }) } };
  const meter = { createGauge: () => ({ set }) } as unknown as MetricMeter;
  await countOperations({ client: client as never, meter, taskQueue: 'fairlead' });
  return Object.fromEntries([...values].map(([name, all]) => [name, [...all]]));
}

describe.each(queries)('The query of the %s', (_, query, told) => {
  it('is one that Prometheus takes', () => {
    expect(problemsOf(query)).toEqual([]);
  });

  it('asks for what a worker serves, by labels and values that there are', () => {
    const selectors = selectorsOf(query);
    expect(selectors).not.toEqual([]);
    for (const { metric, labels } of selectors) {
      if (metric.startsWith('temporal_')) {
        expect(isOfSdk(metric), `${metric} is a metric of Temporal's SDK`).toBe(true);
        continue;
      }
      const known = ownSeries.get(metric);
      expect(known, `${metric} is served`).toBeDefined();
      for (const { name, operator, value } of labels) {
        const values = known?.[name];
        expect(values, `${metric} has the label ${name}`).toBeDefined();
        if (Array.isArray(values) && operator === '=') expect(values).toContain(value);
      }
      for (const name of groupedBy(query)) expect(Object.keys(known ?? {}), metric).toContain(name);
    }
  });

  it('keeps the labels that its texts name', () => {
    const kept = groupedBy(query);
    for (const name of told) expect(kept).toContain(name);
  });
});

/** The names of the SDK's metrics stand in its library as they are, without prefix and suffix. */
function isOfSdk(metric: string): boolean {
  const name = metric.replace(/^temporal_/, '').replace(/_(?:total|bucket|sum|count)$/, '');
  return sdkLibrary.includes(name);
}

const bridge = dirname(
  createRequire(createRequire(import.meta.url).resolve('@temporalio/worker')).resolve(
    '@temporalio/core-bridge/package.json',
  ),
);
const sdkLibrary = readFileSync(join(bridge, 'releases/x86_64-unknown-linux-gnu/index.node'));

describe('Each of our metrics', () => {
  const asked = new Set(queries.flatMap(([, query]) => selectorsOf(query).map(({ metric }) => metric)));
  const documented = readFileSync('docs/deployment.md', 'utf8').matchAll(/^ *\| `(fairlead_\w+)` \|/gm);
  const inDocs = [...documented].map(([, name = '']) => name);

  it.each(Object.keys(served) as (keyof typeof served)[])(
    '%s stands in the docs, as it is served, and is shown',
    (key) => {
      const names = served[key].suffixes.map((suffix) => `${metricNames[key]}${suffix}`);
      expect(names.some((name) => asked.has(name))).toBe(true);
      // Prometheus shows a histogram by its name without a suffix.
      expect(inDocs).toContain(names.length === 1 ? names[0] : metricNames[key]);
    },
  );

  it('is all that the docs name', () => {
    expect(inDocs).toHaveLength(Object.keys(served).length);
  });
});

describe('Every alert', () => {
  it.each(rules)('$alert says what has happened and which command helps', ({ alert, labels, annotations, ...rule }) => {
    expect(alert).toMatch(/^Fairlead/);
    expect(rule.for ?? '1m').toMatch(/^\d+[smhd]$/);
    expect(['info', 'warning', 'critical']).toContain(labels.severity);
    expect(annotations.summary).not.toBe('');
    expect(annotations.description).toMatch(/fairlead |worker/);
  });

  it('stands in the runbook, and nothing else does', () => {
    const runbook = readFileSync('docs/operations.md', 'utf8').matchAll(/^\| `(Fairlead\w+)` \|/gm);
    expect([...runbook].map(([, name]) => name).sort()).toEqual(rules.map(({ alert }) => alert).sort());
  });
});

describe('A broken query is found', () => {
  it.each([
    ['it does not end', 'max(fairlead_environments_held'],
    ['it has too much', 'max(fairlead_environments_held))'],
    ['a function that does not exist', 'rat(fairlead_step_attempts_total[5m])'],
    ['no range where one is needed', 'increase(fairlead_step_attempts_total) > 20'],
    ['an argument is missing', 'histogram_quantile(0.95)'],
    ['a text is compared', 'max(fairlead_environments_held) > "0"'],
    ['a matcher without a comma', 'fairlead_operations{state="held" older_than="0"}'],
    ['a unit of time that does not exist', 'rate(fairlead_step_attempts_total[5q])'],
    ['nothing', ' '],
  ])('where %s', (_, query) => {
    expect(problemsOf(query)).not.toEqual([]);
  });
});
