import { setTimeout as pause } from 'node:timers/promises';
import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import {
  configStart,
  promotionStart,
  rollbackPromotionStart,
  rollbackStart,
  type Start,
} from '../../../src/cli/temporal/starts.ts';
import { laneId, laneSignals, laneWorkflow } from '../../../src/lane/messages.ts';
import type { LaneInput, LaneStatus } from '../../../src/lane/types.ts';
import {
  type Action,
  type Decision,
  nudgeSignal,
  type RollbackInput,
  type RollbackPromotionInput,
  statusQuery,
} from '../../../src/operation/messages.ts';
import type { OperationStatus } from '../../../src/operation/status.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { searchAttributes } from '../../../src/temporal/attributes/search-attributes.ts';
import { searchAttributeKeys } from '../../support/temporal-search-attributes.ts';
import { taskQueue } from '../rig/rig.ts';
import type { World } from '../world/world.ts';
import type { Traffic } from './traffic.ts';

/**
 * A worker that is replaced gives its steps ten seconds to end; a question put to the old one is lost after ten more.
 */
const replacedWithinMs = 120_000;

/** What people and CI do to a platform through Temporal, as the command line does it. */
export class People {
  readonly #client: Client;
  readonly #world: World;
  readonly #traffic: Traffic;

  constructor(client: Client, world: World, traffic: Traffic) {
    this.#client = client;
    this.#world = world;
    this.#traffic = traffic;
  }

  promote(commit: string, again: boolean): Promise<string> {
    const { platform, sourceUrl: source } = this.#world;
    return this.#start(promotionStart(platform, { source, commit }, again));
  }

  applyConfig(environment: string, commit: string): Promise<string> {
    const { platform, sourceUrl: source } = this.#world;
    return this.#start(configStart(platform, { source, environment, commit }));
  }

  rollBack(input: Omit<RollbackInput, 'source'>): Promise<string> {
    const { platform, sourceUrl: source } = this.#world;
    return this.#start(rollbackStart(platform, { ...input, source }));
  }

  rollBackPromotion(input: Omit<RollbackPromotionInput, 'source'>): Promise<string> {
    const { platform, sourceUrl: source } = this.#world;
    return this.#start(rollbackPromotionStart(platform, { ...input, source }));
  }

  /** Holds or resumes, and answers what the lane said. */
  async tellLane(environment: string, action: 'hold' | 'resume', message: object): Promise<string> {
    const workflowId = this.laneId(environment);
    this.#traffic.workflows.add(workflowId);
    const startWorkflowOperation = new WithStartWorkflowOperation(laneWorkflow, {
      workflowId,
      taskQueue,
      args: [this.#laneInput(environment)],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const options = { args: [message] as [object], startWorkflowOperation };
    const { workflow } = this.#client;
    try {
      const answer = await workflow.executeUpdateWithStart<typeof lane, { readonly message: string }, [object]>(
        laneSignals[action],
        options,
      );
      return answer.message;
    } catch (error) {
      return `refused: ${error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : error}`;
    }
  }

  /** Begins the lanes, so that they continue as new after so many events. */
  async beginLanes(historyLimit: number): Promise<void> {
    const { environments, platform } = this.#world;
    const keys = searchAttributeKeys.filter(({ name }) => name === searchAttributes.platform.name);
    for (const environment of environments) {
      const workflowId = this.laneId(environment);
      this.#traffic.workflows.add(workflowId);
      await this.#client.workflow.start(laneWorkflow, {
        workflowId,
        taskQueue,
        args: [{ ...this.#laneInput(environment), historyLimit }],
        typedSearchAttributes: new TypedSearchAttributes(keys.map((key) => ({ key, value: platform }) as never)),
      });
    }
  }

  #laneInput(environment: string): LaneInput {
    const { gitopsUrl: repository, sourceUrl: source } = this.#world;
    return { gitops: { repository, branch: environment }, source, environment };
  }

  laneId(environment: string): string {
    return laneId(platformId(this.#world.gitopsUrl), environment);
  }

  /** Sends a decision; false where the operation does not run. */
  async decide(workflowId: string, action: Action, decision: Omit<Decision, 'by'>): Promise<boolean> {
    return this.#signal(workflowId, action, { by: 'ann', ...decision });
  }

  async nudge(workflowId: string): Promise<void> {
    await this.#signal(workflowId, nudgeSignal);
  }

  /** Asks an operation for its status; undefined where it does not run. */
  async status(workflowId: string): Promise<OperationStatus | undefined> {
    return this.#query<OperationStatus>(workflowId);
  }

  laneStatus(environment: string): Promise<LaneStatus | undefined> {
    return this.#query<LaneStatus>(this.laneId(environment));
  }

  async terminate(workflowId: string): Promise<void> {
    await this.#client.workflow.getHandle(workflowId).terminate('a person').catch(unlessGone);
  }

  async cancel(workflowId: string): Promise<void> {
    await this.#client.workflow.getHandle(workflowId).cancel().catch(unlessGone);
  }

  async #start({ workflow, id, input, again, signal, attributes }: Start): Promise<string> {
    const options = {
      workflowId: id,
      taskQueue,
      args: [input] as [object],
      workflowIdConflictPolicy: 'USE_EXISTING' as const,
      workflowIdReusePolicy: again ? ('ALLOW_DUPLICATE' as const) : ('REJECT_DUPLICATE' as const),
      typedSearchAttributes: new TypedSearchAttributes([...attributes]),
    };
    this.#traffic.workflows.add(id);
    if (signal === undefined) await this.#client.workflow.start(workflow, options).catch(unlessThere);
    else await this.#client.workflow.signalWithStart(workflow, { ...options, signal, signalArgs: [input] });
    return id;
  }

  /** One that has only just begun, or whose worker is being replaced, does not answer at once. */
  async #query<T>(workflowId: string): Promise<T | undefined> {
    const handle = this.#client.workflow.getHandle(workflowId);
    for (const end = Date.now() + replacedWithinMs; ; ) {
      try {
        return await handle.query<T>(statusQuery);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        // Terminated before it began, it knows nothing.
        if ((await handle.describe()).status.name !== 'RUNNING') return undefined;
        if (Date.now() > end)
          throw new Error(`${workflowId} does not answer: ${String((error as Error).cause)}`, { cause: error });
        await pause(100);
      }
    }
  }

  #signal(workflowId: string, name: string, ...args: readonly object[]): Promise<boolean> {
    return this.#client.workflow
      .getHandle(workflowId)
      .signal(name, ...args)
      .then(
        () => true,
        (error: unknown) => {
          unlessGone(error);
          return false;
        },
      );
  }
}

/** Stands for the lane's workflow, whose type alone is needed. */
declare function lane(input: LaneInput): Promise<void>;

function unlessGone(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

function unlessThere(error: unknown): void {
  if ((error as Error).name !== 'WorkflowExecutionAlreadyStartedError') throw error;
}
