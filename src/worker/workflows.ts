import { Context } from '@temporalio/activity';
import {
  type Client,
  isGrpcServiceError,
  QueryNotRegisteredError,
  QueryRejectedError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionStatusName,
  WorkflowFailedError,
} from '@temporalio/client';
import { NamespaceNotFoundError, rootCause, TypedSearchAttributes, WorkflowNotFoundError } from '@temporalio/common';
import { untilAborted } from '../async/until-aborted.ts';
import { Failure } from '../failure.ts';
import { moreNames, underWay } from '../operation/listed-names.ts';
import { configId, promotionId, promotionWorkflow, rollbackId, statusQuery } from '../operation/messages.ts';
import type { OperationResult, OperationStatus } from '../operation/status.ts';
import { askEach } from '../temporal/ask-each.ts';
import { searchAttributes, startAttributes } from '../temporal/attributes/search-attributes.ts';
import { type ListedWorkflow, listingClient, listWorkflows } from '../temporal/codec/listing-client.ts';
import { platformShare } from '../temporal/fairness.ts';
import { grpcCodes } from '../temporal/grpc-error.ts';
import { workflowTaskTimeout } from '../temporal/task-times.ts';
import type { RunningPromotion, WorkflowEnd, WorkflowStart, Workflows } from '../temporal/workflows-port.ts';
import { askEarlierRun, quotedText } from './earlier-run.ts';
import { ofOperations } from './operations-query.ts';

/** The states of a workflow that has not ended; a paused one goes on one day. */
const openStatuses: readonly WorkflowExecutionStatusName[] = ['RUNNING', 'PAUSED'];

/**
 * Asks for the workflows of the namespace and task queue of the activity that asks: usable inside activities only.
 * `patienceMs` is how long Temporal may take to answer.
 */
export function createWorkflows({ patienceMs = 10_000 } = {}): Workflows {
  const askServer = <T>(call: (client: Client) => Promise<T>) => inTime(patienceMs, call);
  return {
    isRunning: (workflowId, firstRunId) =>
      askServer(async (client) => {
        const { status, raw } = await listingClient(client).getHandle(workflowId).describe();
        if (!openStatuses.includes(status.name)) return false;
        return firstRunId === undefined || raw.workflowExecutionInfo?.firstRunId === firstRunId;
      }).catch(whereMissing(false)),
    isKnown: (workflowId) =>
      askServer(async (client) => {
        await listingClient(client).getHandle(workflowId).describe();
        return true;
      }).catch(whereMissing(false)),
    startOnce: (start) => askServer((client) => startOnce(client, start)),
    signal: (workflowId, name, payload) =>
      askServer(async ({ workflow }) => {
        await workflow.getHandle(workflowId).signal(name, payload);
        return true;
      }).catch(whereMissing(false)),
    async signalWithStart(start, name, payload) {
      await askServer(({ workflow }) =>
        workflow.signalWithStart(start.workflow, {
          ...startOptions(start),
          signal: name,
          signalArgs: [payload] as [unknown],
          workflowIdConflictPolicy: 'USE_EXISTING',
        }),
      );
    },
    status: (workflowId) =>
      askServer(async (client) => {
        const { status } = await listingClient(client).getHandle(workflowId).describe();
        if (!openStatuses.includes(status.name)) return undefined;
        return client.workflow.getHandle(workflowId).query<OperationStatus>(statusQuery);
      }).catch(whereMissing(undefined)),
    query: (workflowId, name, question) =>
      askServer(({ workflow }) => workflow.getHandle(workflowId).query<unknown, [unknown]>(name, question)).catch(
        whereUnanswered,
      ),
    askEarlierRun: (workflowId, name) =>
      askServer((client) => askEarlierRun(client, workflowId, name)).catch(whereUnanswered),
    endOf: (workflowId, runId) =>
      askServer((client) => workflowEnd(client, workflowId, runId)).catch(
        whereMissing({ state: 'unknown', message: 'it is not known any more' }),
      ),
    runningIn: (id, name) => askServer((client) => runningIn(client, id, name)),
    runningPromotions: (id) => askServer((client) => runningPromotions(client, id)),
  };
}

