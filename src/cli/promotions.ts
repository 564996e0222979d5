import { setTimeout as pause } from 'node:timers/promises';
import {
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionInfo,
  type WorkflowHandle,
} from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes, WorkflowNotFoundError } from '@temporalio/common';
import { Failure } from '../failure.ts';
import { short } from '../promotion/decisions.ts';
import {
  type Action,
  type Decision,
  type DecisionAnswer,
  type PromotionInput,
  promotionId,
  promotionWorkflow,
  searchAttributes,
  statusQuery,
} from '../promotion/messages.ts';
import type { PromotionResult, PromotionStatus } from '../promotion/status.ts';
import type { Settings } from '../settings/settings.ts';
import { bounded, isTimeout, noWorker, silentWorker, type Temporal, workersWord } from './temporal.ts';
import type { PromotionView } from './view.ts';

const platformKey = defineSearchAttributeKey(searchAttributes.platform.name, searchAttributes.platform.type);
const commitKey = defineSearchAttributeKey(searchAttributes.commit.name, searchAttributes.commit.type);

/** A worker that runs answers sooner. */
const promptMs = 1_500;

type Listed = Pick<WorkflowExecutionInfo, 'workflowId' | 'status' | 'startTime' | 'searchAttributes'>;

/** The promotions of one Temporal namespace, as commands need them. Throws `Failure`s. */
export class Promotions {
  private readonly temporal: Temporal;
  private readonly settings: Settings;

  constructor(temporal: Temporal, settings: Settings) {
    this.temporal = temporal;
    this.settings = settings;
  }

  /**
   * Starts the promotion of a commit. One that runs, or that ended as promoted, is answered instead; one that ended
   * otherwise starts anew only with `again` (DESIGN "Again").
   */
  async start(
    platform: string,
    input: PromotionInput,
    { again }: { readonly again: boolean },
  ): Promise<{ readonly id: string; readonly started: boolean }> {
    const id = promotionId(platform, input.commit);
    if (again && (await this.view(id, { ended: true }))?.state === 'promoted') return { id, started: false };
    try {
      await bounded(this.temporal, () =>
        this.temporal.client.workflow.start(promotionWorkflow, {
          workflowId: id,
          taskQueue: this.settings.taskQueue,
          args: [input],
          workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
          workflowIdConflictPolicy: 'FAIL',
          staticSummary: `${platform} ${short(input.commit)}`,
          typedSearchAttributes: new TypedSearchAttributes([
            { key: platformKey, value: platform },
            { key: commitKey, value: input.commit },
          ]),
        }),
      );
      return { id, started: true };
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return { id, started: false };
      throw error;
    }
  }

  /** The id that a person means: the id itself, `owner/repo/<sha>`, or the first digits of a commit. */
  async find(reference: string): Promise<string> {
    if (/^(promote\/)?[\w.~-]+\/[\w.~-]+\/[0-9a-f]{40}$/.test(reference)) {
      return reference.startsWith('promote/') ? reference : `promote/${reference}`;
    }
    if (!/^[0-9a-f]{7,40}$/.test(reference)) {
      throw new Failure(
        'InvalidInput',
        `${JSON.stringify(reference)} names no promotion. Give its id (promote/OWNER/REPO/COMMIT), or at least 7 digits of its commit.`,
      );
    }
    const query = `WorkflowType = '${promotionWorkflow}' AND ${searchAttributes.commit.name} STARTS_WITH '${reference}'`;
    const ids = new Set((await this.list(query, 20)).map(({ workflowId }) => workflowId));
    const [id] = ids;
    if (ids.size === 1 && id !== undefined) return id;
    if (ids.size === 0) throw unknownPromotion(reference);
    throw new Failure('InvalidInput', `${reference} fits several promotions. Give one of: ${[...ids].join(', ')}.`);
  }

  /** Newest first; those that run, or all. */
  async recent({ all, limit }: { readonly all: boolean; readonly limit: number }): Promise<readonly PromotionView[]> {
    const query = `WorkflowType = '${promotionWorkflow}'${all ? '' : " AND ExecutionStatus = 'Running'"}`;
    return (await this.list(query, limit)).map((info) => this.listed(info));
  }

  /**
   * A promotion as it stands; undefined: there is none. A running one is asked through its worker, unless `ended`:
   * then the answer for it is undefined too. Throws `Failure` `Unavailable` where no worker answers.
   */
  async view(id: string, { ended = false } = {}): Promise<PromotionView | undefined> {
    const handle = this.temporal.client.workflow.getHandle(id);
    const about = await bounded(this.temporal, () => handle.describe()).catch(ignoreMissing);
    if (about === undefined) return undefined;
    if (about.status.name === 'RUNNING') return ended ? undefined : this.running(handle);
    return this.outcome(handle, about);
  }

