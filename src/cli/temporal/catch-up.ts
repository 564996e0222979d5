import { ScheduleAlreadyRunning, ScheduleNotFoundError, type ScheduleOptions } from '@temporalio/client';
import { type CatchUpInput, catchUpId, catchUpWorkflow } from '../../catch-up/messages.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import { bounded, type Temporal } from '../../temporal/client.ts';
import { workflowTaskTimeout } from '../../temporal/task-times.ts';

/** What became of the schedule of a source. */
export interface CatchUpChange {
  /** Its id. */
  readonly schedule: string;
  readonly change: 'made' | 'changed' | 'removed' | 'absent';
  /** Somebody has paused it, which a change of its interval leaves as it is. */
  readonly paused: boolean;
}

/** Looks that a stopped server has missed are made up for by one at most, and only within this time. */
const catchupWindow = '1 minute' as const;

/** A look that gets no answer for so long is given up: while it lasts, there is no other one. */
const longestLook = '1 hour' as const;

/** Makes the schedule that looks at main every `everyMs`, or changes that of an earlier call. */
export async function scheduleCatchUp(
  temporal: Temporal,
  { source, taskQueue, everyMs }: { readonly source: string; readonly taskQueue: string; readonly everyMs: number },
): Promise<CatchUpChange> {
  const schedule = catchUpId(platformId(source));
  const input: CatchUpInput = { source };
  const options = {
    // A tenth, so that the schedules of many sources do not ask one forge at the same moment.
    spec: { intervals: [{ every: everyMs }], jitter: Math.floor(everyMs / 10) },
    action: {
      type: 'startWorkflow' as const,
      workflowType: catchUpWorkflow,
      workflowId: schedule,
      taskQueue,
      args: [input],
      workflowTaskTimeout,
      workflowRunTimeout: longestLook,
    },
    policies: { overlap: 'SKIP' as const, catchupWindow },
  } satisfies Omit<ScheduleOptions, 'scheduleId'>;
  const { schedule: schedules } = temporal.client;
  try {
    await bounded(temporal, () => schedules.create({ scheduleId: schedule, ...options }));
    return { schedule, change: 'made', paused: false };
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  let paused = false;
  await bounded(temporal, () =>
    schedules.getHandle(schedule).update(({ state }) => {
      paused = state.paused;
      return { ...options, state: { paused: state.paused, ...(state.note !== undefined && { note: state.note }) } };
    }),
  );
  return { schedule, change: 'changed', paused };
}

/** Removes the schedule of a source. */
export async function unscheduleCatchUp(temporal: Temporal, source: string): Promise<CatchUpChange> {
  const schedule = catchUpId(platformId(source));
  try {
    await bounded(temporal, () => temporal.client.schedule.getHandle(schedule).delete());
    return { schedule, change: 'removed', paused: false };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return { schedule, change: 'absent', paused: false };
    throw error;
  }
}
