import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import type { RecordedHistory } from './temporal-executions.ts';

/** Causes with which the server fails a workflow task in the ordinary course: the task is run again and is well. */
const ordinaryCauses: readonly string[] = [
  // Something arrived (a signal, an update) in the moment in which the workflow wanted to end.
  'WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND',
  'WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW',
  'WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND',
];

/**
 * Replays every history on the workflow code given. Throws one error that names each execution whose history holds a
 * failed workflow task, or that the code does not replay.
 */
export async function replay(options: ReplayWorkerOptions, histories: readonly RecordedHistory[]): Promise<void> {
  const problems = histories.flatMap(failedTasks);
  const replayable = histories.filter(({ history }) =>
    (history.events ?? []).some((event) => event.workflowTaskCompletedEventAttributes),
  );
  if (replayable.length > 0) {
    // In this thread: one of its own takes half a second to start, and nothing else has to go on meanwhile.
    const inThisThread = { ...options, debugMode: true };
    for await (const { workflowId, runId, error } of Worker.runReplayHistories(inThisThread, replayable)) {
      if (error) problems.push(`${workflowId} (run ${runId}) does not replay: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function failedTasks({ workflowId, history }: RecordedHistory): readonly string[] {
  return (history.events ?? []).flatMap((event) => {
    const failed = event.workflowTaskFailedEventAttributes;
    if (!failed) return [];
    // Protobuf's own JSON spells enums as their names.
    const { cause = 'no cause' } = JSON.parse(JSON.stringify(failed)) as { readonly cause?: string };
    if (ordinaryCauses.includes(cause)) return [];
    return [`${workflowId}: workflow task failed at event ${event.eventId}: ${failed.failure?.message || cause}`];
  });
}
