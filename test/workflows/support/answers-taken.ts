import type { WorkflowHandle } from '@temporalio/client';

/** Counts the answers of a step from which the workflow has gone on. */
export async function answersTaken(handle: WorkflowHandle, step: string): Promise<number> {
  const { events } = await handle.fetchHistory();
  const all = events ?? [];
  const scheduled = all.filter((each) => each.activityTaskScheduledEventAttributes?.activityType?.name === step);
  const ids = new Set(scheduled.map(({ eventId }) => String(eventId)));
  const last = all.findLastIndex((each) => each.workflowTaskCompletedEventAttributes);
  const answers = all
    .slice(0, last)
    .map((each) => each.activityTaskCompletedEventAttributes?.scheduledEventId)
    .filter((id) => id && ids.has(String(id)));
  return answers.length;
}
