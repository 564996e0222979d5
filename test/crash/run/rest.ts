import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

const patienceMs = 200_000;

/** Waits until no workflow has a task or a step that is pending. Throws when one still has after 200 s. */
export async function untilAtRest(client: Client, workflowIds: readonly string[]): Promise<void> {
  for (const workflowId of workflowIds) {
    for (const end = Date.now() + patienceMs; !(await isAtRest(client, workflowId)); await pause(200))
      if (Date.now() > end) throw new Error(`${workflowId} did not come to rest within ${patienceMs / 1000} s`);
  }
}

async function isAtRest(client: Client, workflowId: string): Promise<boolean> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return !raw.pendingWorkflowTask && (raw.pendingActivities ?? []).length === 0;
}
