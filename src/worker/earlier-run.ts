import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { listWorkflows } from '../temporal/codec/listing-client.ts';

/** Asks the newest run that is not the one that asks. Temporal lists what runs first, then what has ended last. */
export async function askEarlierRun(client: Client, workflowId: string, name: string): Promise<unknown> {
  const own = Context.current().info.workflowExecution?.runId;
  for await (const { runId } of listWorkflows(client, `WorkflowId = ${quotedText(workflowId)}`))
    if (runId !== own) return client.workflow.getHandle(workflowId, runId).query<unknown>(name);
  return undefined;
}

/** Quotes a text for a visibility query, which is written like SQL. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
