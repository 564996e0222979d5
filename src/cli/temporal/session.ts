import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Settings } from '../../settings/settings.ts';
import { bounded, isTimeout, noWorker, silentWorker, type Temporal } from '../../temporal/client.ts';
import { workflowUrl } from '../../temporal/links.ts';

/** A worker that runs answers sooner. */
const promptMs = 1_500;

export type WorkflowInfo = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'status' | 'startTime' | 'searchAttributes'
>;

/** What a command asks of one Temporal namespace. Errors are `Failure`s once they have left `withTemporal`. */
export class Session {
  readonly temporal: Temporal;
  readonly taskQueue: string;
  private readonly ui: string | undefined;

  constructor(temporal: Temporal, { taskQueue, temporalUi }: Settings) {
    this.temporal = temporal;
    this.taskQueue = taskQueue;
    this.ui = temporalUi;
  }

  /** A call that Temporal itself answers. */
  bounded<T>(call: () => Promise<T>): Promise<T> {
    return bounded(this.temporal, call);
  }

  /**
   * A call that a worker answers: a query or an update. Where there is none, that is found out while waiting, not
   * after it. Throws `Failure` `Unavailable` where nobody polls the task queue, or nobody answers in time.
   */
  async answered<T>(call: () => Promise<T>): Promise<T> {
    const over = new AbortController();
    try {
      const answer = this.temporal.connection.withAbortSignal(over.signal, () => this.bounded(call));
      return await Promise.race([answer, this.absence(over.signal)]);
    } catch (error) {
      if (!isTimeout(error)) throw error;
      throw await silentWorker(this.temporal, this.taskQueue);
    } finally {
      // Ends the call, too: in flight it would keep the process.
      over.abort();
    }
  }

  /** Undefined: there is none. */
  async describe(id: string, run?: string): Promise<WorkflowInfo | undefined> {
    return this.bounded(() => this.temporal.client.workflow.getHandle(id, run).describe()).catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
  }

  /** Newest first. */
  async list(query: string, limit: number): Promise<readonly WorkflowInfo[]> {
    return this.bounded(async () => {
      const found: WorkflowInfo[] = [];
      for await (const info of this.temporal.client.workflow.list({ query, pageSize: limit })) {
        found.push(info);
        if (found.length >= limit) break;
      }
      return found;
    });
  }

  /** In the Temporal UI, where its address is known. */
  link(id: string): { readonly url?: string } {
    if (this.ui === undefined) return {};
    return { url: workflowUrl(this.ui, this.temporal.namespace, id) };
  }

  /** Fails where no worker polls; never resolves. */
  private async absence(signal: AbortSignal): Promise<never> {
    const never = new Promise<never>(() => undefined);
    if (await pause(promptMs, false, { signal }).catch(() => true)) return never;
    const failure = await noWorker(this.temporal, this.taskQueue);
    return failure ? Promise.reject(failure) : never;
  }
}
