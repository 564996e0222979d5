import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import proto from '@temporalio/proto';
import { workerName } from '../../../src/temporal/worker-identity.ts';
import { milliseconds, type SeenEvent } from './watch.ts';

/** How a run went on after a kill. */
export interface Resumed {
  /** The milliseconds until all that was under way had been begun again; undefined: nothing was. */
  readonly ms: number | undefined;
  /** The milliseconds until Temporal had offered all of it to the next worker. */
  readonly offeredMs: number | undefined;
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
  readonly offeredAt: number;
}

const waitsForWorker = proto.temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED;
const lookMs = 100;
/** By then a run does not go on any more; on a machine with much else to do the start of a worker takes a minute. */
const patienceMs = 180_000;

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
  if (!last) return { ms: undefined, offeredMs: undefined, last: 'nothing was under way' };
  const offeredAt = Math.max(...begun.map((each) => each.offeredAt));
  return { ms: sinceKill(kill, last.at), offeredMs: sinceKill(kill, offeredAt), last: last.what };
}

function sinceKill({ at }: Kill, time: number): number {
  return Math.max(0, time - at);
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
  const offers: Offers = new Map();
  if (first.hasTask) {
    const what = `a task of the ${history}`;
    begun.push({ what, ...(await soon(() => taskDone(look), what)) });
  }
  for (const { id, type } of first.steps) {
    const what = `${type} of the ${history}`;
    begun.push({ what, ...(await soon(() => stepBegun(look, id, offers), what)) });
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

type Times = Pick<Begun, 'at' | 'offeredAt'>;

function taskDone({ kill, workflow }: Look): Times | undefined {
  const events = workflow.events();
  const done = events.findIndex(({ type, at }) => type === 'workflow task completed' && at > kill.at);
  const completed = events[done];
  if (!completed) return undefined;
  const offered = events.slice(0, done).findLast(({ type }) => type === 'workflow task scheduled');
  return { at: completed.at, offeredAt: offered?.at ?? completed.at };
}

/** When Temporal offers the next attempt of a step, by the id of the step; it says so only until the attempt begins. */
type Offers = Map<string, number>;

async function stepBegun(look: Look, id: string, offers: Offers): Promise<Times | undefined> {
  const step = (await pendingOf(look)).steps.find((each) => each.id === id);
  if (step && workerName(step.lastWorkerIdentity ?? '') !== look.kill.nextIdentity) {
    if (step.state === waitsForWorker) offers.set(id, milliseconds(step.scheduledTime));
    return undefined;
  }
  const at = (step && milliseconds(step.lastStartedTime)) || startedAt(look, id) || Date.now();
  return { at, offeredAt: Math.min(at, offers.get(id) ?? at) };
}

/** Undefined: it was cancelled before another attempt began. */
function startedAt({ workflow }: Look, id: string): number | undefined {
  const events = workflow.events();
  const scheduled = events.find(({ raw }) => raw.activityTaskScheduledEventAttributes?.activityId === id);
  return events.find(
    ({ raw }) =>
      scheduled && `${raw.activityTaskStartedEventAttributes?.scheduledEventId}` === `${scheduled.raw.eventId}`,
  )?.at;
}

async function soon<T>(look: () => T | undefined | Promise<T | undefined>, what: string): Promise<T> {
  for (const end = Date.now() + patienceMs; ; await pause(lookMs)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} was not begun again within ${patienceMs / 1000} s`);
  }
}