  /** Sends a person's decision and gives the answer. Throws `Failure` `Refused` with the reason where it is refused. */
  async decide(id: string, action: Action, decision: Decision): Promise<DecisionAnswer> {
    const handle = this.temporal.client.workflow.getHandle(id);
    try {
      return await this.answered(() => handle.executeUpdate<DecisionAnswer, [Decision]>(action, { args: [decision] }));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      const view = await this.view(id, { ended: true });
      if (view === undefined) throw unknownPromotion(id);
      throw new Failure('Refused', `${action} refused: the promotion ${id} has ended as ${view.state}.`);
    }
  }

  private async running(handle: WorkflowHandle): Promise<PromotionView> {
    const status = await this.answered(() => handle.query<PromotionStatus>(statusQuery));
    return { ...status, ...this.link(status.id) };
  }

  private async outcome(handle: WorkflowHandle, about: Listed): Promise<PromotionView> {
    const ended = this.listed(about);
    if (about.status.name === 'COMPLETED') {
      const result: PromotionResult = await bounded(this.temporal, () => handle.result());
      return { ...ended, ...result };
    }
    if (about.status.name !== 'FAILED') return ended;
    const failure = await bounded(this.temporal, () => handle.result()).then(
      () => undefined,
      (error: unknown) => workersWord(error) ?? Promise.reject(error),
    );
    return { ...ended, ...(failure && { failure: { type: failure.type, message: failure.message } }) };
  }

  /** What is known without a worker. */
  private listed(info: Listed): PromotionView {
    const [, ...rest] = info.workflowId.split('/');
    const ended = { CANCELLED: 'aborted', FAILED: 'failed', COMPLETED: 'promoted', RUNNING: 'running' } as const;
    const [attribute] = (info.searchAttributes?.[searchAttributes.state.name] ?? []) as readonly string[];
    const state = Object.entries(ended).find(([name]) => name === info.status.name)?.[1] ?? 'terminated';
    return {
      id: info.workflowId,
      platform: rest.slice(0, -1).join('/'),
      commit: rest.at(-1) ?? '',
      state: state === 'promoted' && attribute ? (attribute as PromotionView['state']) : state,
      startedAt: info.startTime.toISOString(),
      environments: [],
      refusals: [],
      ...this.link(info.workflowId),
    };
  }

  private link(id: string): { readonly url?: string } {
    const { temporalUi } = this.settings;
    if (temporalUi === undefined) return {};
    return { url: `${temporalUi}/namespaces/${this.temporal.namespace}/workflows/${encodeURIComponent(id)}` };
  }

  /** A call that a worker answers. Where there is none, that is found out while waiting, not after it. */
  private async answered<T>(call: () => Promise<T>): Promise<T> {
    const over = new AbortController();
    try {
      const { connection } = this.temporal;
      const answer = connection.withAbortSignal(over.signal, () => bounded(this.temporal, call));
      return await Promise.race([answer, this.absence(over.signal)]);
    } catch (error) {
      if (!isTimeout(error)) throw error;
      throw await silentWorker(this.temporal, this.settings.taskQueue);
    } finally {
      // Ends the call, too: in flight it would keep the process.
      over.abort();
    }
  }

  /** Fails where no worker polls; never resolves. */
  private async absence(signal: AbortSignal): Promise<never> {
    const never = new Promise<never>(() => undefined);
    if (await pause(promptMs, false, { signal }).catch(() => true)) return never;
    const failure = await noWorker(this.temporal, this.settings.taskQueue);
    return failure ? Promise.reject(failure) : never;
  }

  private async list(query: string, limit: number): Promise<readonly WorkflowExecutionInfo[]> {
    return bounded(this.temporal, async () => {
      const found: WorkflowExecutionInfo[] = [];
      for await (const info of this.temporal.client.workflow.list({ query, pageSize: limit })) {
        found.push(info);
        if (found.length >= limit) break;
      }
      return found;
    });
  }
}

export function unknownPromotion(reference: string): Failure {
  return new Failure(
    'NotFound',
    `There is no promotion of ${reference}. \`fairlead status --all\` lists those that there are.`,
  );
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof WorkflowNotFoundError) return undefined;
  throw error;
}
