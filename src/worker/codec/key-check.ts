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
 * started with: a worker that polled could carry none of them on.
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
  /** Those that are encrypted. */
  readonly payloads: readonly temporal.api.common.v1.IPayload[];
}

async function runningInputs(
  { connection: { workflowService }, namespace }: WorkerConnection,
  taskQueue: string,
): Promise<readonly WorkflowStartInput[]> {
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  const { executions } = await workflowService.listWorkflowExecutions({ namespace, query, pageSize: lookedMost });
  return Promise.all(
    (executions ?? []).map(async ({ execution }) => {
      const first = await workflowService
        .getWorkflowExecutionHistory({ namespace, execution, maximumPageSize: 1 })
        // One that has ended meanwhile may be forgotten.
        .catch(whereGrpcCode(grpcCodes.notFound));
      const input = first?.history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      return {
        workflowId: execution?.workflowId ?? '',
        payloads: input.filter((payload) => keyIdOf(payload) !== undefined),
      };
    }),
  );
}
