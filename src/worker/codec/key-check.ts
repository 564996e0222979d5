import type { temporal } from '@temporalio/proto';
import pLimit from 'p-limit';
import { Failure } from '../../failure.ts';
import { temporalFailure } from '../../temporal/client.ts';
import { createCodec, keyIdOf } from '../../temporal/codec/codec.ts';
import type { CodecKey } from '../../temporal/codec/keys.ts';
import { grpcCodes, isUnreadableAnswer, whereGrpcCode } from '../../temporal/grpc-error.ts';
import type { WorkerConnection } from '../connection.ts';

/** How many running workflows are looked at, the newest first. */
const lookedMost = 20;

/** An event may have two megabytes; and a client tries for seconds to read an answer that cannot be read. */
const lookedAtOnce = 4;

/** How long Temporal may take to answer. */
const answerMs = 30_000;

/** Whose workflows are looked at, and with what. */
export interface KeyOrder {
  readonly taskQueue: string;
  readonly keys: readonly CodecKey[];
}

/**
 * Throws `Failure` `InvalidConfig` where these keys do not open what the newest running workflows of the task queue were
 * started with: a worker that polled could carry none of them on. A workflow of which no worker has completed a task yet says nothing,
 * nor does one whose history cannot be read: whoever may start workflows may start one with what nobody can read.
 */
export async function checkKeys(worker: WorkerConnection, order: KeyOrder): Promise<void> {
  const { namespace, address } = worker;
  const inputs = await runningInputs(worker, order.taskQueue).catch((error) => {
    throw temporalFailure(error, { address, namespace });
  });
  const codec = createCodec(order.keys);
  for (const { workflowId, payloads } of inputs) {
    await codec.decode([...payloads]).catch((error: unknown) => {
      throw error instanceof Failure ? notOurs(workflowId, error) : error;
    });
  }
}

function notOurs(workflowId: string, failure: Failure): Failure {
  return new Failure(
    failure.type,
    `This worker does not poll, because it could not carry ${workflowId} on. ${failure.message}`,
    { cause: failure },
  );
}

interface WorkflowStartInput {
  readonly workflowId: string;
  /** Those that are encrypted, and that some worker has read. */
  readonly payloads: readonly temporal.api.common.v1.IPayload[];
}

/** The first events of a history, which tell what it was started with, and whether a task of it was completed. */
const firstEvents = 8;

async function runningInputs(
  { connection, namespace }: WorkerConnection,
  taskQueue: string,
): Promise<readonly WorkflowStartInput[]> {
  const { workflowService } = connection;
  const ask = <T>(question: () => Promise<T>) => connection.withDeadline(Date.now() + answerMs, question);
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  const { executions } = await ask(() =>
    workflowService.listWorkflowExecutions({ namespace, query, pageSize: lookedMost }),
  );
  const limit = pLimit(lookedAtOnce);
  const found = (executions ?? []).map(({ execution }) =>
    limit(async () => {
      const first = await ask(() =>
        workflowService.getWorkflowExecutionHistory({ namespace, execution, maximumPageSize: firstEvents }),
      ).catch(nothingToRead);
      return inputOf(execution?.workflowId ?? '', first?.history?.events ?? []);
    }),
  );
  return (await Promise.all(found)).filter((input) => input !== undefined);
}

/** One that has ended meanwhile may be forgotten, and no worker carries on what nobody reads. */
function nothingToRead(error: unknown): undefined {
  return isUnreadableAnswer(error) ? undefined : whereGrpcCode(grpcCodes.notFound)(error);
}

/** Answers what a workflow was started with, by the first events of its history; undefined: no task of it was completed there. */
function inputOf(
  workflowId: string,
  events: readonly temporal.api.history.v1.IHistoryEvent[],
): WorkflowStartInput | undefined {
  if (!events.some((event) => event.workflowTaskCompletedEventAttributes)) return undefined;
  const input = events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return { workflowId, payloads: input.filter((payload) => keyIdOf(payload) !== undefined) };
}
