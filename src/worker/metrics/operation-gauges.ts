import type { Client } from '@temporalio/client';
import type { MetricMeter } from '@temporalio/common';
import { laneWorkflow } from '../../lane/messages.ts';
import type { EnvironmentState } from '../../operation/status.ts';
import { searchAttributes } from '../../temporal/attributes/search-attributes.ts';
import { operationsOn, runningOn } from '../operations-query.ts';
import { metricNames } from './metric-names.ts';

/** The states that are counted: those in which an operation can stay for long. */
const states: readonly EnvironmentState[] = [
  ...(['queued', 'held', 'rendering', 'pull request open', 'awaiting approval'] as const),
  ...(['rolling out', 'soaking', 'verifying', 'rolling back', 'needs attention'] as const),
];

const ages = { '0': 0, '1h': 3_600_000, '1d': 24 * 3_600_000 } as const;
const everyMs = 60_000;

/** What counting needs. `report` is told once when it begins to fail. */
export interface GaugeOptions {
  readonly client: Pick<Client, 'workflow'>;
  readonly meter: MetricMeter;
  /** The task queue of the installation: others in the namespace are not counted. */
  readonly taskQueue: string;
  readonly report: (sentence: string) => void;
}

/** Counts what is under way once a minute, and sets the gauges. Answers how to stop. */
export function startOperationGauges(options: GaugeOptions): () => void {
  let isFailing = false;
  const look = async () => {
    try {
      await countOperations(options);
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        options.report(
          `Operations cannot be counted for the metrics: ${error instanceof Error ? error.message : error}`,
        );
      isFailing = true;
    }
  };
  void look();
  const timer = setInterval(look, everyMs);
  return () => clearInterval(timer);
}

/** Counts the operations under way and the environments that are held, and sets the gauges. */
export async function countOperations(
  { client, meter, taskQueue }: Omit<GaugeOptions, 'report'>,
  now = Date.now(),
): Promise<void> {
  const operations = meter.createGauge(metricNames.operations);
  const { name } = searchAttributes.state;
  for (const state of states) {
    let younger: number | undefined;
    for (const [age, ms] of Object.entries(ages)) {
      const before = ms === 0 ? '' : ` AND StartTime < '${new Date(now - ms).toISOString()}'`;
      const query = `${operationsOn(taskQueue)} AND ${name} = '${state}'${before}`;
      // Where there is none at all, there is no older one.
      const count: number = younger === 0 ? 0 : (await client.workflow.count(query)).count;
      operations.set(count, { state, older_than: age });
      younger = count;
    }
  }
  const held = `WorkflowType = '${laneWorkflow}' AND ${runningOn(taskQueue)} AND ${name} = 'held'`;
  meter.createGauge(metricNames.environmentsHeld).set((await client.workflow.count(held)).count);
}
