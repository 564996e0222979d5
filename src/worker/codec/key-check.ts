import type { temporal } from '@temporalio/proto';
import { Failure } from '../../failure.ts';
import { temporalFailure } from '../../temporal/client.ts';
import { createCodec, keyIdOf } from '../../temporal/codec/codec.ts';
import type { CodecKey } from '../../temporal/codec/keys.ts';
import { grpcCodes, whereGrpcCode } from '../../temporal/grpc-error.ts';
import type { WorkerConnection } from '../connection.ts';

/** How many running workflows are looked at, the newest first. */
const lookedMost = 20;

/** How long Temporal may take to answer. */
const answerMs = 30_000;

/** Whose workflows are looked at, and with what. */
export interface KeyOrder {
  readonly taskQueue: string;
  readonly keys: readonly CodecKey[];
}

/**
 * Throws `Failure` `InvalidConfig` where these keys do not open what the newest running workflows of the task queue were
 * started with: a worker that polled could carry none of them on. A workflow of which no worker has completed a task yet says nothing:
 * whoever may start workflows may start one with what nobody can read.
 */
export async function checkKeys(worker: WorkerConnection, order: KeyOrder): Promise<void> {
  const { connection, namespace, address } = worker;
  const inputs = await connection
    .withDeadline(Date.now() + answerMs, () => runningInputs(worker, order.taskQueue))
    .catch((error) => {
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
  { connection: { workflowService }, namespace }: WorkerConnection,
  taskQueue: string,
): Promise<readonly WorkflowStartInput[]> {
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  const { executions } = await workflowService.listWorkflowExecutions({ namespace, query, pageSize: lookedMost });
  const inputs: WorkflowStartInput[] = [];
  // One after the other: an event may have two megabytes.
  for (const { execution } of executions ?? []) {
    const first = await workflowService
      .getWorkflowExecutionHistory({ namespace, execution, maximumPageSize: firstEvents })
      // One that has ended meanwhile may be forgotten.
      .catch(whereGrpcCode(grpcCodes.notFound));
    const events = first?.history?.events ?? [];
    if (!events.some((event) => event.workflowTaskCompletedEventAttributes)) continue;
    const input = events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    inputs.push({
      workflowId: execution?.workflowId ?? '',
      payloads: input.filter((payload) => keyIdOf(payload) !== undefined),
    });
  }
  return inputs;
}
