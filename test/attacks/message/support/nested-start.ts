import { google, temporal } from '@temporalio/proto';
import type { TemporalTest } from '../../../support/temporal.ts';

const { StartWorkflowExecutionRequest } = temporal.api.workflowservice.v1;
const start = '/temporal.api.workflowservice.v1.WorkflowService/StartWorkflowExecution';

/** The numbers of fields in Temporal's protocol. */
const fields = { message: 1, cause: 4, applicationFailureInfo: 5, continuedFailure: 18 } as const;

/** The client of gRPC below Temporal's, which sends bytes as they are. */
interface ByteClient {
  makeUnaryRequest(
    method: string,
    write: (bytes: Buffer) => Buffer,
    read: (bytes: Buffer) => Buffer,
    request: Buffer,
    done: (error: Error | null) => void,
  ): unknown;
}

/** A workflow that somebody starts. */
export interface NestedStart {
  readonly type: string;
  readonly workflowId: string;
  readonly taskQueue: string;
  /** How many failures of an earlier run it has within each other: more than Temporal's own client writes. */
  readonly levels: number;
}

/** Starts a workflow with failures within each other. */
export function startNested({ client, namespace }: TemporalTest, { levels, ...order }: NestedStart): Promise<void> {
  const { type, workflowId, taskQueue } = order;
  const request = StartWorkflowExecutionRequest.encode({
    namespace,
    workflowId,
    requestId: workflowId,
    workflowType: { name: type },
    taskQueue: { name: taskQueue },
    // A task that nobody can read is given to the next worker after that.
    workflowTaskTimeout: google.protobuf.Duration.fromObject({ seconds: 1 }),
  }).finish();
  const bytes = Buffer.concat([request, field(fields.continuedFailure, nestedFailure(levels))]);
  const { client: grpc } = client.connection as unknown as { readonly client: ByteClient };
  const same = (given: Buffer) => given;
  return new Promise((resolve, reject) => {
    grpc.makeUnaryRequest(start, same, same, bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function nestedFailure(levels: number): Buffer {
  const words = Buffer.concat([
    field(fields.message, Buffer.from('x')),
    field(fields.applicationFailureInfo, field(1, Buffer.from('x'))),
  ]);
  let failure = words;
  for (let level = 1; level < levels; level += 1) failure = Buffer.concat([words, field(fields.cause, failure)]);
  return failure;
}

/** Writes a field of bytes as protobuf does. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(number: number): Buffer {
  const bytes: number[] = [];
  let rest = number;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
