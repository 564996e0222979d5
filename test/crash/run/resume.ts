import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { milliseconds, type SeenEvent } from './watch.ts';

/** How a run went on after a kill. */
export interface Resumed {
  /** The milliseconds until all that was under way had been begun again; undefined: nothing was. */
  readonly ms: number | undefined;
  /** What was begun last, for whoever asks why it took so long. */
  readonly last: string;
}

/** A kill: at which time (milliseconds of the epoch), and which worker came next. */
export interface Kill {
  readonly at: number;
  readonly nextIdentity: string;
}

/** A workflow of the run. */
export interface WatchedWorkflow {
  readonly history: string;
  readonly workflowId: string;
  /** Answers the events that were seen of it so far. */
  events(): readonly SeenEvent[];
}

interface Begun {
  readonly what: string;
  readonly at: number;
}

const lookMs = 100;
/** By then a run does not go on any more. */
const patienceMs = 60_000;

/**
 * Waits until the next worker has begun all that was under way at a kill: each step that ran or was due has an attempt
 * of that worker or is over, and each workflow with a task has completed one. That is the time to resume.
 */
export async function untilResumed(
  client: Client,
  kill: Kill,
  workflows: readonly WatchedWorkflow[],
): Promise<Resumed> {
  const begun = (await Promise.all(workflows.map((workflow) => begunOf({ client, kill, workflow })))).flat();
  const [last] = [...begun].sort((a, b) => b.at - a.at);
  if (!last) return { ms: undefined, last: 'nothing was under way' };
  return { ms: Math.max(0, last.at - kill.at), last: last.what };
}

interface Look {
  readonly client: Client;
  readonly kill: Kill;
  readonly workflow: WatchedWorkflow;
}

async function begunOf(look: Look): Promise<readonly Begun[]> {
  const { history } = look.workflow;
  const first = await pendingOf(look);
  const begun: Begun[] = [];
  if (first.hasTask) {
    const at = await soon(() => taskDone(look), `a task of the ${history}`);
    begun.push({ what: `a task of the ${history}`, at });
  }
  for (const { id, type } of first.steps) {
    const what = `${type} of the ${history}`;
    begun.push({ what, at: await soon(() => stepBegun(look, id), what) });
  }
  return begun;
}

async function pendingOf({ client, workflow: { workflowId } }: Look) {
  try {
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    const steps = (raw.pendingActivities ?? []).map(({ activityId, activityType, ...rest }) => ({
      id: activityId ?? '',
      type: activityType?.name ?? '',
      ...rest,
    }));
    return { steps, hasTask: Boolean(raw.pendingWorkflowTask) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { steps: [], hasTask: false };
    throw error;
  }
}

function taskDone({ kill, workflow }: Look): number | undefined {
  return workflow.events().find(({ type, at }) => type === 'workflow task completed' && at > kill.at)?.at;
}

async function stepBegun(look: Look, id: string): Promise<number | undefined> {
  const step = (await pendingOf(look)).steps.find((each) => each.id === id);
  if (step) {
    if (step.lastWorkerIdentity !== look.kill.nextIdentity) return undefined;
    return milliseconds(step.lastStartedTime) || Date.now();
  }
  const events = look.workflow.events();
  const scheduled = events.find(({ raw }) => raw.activityTaskScheduledEventAttributes?.activityId === id);
  const started = events.find(
    ({ raw }) =>
      scheduled && `${raw.activityTaskStartedEventAttributes?.scheduledEventId}` === `${scheduled.raw.eventId}`,
  );
  // It was cancelled before another attempt began.
  return started?.at ?? Date.now();
}

async function soon(look: () => number | undefined | Promise<number | undefined>, what: string): Promise<number> {
  for (const end = Date.now() + patienceMs; ; await pause(lookMs)) {
    const at = await look();
    if (at !== undefined) return at;
    if (Date.now() > end) throw new Error(`${what} was not begun again within ${patienceMs / 1000} s`);
  }
}
