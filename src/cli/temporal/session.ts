import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { Failure } from '../../failure.ts';
import type { Settings } from '../../settings/settings.ts';
import { bounded, isUnanswered, type Temporal } from '../../temporal/client.ts';
import { listingClient, listWorkflows } from '../../temporal/codec/listing-client.ts';
import { readPending } from '../../temporal/codec/read-pending.ts';
import { workflowUrl } from '../../temporal/links.ts';
import { noWorker, silentWorker } from '../../temporal/pollers.ts';
import { refusedTask, taskTrouble } from '../trouble/failed-task.ts';
import { type PendingStep, type PendingTask, pendingSteps, pendingTask } from '../trouble/pending.ts';
import type { TaskTrouble } from '../trouble/trouble.ts';

/**
 * The time, in milliseconds, after which a call looks whether there is a worker at all. One that runs answers sooner.
 */
const promptMs = 1_500;

/** The facts about a workflow that Temporal itself knows. */
export interface WorkflowInfo
  extends Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'type' | 'status' | 'startTime' | 'searchAttributes'> {}

/** A workflow, and what of it is under way. */
export interface DescribedWorkflow extends WorkflowInfo {
  readonly steps: readonly PendingStep[];
  readonly task?: PendingTask;
}

/** The calls of a command to one Temporal namespace. Their errors become `Failure` where `withTemporal` ends. */
export class Session {
  readonly temporal: Temporal;
  readonly taskQueue: string;
  private readonly ui: string | undefined;

  constructor(temporal: Temporal, { taskQueue, temporalUi }: Settings) {
    this.temporal = temporal;
    this.taskQueue = taskQueue;
    this.ui = temporalUi;
  }

  /** Makes a call that Temporal itself answers. */
  callTemporal<T>(call: () => Promise<T>): Promise<T> {
    return bounded(this.temporal, call);
  }

  /**
   * Makes a call that a worker answers: a query or an update. While it waits it finds out whether there is a worker.
   * Throws `Failure` Unavailable where nobody polls the task queue, or nobody answers in time.
   */
  async callWorker<T>(call: () => Promise<T>): Promise<T> {
    const over = new AbortController();
    try {
      const answer = this.temporal.connection.withAbortSignal(over.signal, () => this.callTemporal(call));
      return await Promise.race([answer, this.failWithoutWorker(over.signal)]);
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      throw await silentWorker(this.temporal, this.taskQueue);
    } finally {
      // This ends the call, too, which would keep the process alive.
      over.abort();
    }
  }

  /**
   * Makes a call that a worker carries out. Temporal may have taken it although nobody answered; the failure says so,
   * and `look` is the command that shows whether it was carried out.
   */
  async tellWorker<T>(call: () => Promise<T>, look: string): Promise<T> {
    try {
      return await this.callWorker(call);
    } catch (error) {
      if (!(error instanceof Failure) || error.type !== 'Unavailable') throw error;
      const words = `Temporal may have taken this, and a worker that starts may carry it out: see \`${look}\` before you repeat it.`;
      throw new Failure('Unavailable', `${error.message} ${words}`, { cause: error });
    }
  }

  /** Describes a workflow; undefined: there is none. */
  async describe(id: string, run?: string): Promise<DescribedWorkflow | undefined> {
    try {
      const found = await this.callTemporal(() => listingClient(this.temporal.client).getHandle(id, run).describe());
      const raw = await readPending(this.temporal.client, found.raw);
      return { ...found, steps: pendingSteps(raw), task: pendingTask(raw) };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  /** Says why no worker can carry a workflow on; undefined: nothing is known of that. */
  taskTrouble({ workflowId: id, runId: run, task }: DescribedWorkflow): Promise<TaskTrouble | undefined> {
    return taskTrouble(this.temporal, { id, run }, task);
  }

  /** Says why a worker cannot carry a workflow on that has refused to answer with this message. */
  refusedTask({ workflowId: id, runId: run }: DescribedWorkflow, message: string): Promise<TaskTrouble> {
    return refusedTask(this.temporal, { id, run }, message);
  }

  /** Lists workflows, newest first. */
  async list(query: string, limit: number): Promise<readonly WorkflowInfo[]> {
    return this.callTemporal(async () => {
      const found: WorkflowInfo[] = [];
      for await (const info of listWorkflows(this.temporal.client, query, limit)) found.push(info);
      return found;
    });
  }

  /** Counts the workflows that fit a query. */
  async count(query: string): Promise<number> {
    return (await this.callTemporal(() => this.temporal.client.workflow.count(query))).count;
  }

  /** Answers the address of a workflow in the Temporal UI; undefined: the UI's own is not known. */
  uiUrl(id: string): string | undefined {
    return this.ui === undefined ? undefined : workflowUrl(this.ui, this.temporal.namespace, id);
  }

  /** Fails where no worker polls the task queue, and otherwise waits for ever. */
  private async failWithoutWorker(signal: AbortSignal): Promise<never> {
    const never = new Promise<never>(() => undefined);
    if (await pause(promptMs, false, { signal }).catch(() => true)) return never;
    const failure = await noWorker(this.temporal, this.taskQueue);
    return failure ? Promise.reject(failure) : never;
  }
}
