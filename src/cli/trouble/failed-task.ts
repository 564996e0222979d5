import { cutMiddle } from '../../cut.ts';
import { bounded, type Temporal } from '../../temporal/client.ts';
import { unreadable } from '../../temporal/codec/codec.ts';
import { readFailureMessage } from '../../temporal/codec/read-pending.ts';
import { isoTime, type PendingTask } from './pending.ts';
import type { TaskTrouble } from './trouble.ts';

/** The value of WorkflowTaskFailedCause in Temporal's API for history that does not fit the code. */
const nonDeterminismCause = 24;
/** How many events at the end of a history are looked at: messages may have come after the failure. */
const lookedEvents = 200;

/** A run of a workflow. */
export interface RunReference {
  readonly id: string;
  readonly run: string;
}

/** A task may fail once for a message that came meanwhile: from so many attempts on, why is looked up. */
const telltaleAttempt = 3;
const longestReason = 400;

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
  const { client, connection, namespace } = temporal;
  const { history } = await bounded(temporal, () =>
    connection.workflowService.getWorkflowExecutionHistoryReverse({
      namespace,
      execution: { workflowId: id, runId: run },
      maximumPageSize: lookedEvents,
    }),
  );
  for (const event of history?.events ?? []) {
    if (event.workflowTaskCompletedEventAttributes) return undefined;
    const failed = event.workflowTaskFailedEventAttributes;
    if (!failed) continue;
    const message = await readFailureMessage(client, failed.failure);
    const since = isoTime(event.eventTime) ?? task.since;
    const isUnfit = failed.cause === nonDeterminismCause || saysNonDeterminism(message);
    return failedTask(message, { isUnfit, id, failures: task.attempt - 1, since });
  }
  return undefined;
}

/** Tells from an error of the SDK whether a history does not fit the code of the worker. */
export function saysNonDeterminism(message: string): boolean {
  return /TMPRL1100|non-?determinism/i.test(message);
}

/** Makes the trouble of a workflow that its worker cannot carry on, for a reason in the SDK's words. */
export function failedTask(
  message: string,
  {
    id,
    isUnfit,
    ...known
  }: Pick<TaskTrouble, 'failures' | 'since'> & { readonly id: string; readonly isUnfit: boolean },
): TaskTrouble {
  const reason = cutMiddle(message.replace(/\s+/g, ' ').trim(), longestReason) || 'no reason was given';
  return {
    kind: 'workflow task',
    ...known,
    failure: {
      type: 'Internal',
      message: isUnfit ? `what it has done does not fit the release that its worker runs (${reason})` : reason,
    },
    remedy: remedyOf(reason, isUnfit, id),
  };
}

function remedyOf(reason: string, isUnfit: boolean, id: string): string {
  if (isUnfit) return unfitRemedy(id);
  return reason.includes(unreadable) ? keyRemedy : defectRemedy(id);
}

const keyRemedy =
  'A worker polls that lacks the key of the others: give it the key, or stop it. The workflow goes on by itself then.';

function unfitRemedy(id: string): string {
  return `Run workers of the release that it was started with until it has ended (docs/releasing.md says which fit); it goes on by itself then. ${endWords(id)}`;
}

function defectRemedy(id: string): string {
  return `This is a defect of Fairlead: the worker's log shows where. A release that mends it goes on by itself. ${endWords(id)}`;
}

/** Says how to end what takes no decision, because its worker cannot carry it on. */
function endWords(id: string): string {
  return `It takes no decision meanwhile; to end it: temporal workflow terminate --workflow-id '${id}' --reason "…".`;
}
