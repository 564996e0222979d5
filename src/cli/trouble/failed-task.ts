import type { temporal as protocol } from '@temporalio/proto';
import { cutMiddle } from '../../cut.ts';
import { foreignMemoryWords } from '../../memory-format.ts';
import { bounded, type Temporal } from '../../temporal/client.ts';
import { unreadable } from '../../temporal/codec/codec.ts';
import { readFailureMessage } from '../../temporal/codec/read-pending.ts';
import { isUnreadableAnswer } from '../../temporal/grpc-error.ts';
import { readIdentity } from '../../temporal/worker-identity.ts';
import { isoTime, type PendingTask } from './pending.ts';
import type { TaskTrouble } from './trouble.ts';

/** The value of WorkflowTaskFailedCause in Temporal's API for history that does not fit the code. */
const nonDeterminismCause = 24;
/** How many events at the end of a history are looked at: messages may have come after the failure. */
const lookedEvents = 200;
/** How many come in one answer: each may have two megabytes, and an answer that is larger than a client takes would tell nothing. */
const eventsAtOnce = 20;

/** A run of a workflow. */
export interface RunReference {
  readonly id: string;
  readonly run: string;
}

/** A task may fail once for a message that came meanwhile: from so many attempts on, why is looked up. */
const telltaleAttempt = 3;
const longestReason = 400;

type HistoryEvent = protocol.api.history.v1.IHistoryEvent;

/**
 * Says why a worker cannot carry a workflow on, by the last events of its history; undefined: it can, or has not failed
 * again and again.
 */
export async function taskTrouble(
  temporal: Temporal,
  { id, run }: RunReference,
  task: PendingTask | undefined,
): Promise<TaskTrouble | undefined> {
  if (task === undefined || task.attempt < telltaleAttempt) return undefined;
  const events = await latestEvents(temporal, { id, run });
  if (events === undefined) return unreadableTask(id, task);
  const index = events.findIndex((event) => isCompletedTask(event) || event.workflowTaskFailedEventAttributes);
  const event = events[index];
  const failed = event?.workflowTaskFailedEventAttributes;
  if (!failed) return undefined;
  const message = await readFailureMessage(temporal.client, failed.failure);
  return failedTask(message, {
    id,
    isUnfit: failed.cause === nonDeterminismCause || saysUnfit(message),
    carriedBy: lastRelease(events),
    failures: task.attempt - 1,
    since: isoTime(event?.eventTime) ?? task.since,
  });
}

/** Says why a worker cannot carry a workflow on, by what it said when it was asked for an answer. */
export async function refusedTask(temporal: Temporal, reference: RunReference, message: string): Promise<TaskTrouble> {
  const isUnfit = saysUnfit(message);
  const carriedBy = isUnfit ? lastRelease((await latestEvents(temporal, reference)) ?? []) : undefined;
  return failedTask(message, { id: reference.id, isUnfit, carriedBy });
}

/** Makes the trouble of a workflow that somebody has started with what neither a worker nor a command can read. */
function unreadableTask(id: string, { attempt, since }: PendingTask): TaskTrouble {
  return {
    kind: 'workflow task',
    failures: attempt - 1,
    since,
    failure: { type: 'Internal', message: 'what it was started with is nested too deeply to be read' },
    remedy: `No worker of any release carries it on. ${endWords(id)}`,
  };
}

/**
 * Fetches the end of a history, the newest event first, until a task that was completed; undefined: an event that is looked at is
 * nested too deeply.
 */
async function latestEvents(temporal: Temporal, reference: RunReference): Promise<readonly HistoryEvent[] | undefined> {
  try {
    return await fetchLatest(temporal, reference);
  } catch (error) {
    if (isUnreadableAnswer(error)) return undefined;
    throw error;
  }
}

async function fetchLatest(temporal: Temporal, { id, run }: RunReference): Promise<readonly HistoryEvent[]> {
  const { connection, namespace } = temporal;
  const found: HistoryEvent[] = [];
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await bounded(temporal, () =>
      connection.workflowService.getWorkflowExecutionHistoryReverse({
        namespace,
        execution: { workflowId: id, runId: run },
        maximumPageSize: eventsAtOnce,
        nextPageToken,
      }),
    );
    found.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken ?? undefined;
  } while (nextPageToken?.length && found.length < lookedEvents && !found.some(isCompletedTask));
  return found;
}

/** Answers the release of the worker that completed the last task; undefined: it did not say. */
function lastRelease(events: readonly HistoryEvent[]): string | undefined {
  const completed = events.find(isCompletedTask);
  return readIdentity(completed?.workflowTaskCompletedEventAttributes?.identity ?? '')?.build;
}

function isCompletedTask({ workflowTaskCompletedEventAttributes: completed }: HistoryEvent): boolean {
  return completed !== undefined && completed !== null;
}

/** Tells from an error of the SDK whether a history, or what a run was handed, does not fit the code of the worker. */
function saysUnfit(message: string): boolean {
  return /TMPRL1100|non-?determinism/i.test(message) || message.includes(foreignMemoryWords);
}

/** What is known of a task that failed. */
export interface FailedTask extends Pick<TaskTrouble, 'failures' | 'since'> {
  /** The id of the workflow. */
  readonly id: string;
  /** The history does not fit the code of the worker. */
  readonly isUnfit: boolean;
  /** The release that carried the workflow on last. */
  readonly carriedBy?: string;
}

/** Makes the trouble of a workflow that its worker cannot carry on, for a reason in the SDK's words. */
export function failedTask(message: string, { id, isUnfit, carriedBy, ...known }: FailedTask): TaskTrouble {
  const reason = cutMiddle(message.replace(/\s+/g, ' ').trim(), longestReason) || 'no reason was given';
  return {
    kind: 'workflow task',
    ...known,
    failure: {
      type: 'Internal',
      message: isUnfit ? `what it has done does not fit the release that its worker runs (${reason})` : reason,
    },
    remedy: remedyOf(reason, { id, isUnfit, carriedBy }),
  };
}

function remedyOf(
  reason: string,
  { id, isUnfit, carriedBy }: Pick<FailedTask, 'id' | 'isUnfit' | 'carriedBy'>,
): string {
  if (isUnfit) return unfitRemedy(id, carriedBy);
  return reason.includes(unreadable) ? keyRemedy : defectRemedy(id);
}

const keyRemedy =
  'A worker polls that lacks the key of the others: give it the key, or stop it. The workflow goes on by itself then.';

function unfitRemedy(id: string, carriedBy: string | undefined): string {
  const release =
    carriedBy === undefined ? 'the release that carried it on last' : `${carriedBy}, which carried it on last`;
  return `Run workers of ${release}, or of a release that knows its changes (docs/releasing.md); it goes on by itself then. ${endWords(id)}`;
}

function defectRemedy(id: string): string {
  return `This is a defect of Fairlead: the worker's log shows where. A release that mends it goes on by itself. ${endWords(id)}`;
}

/** Says how to end what takes no decision, because its worker cannot carry it on. */
function endWords(id: string): string {
  return `It takes no decision meanwhile; to end it: temporal workflow terminate --workflow-id '${id}' --reason "…".`;
}
