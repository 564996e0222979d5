import { Client, type WorkflowHandle } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import { cut } from '../../cut.ts';
import { Failure } from '../../failure.ts';
import { laneWorkflow } from '../../lane/messages.ts';
import {
  configWorkflow,
  promotionWorkflow,
  rollbackPromotionWorkflow,
  rollbackWorkflow,
} from '../../operation/messages.ts';
import { temporalFailure } from '../../temporal/client.ts';
import { type ListedWorkflow, listingClient, listWorkflows } from '../../temporal/codec/listing-client.ts';
import { isUnreadableAnswer } from '../../temporal/grpc-error.ts';
import type { WorkerConnection } from '../connection.ts';

/** The workflow types, in the order in which they are looked at. */
const workflowTypes = [
  promotionWorkflow,
  laneWorkflow,
  configWorkflow,
  rollbackWorkflow,
  rollbackPromotionWorkflow,
] as const;

/** How many of a type are listed; the oldest of them are looked at, which older releases began. */
const listedMost = 100;

/**
 * With so many whose history cannot be read, no further one is looked at: a client tries for seconds, and a worker must begin at last.
 * Those come last, because the oldest are looked at first.
 */
const unreadableMost = 5;

/** How long Temporal may take to answer. */
const answerMs = 30_000;

/** A history, and what Temporal must be told of the workflow that it is of. */
export interface WorkflowHistory {
  readonly workflowId: string;
  readonly history: Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
}

/** A history that a build does not replay. */
export interface ReplayFault<H extends WorkflowHistory> {
  readonly of: H;
  /** Part of a sentence. */
  readonly why: string;
}

/** What the check needs to know of the worker that is about to poll. */
export interface ReplayOrder {
  readonly taskQueue: string;
  /** How many running workflows are replayed at most. */
  readonly most: number;
  readonly workflowBundle: ReplayWorkerOptions['workflowBundle'];
  readonly dataConverter?: ReplayWorkerOptions['dataConverter'];
  readonly sinks?: ReplayWorkerOptions['sinks'];
}

/** What the check has found. */
export interface ReplayFindings {
  /** How many workflows replay. */
  readonly replayed: number;
  /**
   * The ids of those that were not replayed, because their tasks fail already, or no worker can read their histories: that says
   * nothing against this build.
   */
  readonly failing: readonly string[];
}

/**
 * Replays a few workflows that run on the task queue with the workflows of this build, each type in turn. Throws
 * `Failure` where one does not replay: a worker that polled would make it stand still, and every other of its kind.
 */
export async function checkReplay(
  { connection, namespace, address }: WorkerConnection,
  { taskQueue, most, ...build }: ReplayOrder,
): Promise<ReplayFindings> {
  if (most === 0) return { replayed: 0, failing: [] };
  const client = new Client({ connection, namespace });
  const ask = <T>(question: () => Promise<T>) =>
    connection.withDeadline(Date.now() + answerMs, question).catch((error: unknown) => {
      throw temporalFailure(error, { address, namespace });
    });
  const executions = await ask(() => runningWorkflows(client, taskQueue, most));
  const faults: ReplayFault<RunningHistory>[] = [];
  const failing: string[] = [];
  let replayed = 0;
  let unreadable = 0;
  // One after the other: a history may have fifty megabytes, whoever has sent what is in it.
  for (const execution of executions) {
    if (unreadable >= unreadableMost) break;
    const found = await ask(() => historyOf(client, execution));
    if (found === 'unreadable') unreadable += 1;
    if (found === 'failing' || found === 'unreadable') failing.push(execution.workflowId);
    if (found === undefined || typeof found === 'string') continue;
    faults.push(...(await replayFaults(build, [found])));
    replayed += 1;
  }
  if (faults.length > 0) throw replayFailure(faults, replayed);
  return { replayed, failing };
}

/** Replays histories one after the other; answers those that the code does not replay. */
export async function replayFaults<H extends WorkflowHistory>(
  options: ReplayWorkerOptions,
  histories: readonly H[],
): Promise<readonly ReplayFault<H>[]> {
  // One in which no task is completed yet fits every code.
  const begun = histories.filter(({ history }) =>
    history.events?.some((event) => event.workflowTaskCompletedEventAttributes),
  );
  if (begun.length === 0) return [];
  const faults: ReplayFault<H>[] = [];
  let index = 0;
  for await (const { error } of Worker.runReplayHistories(options, begun)) {
    const of = begun[index];
    index += 1;
    if (error && of) faults.push({ of, why: error.message.replace(/^.*?Details: /s, '') });
  }
  return faults;
}

interface RunningHistory extends WorkflowHistory {
  readonly type: string;
  readonly runId: string;
}

/** Lists what is looked at: the oldest of each type in turn. */
async function runningWorkflows(client: Client, taskQueue: string, most: number): Promise<readonly ListedWorkflow[]> {
  const lists = await Promise.all(workflowTypes.map((type) => oldestRunning(client, taskQueue, type)));
  const longest = Math.max(...lists.map(({ length }) => length));
  const inTurn = Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list[index] ?? [])).flat();
  return inTurn.slice(0, most);
}

async function oldestRunning(client: Client, taskQueue: string, type: string): Promise<ListedWorkflow[]> {
  const query = `TaskQueue = '${taskQueue}' AND WorkflowType = '${type}' AND ExecutionStatus = 'Running'`;
  const found: ListedWorkflow[] = [];
  for await (const execution of listWorkflows(client, query, listedMost)) found.push(execution);
  return found.sort((a, b) => a.startTime.getTime() - b.startTime.getTime());
}

/**
 * Fetches a history. `failing`: the workflow's task was tried already, and failed; `unreadable`: no client can read it; undefined: it
 * has ended and gone meanwhile.
 */
async function historyOf(
  client: Client,
  { workflowId, runId, type }: ListedWorkflow,
): Promise<RunningHistory | 'failing' | 'unreadable' | undefined> {
  try {
    const handle = listingClient(client).getHandle(workflowId, runId);
    const { raw } = await handle.describe();
    if ((raw.pendingWorkflowTask?.attempt ?? 1) > 1) return 'failing';
    return { workflowId, runId, type, history: await handle.fetchHistory() };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    if (isUnreadableAnswer(error)) return 'unreadable';
    throw error;
  }
}

function replayFailure(faults: readonly ReplayFault<RunningHistory>[], looked: number): Failure {
  const each = faults.map(
    ({ of: { workflowId, type, runId }, why }) => `${workflowId} (${type}, run ${runId}): ${cut(why, 400)}`,
  );
  return new Failure(
    'Internal',
    `This worker does not poll, because its build does not replay ${faults.length} of ${looked} running workflows that it looked at. ` +
      `${each.join('; ')}. Go on with the release that ran before, and report this one. ` +
      'To poll all the same, write `replayCheck: 0` into the worker settings; docs/releasing.md says what then happens.',
  );
}
