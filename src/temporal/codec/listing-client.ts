import { type Client, WorkflowClient, type WorkflowExecutionInfo } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { withoutUnreadable } from './readable-answers.ts';

const nothing: Payload = { metadata: { encoding: Buffer.from('binary/null') } };
const readsNothing: PayloadCodec = {
  encode: async (payloads) => payloads,
  decode: async (payloads) => payloads.map(() => nothing),
};
const clients = new WeakMap<Client, WorkflowClient>();

/**
 * Answers the client with which workflows are listed and described: it reads no memo, and no search attribute that is none. Fairlead
 * writes no memo; whoever may start a workflow may give it what nobody can read, and the client would throw for every list that the
 * workflow is in.
 */
export function listingClient(client: Client): WorkflowClient {
  const known = clients.get(client);
  if (known) return known;
  const { connection, options } = client;
  const made = new WorkflowClient({
    connection: withoutUnreadable(connection),
    namespace: options.namespace,
    identity: options.identity,
    dataConverter: { payloadCodecs: [readsNothing] },
  });
  clients.set(client, made);
  return made;
}

/**
 * How many workflows Temporal lists in one answer. Each comes with its memo, of two megabytes at most, whoever wrote it; an answer that
 * is larger than a client takes would hide all of them.
 */
export const listedAtOnce = 25;

/** The largest answer of Temporal's that is taken, in bytes: that of so many workflows with the longest memos. */
export const longestAnswer = 64 * 1024 * 1024;

/** What lists tell of a workflow; of its memo nothing is kept. */
export type ListedWorkflow = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'type' | 'status' | 'startTime' | 'searchAttributes' | 'typedSearchAttributes'
>;

/** Lists the workflows that fit a query, newest first, `most` at most. */
export async function* listWorkflows(client: Client, query: string, most?: number): AsyncGenerator<ListedWorkflow> {
  let listed = 0;
  if (listed === most) return;
  for await (const info of listingClient(client).list({
    query,
    pageSize: Math.min(most ?? listedAtOnce, listedAtOnce),
  })) {
    const { workflowId, runId, type, status, startTime, searchAttributes, typedSearchAttributes } = info;
    yield { workflowId, runId, type, status, startTime, searchAttributes, typedSearchAttributes };
    listed += 1;
    if (listed === most) return;
  }
}
