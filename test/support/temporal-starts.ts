import { workflowTaskTimeout } from '../../src/temporal/task-times.ts';
import type { RecordedHistory } from './temporal-executions.ts';

/** `4 seconds` in seconds. */
const expected = Number.parseInt(workflowTaskTimeout, 10);

/**
 * Throws one error that names each run which the product started without the time limit for tasks: after the death of a worker
 * such a run stands still twice as long. Tests start as they like, and what continues as new keeps what it had.
 * `ofTest`: the ids of the runs that the test itself started.
 */
export function checkStarts(recorded: readonly RecordedHistory[], ofTest: ReadonlySet<string>): void {
  const limits = new Map(recorded.map(({ runId, history }) => [runId, started(history)?.workflowTaskTimeout?.seconds]));
  const forgotten = recorded.flatMap(({ workflowId, runId, history }) => {
    if (ofTest.has(runId)) return [];
    const before = started(history)?.continuedExecutionRunId ?? '';
    const limit = Number(limits.get(runId) ?? 0);
    const ought = before === '' ? expected : Number(limits.get(before) ?? expected);
    return limit === ought ? [] : [`${workflowId} (run ${runId}): ${limit} s for a task instead of ${ought} s`];
  });
  if (forgotten.length === 0) return;
  throw new Error(`Started without workflowTaskTimeout of src/temporal/task-times.ts:\n${forgotten.join('\n')}`);
}

function started({ events }: RecordedHistory['history']) {
  return events?.[0]?.workflowExecutionStartedEventAttributes;
}
