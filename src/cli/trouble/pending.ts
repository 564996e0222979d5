import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { type FailingAttempts, readHeartbeat } from '../../temporal/heartbeat.ts';
import { environmentOfStep } from '../../temporal/step-id.ts';

type Description = WorkflowExecutionDescription['raw'];
type PendingActivity = NonNullable<Description['pendingActivities']>[number];
type PlainFailure = NonNullable<PendingActivity['lastFailure']>;
type Timestamp = NonNullable<PendingActivity['scheduledTime']>;

/** The value of ApplicationErrorCategory in Temporal's API for what is no error: a step that still waits. */
const benignCategory = 1;

/** A step of a workflow that has not answered yet, as Temporal itself tells it. Times are ISO 8601. */
export interface PendingStep {
  /** The name of the step. */
  readonly step: string;
  /** The environment that it is about; undefined: the whole workflow, or its id does not tell. */
  readonly environment?: string;
  /** How many attempts have ended without an answer. */
  readonly tries: number;
  /** How many of these failed in a row; undefined: its worker has not counted. */
  readonly failing?: FailingAttempts;
  readonly scheduledAt?: string;
  /** When the last attempt ended. */
  readonly triedAt?: string;
  /** When the next attempt begins; undefined: it has begun, or begins at once. */
  readonly nextTryAt?: string;
  /** Why the last attempt ended; undefined: none has failed. */
  readonly failure?: PendingFailure;
}

/** The end of an attempt. */
export interface PendingFailure {
  /** The type of failure that the step named; undefined: it could not name one. */
  readonly type?: string;
  readonly message: string;
  /** The attempt only found that there is nothing to answer yet. */
  readonly isBenign: boolean;
  /** The attempt did not end by itself: its worker was lost, or too slow. */
  readonly isTimeout: boolean;
}

/** The task of a workflow that a worker has, or is to get. */
export interface PendingTask {
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** When the task was first to be done, ISO 8601. */
  readonly since?: string;
}

/** Lists the steps of a workflow that have not answered yet. */
export function pendingSteps({ pendingActivities }: Description): readonly PendingStep[] {
  return (pendingActivities ?? []).map((pending) => ({
    step: pending.activityType?.name ?? '',
    environment: environmentOfStep(pending.activityId ?? ''),
    tries: Math.max(0, (pending.attempt ?? 1) - 1),
    failing: failingAttempts(pending),
    scheduledAt: isoTime(pending.scheduledTime),
    triedAt: isoTime(pending.lastAttemptCompleteTime),
    nextTryAt: isoTime(pending.nextAttemptScheduleTime),
    failure: pending.lastFailure ? pendingFailure(pending.lastFailure) : undefined,
  }));
}

/** Answers the task that a workflow waits for; undefined: nothing is to be done in the workflow. */
export function pendingTask({ pendingWorkflowTask: task }: Description): PendingTask | undefined {
  if (!task) return undefined;
  return { attempt: task.attempt ?? 1, since: isoTime(task.originalScheduledTime ?? task.scheduledTime) };
}

/** Writes a time of Temporal's API as ISO 8601. */
export function isoTime(time: Timestamp | null | undefined): string | undefined {
  if (!time?.seconds) return undefined;
  return new Date(Number(time.seconds) * 1000 + Math.floor((time.nanos ?? 0) / 1e6)).toISOString();
}

/** Reads what the last heartbeat says of failures. What the client cannot read was not written for it. */
function failingAttempts({ heartbeatDetails }: PendingActivity): FailingAttempts | undefined {
  const [payload] = heartbeatDetails?.payloads ?? [];
  const encoding = payload?.metadata?.encoding;
  if (!payload || !encoding || Buffer.from(encoding).toString('utf8') !== 'json/plain') return undefined;
  return readHeartbeat(defaultPayloadConverter.fromPayload(payload)).failing;
}

function pendingFailure({ message, applicationFailureInfo, timeoutFailureInfo }: PlainFailure): PendingFailure {
  return {
    type: applicationFailureInfo?.type ?? undefined,
    message: message ?? '',
    isBenign: applicationFailureInfo?.category === benignCategory,
    isTimeout: timeoutFailureInfo !== undefined && timeoutFailureInfo !== null,
  };
}
