import { randomUUID } from 'node:crypto';
import { google, temporal } from '@temporalio/proto';
import { workflowTaskTimeout } from '../../../../src/temporal/task-times.ts';
import type { TemporalTest } from '../../../support/temporal.ts';

type Payload = temporal.api.common.v1.IPayload;

const completed =
  temporal.api.enums.v1.UpdateWorkflowExecutionLifecycleStage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED;

/** Sends to workflows what no client of Temporal would write: the bytes of a payload as they are given. */
export interface RawSender {
  signal(workflowId: string, name: string, payload: Payload): Promise<void>;
  update(workflowId: string, name: string, payload: Payload): Promise<void>;
  query(workflowId: string, name: string, payload: Payload): Promise<void>;
  start(type: string, workflowId: string, payloads: readonly Payload[]): Promise<void>;
}

/** Makes a payload that says it is JSON, whatever the text is. */
export function jsonPayload(text: string, encoding = 'json/plain'): Payload {
  return { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(text) };
}

/** Answers JSON of so many lists within each other, more than `JSON.stringify` could write. */
export function deepJson(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

export function rawSender({
  client,
  namespace,
  taskQueue,
}: Pick<TemporalTest, 'client' | 'namespace' | 'taskQueue'>): RawSender {
  const { workflowService } = client;
  return {
    async signal(workflowId, signalName, payload) {
      await workflowService.signalWorkflowExecution({
        namespace,
        workflowExecution: { workflowId },
        signalName,
        input: { payloads: [payload] },
      });
    },
    async update(workflowId, name, payload) {
      await workflowService.updateWorkflowExecution({
        namespace,
        workflowExecution: { workflowId },
        waitPolicy: { lifecycleStage: completed },
        request: { meta: { updateId: randomUUID() }, input: { name, args: { payloads: [payload] } } },
      });
    },
    async query(workflowId, queryType, payload) {
      await workflowService.queryWorkflow({
        namespace,
        execution: { workflowId },
        query: { queryType, queryArgs: { payloads: [payload] } },
      });
    },
    async start(name, workflowId, payloads) {
      await workflowService.startWorkflowExecution({
        namespace,
        workflowId,
        requestId: workflowId,
        workflowType: { name },
        taskQueue: { name: taskQueue },
        // As production starts runs: the rig looks.
        workflowTaskTimeout: google.protobuf.Duration.fromObject({ seconds: Number.parseInt(workflowTaskTimeout, 10) }),
        input: { payloads: [...payloads] },
      });
    },
  };
}