async function startOnce({ workflow }: Client, start: WorkflowStart): Promise<boolean> {
  try {
    await workflow.start(start.workflow, {
      ...startOptions(start),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

function startOptions({ workflowId, args, summary, attributes }: WorkflowStart) {
  return {
    workflowId,
    taskQueue: Context.current().info.taskQueue,
    args: [...args],
    workflowTaskTimeout,
    ...(attributes && { priority: platformShare(attributes.platform) }),
    ...(summary !== undefined && { staticSummary: summary }),
    ...(attributes && {
      typedSearchAttributes: new TypedSearchAttributes(startAttributes(attributes.platform, attributes)),
    }),
  };
}

/** Answers how a run has ended, or what it continued as. */
async function workflowEnd(client: Client, workflowId: string, runId: string): Promise<WorkflowEnd | undefined> {
  const listing = listingClient(client);
  const first = await listing.getHandle(workflowId, runId).describe();
  const latest = first.status.name === 'CONTINUED_AS_NEW' ? await listing.getHandle(workflowId).describe() : first;
  // Where another one has begun under the same id, this one has ended.
  const isSame = latest.raw.workflowExecutionInfo?.firstRunId === first.raw.workflowExecutionInfo?.firstRunId;
  const { name } = (isSame ? latest : first).status;
  if (openStatuses.includes(name)) return undefined;
  if (name === 'CANCELLED' || name === 'TERMINATED' || name === 'TIMED_OUT')
    return { state: name.toLowerCase(), message: '' };
  try {
    const handle = client.workflow.getHandle<() => Promise<OperationResult>>(workflowId, runId);
    const { state, message, environments } = await handle.result();
    return { state, message, environments };
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return { state: 'failed', message: rootCause(error.cause) ?? error.message };
  }
}

/**
 * Lists running promotions by their ids, which nobody can start one without. What was started by hand lacks attributes.
 */
async function runningPromotions(client: Client, id: string): Promise<readonly RunningPromotion[]> {
  const prefix = promotionId(id, '');
  const listed = await listRunning(client, `WorkflowId STARTS_WITH ${quotedText(prefix)}`);
  return listed.flatMap(({ workflowId, type }) => {
    const commit = workflowId.slice(prefix.length);
    return type === promotionWorkflow && /^[0-9a-f]{40}$/.test(commit) ? [{ workflowId, commit }] : [];
  });
}

/**
 * Lists what is under way in an environment. A promotion whose list of environments was cut is asked; one that does not
 * answer may be there.
 */
async function runningIn(client: Client, id: string, name: string): Promise<readonly string[]> {
  const ofOne = [configId(id, name), rollbackId(id, name)].map(quotedText).join(', ');
  const promotions = `WorkflowId STARTS_WITH ${quotedText(promotionId(id, ''))}`;
  const names = [name, moreNames].map(quotedText).join(', ');
  const listed = await listRunning(
    client,
    `(WorkflowId IN (${ofOne}) OR (${promotions} AND ${searchAttributes.environment.name} IN (${names})))`,
  );
  const found = await askEach(listed, async ({ workflowId, typedSearchAttributes }) => {
    const known = typedSearchAttributes.get(searchAttributes.environment) ?? [];
    const isCut = known.includes(moreNames) && !known.includes(name);
    return !isCut || (await mayBeIn(client, workflowId, name)) ? [workflowId] : [];
  });
  return found.flat();
}

async function mayBeIn({ workflow }: Client, workflowId: string, name: string): Promise<boolean> {
  try {
    return underWay(await workflow.getHandle(workflowId).query<OperationStatus>(statusQuery)).includes(name);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    if (isTemporalError(error) || isRefusedQuery(error)) return true;
    throw error;
  }
}

async function listRunning(client: Client, which: string) {
  const query = `${ofOperations} AND ExecutionStatus = 'Running' AND ${which}`;
  const listed: ListedWorkflow[] = [];
  for await (const each of listWorkflows(client, query)) listed.push(each);
  return listed;
}

/**
 * Makes a call that must be answered in time. Each page of a list is a call of its own, yet all of them together get
 * the time of one: lists here are short.
 */
async function inTime<T>(patienceMs: number, call: (client: Client) => Promise<T>): Promise<T> {
  const { client, cancellationSignal } = Context.current();
  const answer = client.connection.withDeadline(Date.now() + patienceMs, () => call(client));
  try {
    // A worker's connection does not listen to signals.
    return await untilAborted(answer, cancellationSignal);
  } catch (error) {
    throw isTemporalError(error) ? noAnswer(error) : error;
  }
}

function isTemporalError(error: unknown): error is Error {
  return error instanceof ServiceError || error instanceof NamespaceNotFoundError || isGrpcServiceError(error);
}

function noAnswer(error: Error): Failure {
  const cause = error instanceof ServiceError ? (error.cause ?? error) : error;
  const why = isGrpcServiceError(cause) ? cause.details : cause.message;
  if (isGrpcServiceError(cause) && cause.code === grpcCodes.invalid)
    return new Failure('InvalidInput', `Temporal refuses the question: ${why}.`, { cause: error });
  return new Failure(
    'Unavailable',
    `Temporal did not answer a step of its own worker (${why}). It is asked again; see whether the server is well.`,
    { cause: error },
  );
}

/** Answers undefined where there is no such workflow, or none that answers; its worker may be of another release. */
function whereUnanswered(error: unknown): undefined {
  const isUnavailable = error instanceof Failure && error.type === 'Unavailable';
  const isUnanswered = error instanceof WorkflowNotFoundError || isRefusedQuery(error);
  if (!isUnavailable && !isUnanswered) throw error;
}

function isRefusedQuery(error: unknown): boolean {
  return error instanceof QueryNotRegisteredError || error instanceof QueryRejectedError;
}

function whereMissing<T>(answer: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof WorkflowNotFoundError) return answer;
    throw error;
  };
}
