import { Context } from '@temporalio/activity';
import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  type WorkflowExecutionInfo,
  type WorkflowExecutionStatusName,
} from '@temporalio/client';
import { NamespaceNotFoundError, TypedSearchAttributes, WorkflowNotFoundError } from '@temporalio/common';
import type { WorkflowEnd } from '../activities/lane/contract.ts';
import { Failure } from '../failure.ts';
import { configWorkflow, promotionWorkflow, rollbackWorkflow, statusQuery } from '../operation/messages.ts';
import type { OperationResult, OperationStatus } from '../operation/status.ts';
import { searchAttributes, startAttributes } from '../temporal/search-attributes.ts';
import type { RunningPromotion, WorkflowStart, Workflows } from '../temporal/workflows-port.ts';

const { platform, commit, environment } = searchAttributes;

/** Of gRPC: asked again, it would be no better. */
const invalidArgument = 3;

/** A paused one goes on one day. */
const open: readonly WorkflowExecutionStatusName[] = ['RUNNING', 'PAUSED'];

/**
 * The workflows of the namespace and task queue of the activity that asks: usable inside activities only.
 * `patienceMs`: how long Temporal may take to answer.
 */
export function createWorkflows({ patienceMs = 10_000 } = {}): Workflows {
  const ask = <T>(call: (client: Client) => Promise<T>) => bounded(patienceMs, call);
  return {
    isRunning: (workflowId, firstRunId) =>
      ask(async ({ workflow }) => {
        const { status, raw } = await workflow.getHandle(workflowId).describe();
        if (!open.includes(status.name)) return false;
        return firstRunId === undefined || raw.workflowExecutionInfo?.firstRunId === firstRunId;
      }).catch(whereMissing(false)),
    signal: (workflowId, name, payload) =>
      ask(async ({ workflow }) => {
        await workflow.getHandle(workflowId).signal(name, payload);
        return true;
      }).catch(whereMissing(false)),
    async signalWithStart(start, name, payload) {
      await ask(({ workflow }) => workflow.signalWithStart(start.workflow, startOptions(start, name, payload)));
    },
    status: (workflowId) =>
      ask(async ({ workflow }) => {
        const handle = workflow.getHandle(workflowId);
        if (!open.includes((await handle.describe()).status.name)) return undefined;
        return handle.query<OperationStatus>(statusQuery);
      }).catch(whereMissing(undefined)),
    endOf: (workflowId, runId) =>
      ask((client) => endOf(client, workflowId, runId)).catch(
        whereMissing({ state: 'unknown', message: 'it is not known any more' }),
      ),
    runningIn: (id, name) => ask((client) => runningIn(client, id, name)),
    runningPromotions: (id) => ask((client) => runningPromotions(client, id)),
  };
}

function startOptions({ workflowId, args, summary, attributes }: WorkflowStart, signal: string, payload: unknown) {
  return {
    workflowId,
    taskQueue: Context.current().info.taskQueue,
    args: [...args],
    signal,
    signalArgs: [payload] as [unknown],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    ...(summary !== undefined && { staticSummary: summary }),
    ...(attributes && {
      typedSearchAttributes: new TypedSearchAttributes(startAttributes(attributes.platform, attributes)),
    }),
  };
}

async function endOf({ workflow }: Client, workflowId: string, runId: string): Promise<WorkflowEnd | undefined> {
  const handle = workflow.getHandle<() => Promise<OperationResult>>(workflowId, runId);
  const { status } = await handle.describe();
  if (open.includes(status.name)) return undefined;
  if (status.name !== 'COMPLETED') return { state: status.name.toLowerCase(), message: '' };
  const { state, message } = await handle.result();
  return { state, message };
}

async function runningPromotions(client: Client, id: string): Promise<readonly RunningPromotion[]> {
  const listed = await running(client, [promotionWorkflow], id);
  return listed.flatMap(({ workflowId, typedSearchAttributes }) => {
    const carried = typedSearchAttributes.get(commit);
    return carried === undefined ? [] : [{ workflowId, commit: carried }];
  });
}

const entries = [promotionWorkflow, configWorkflow, rollbackWorkflow];

async function runningIn(client: Client, id: string, name: string): Promise<readonly string[]> {
  const listed = await running(client, entries, id, ` AND ${environment.name} = ${quoted(name)}`);
  return listed.map(({ workflowId }) => workflowId);
}

async function running({ workflow }: Client, types: readonly string[], id: string, and = '') {
  const ofType = `WorkflowType IN (${types.map(quoted).join(', ')})`;
  const query = `${ofType} AND ${platform.name} = ${quoted(id)} AND ExecutionStatus = 'Running'${and}`;
  const listed: WorkflowExecutionInfo[] = [];
  for await (const each of workflow.list({ query })) listed.push(each);
  return listed;
}

/** For a visibility query, which is written like SQL. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Each page of a list is a call of its own, yet all of them together get the time of one: lists here are short. */
async function bounded<T>(patienceMs: number, call: (client: Client) => Promise<T>): Promise<T> {
  const { client } = Context.current();
  try {
    return await client.connection.withDeadline(Date.now() + patienceMs, () => call(client));
  } catch (error) {
    throw ofTemporal(error) ? noAnswer(error) : error;
  }
}

function ofTemporal(error: unknown): error is Error {
  return error instanceof ServiceError || error instanceof NamespaceNotFoundError || isGrpcServiceError(error);
}

function noAnswer(error: Error): Failure {
  const cause = error instanceof ServiceError ? (error.cause ?? error) : error;
  const why = isGrpcServiceError(cause) ? cause.details : cause.message;
  if (isGrpcServiceError(cause) && cause.code === invalidArgument)
    return new Failure('InvalidInput', `Temporal cannot be asked that: ${why}.`, { cause: error });
  return new Failure(
    'Unavailable',
    `Temporal did not answer a step of its own worker (${why}). It is asked again; see whether the server is well.`,
    { cause: error },
  );
}

function whereMissing<T>(answer: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof WorkflowNotFoundError) return answer;
    throw error;
  };
}
