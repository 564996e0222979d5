import { WithStartWorkflowOperation } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import pLimit from 'p-limit';
import { Failure } from '../../failure.ts';
import {
  type HoldMessage,
  type LaneAnswer,
  laneSignals,
  laneWorkflow,
  type ResumeMessage,
} from '../../lane/messages.ts';
import type { LaneInput, LaneStatus } from '../../lane/types.ts';
import { statusQuery } from '../../operation/messages.ts';
import { platformId } from '../../platform/repository/platform-id.ts';
import { searchAttributes } from '../../temporal/attributes/search-attributes.ts';
import { platformShare } from '../../temporal/fairness.ts';
import { noWorker } from '../../temporal/pollers.ts';
import { workflowTaskTimeout } from '../../temporal/task-times.ts';
import type { NamedLane } from '../lane-of.ts';
import { stuckFailure, type Trouble } from '../trouble/trouble.ts';
import type { LaneView } from '../view/lane-view.ts';
import { troublesOfLane } from './lane-troubles.ts';
import { selectWorkflows } from './selection.ts';
import type { Session } from './session.ts';
import { laneStartAttributes } from './starts.ts';

/** The limits for asking lanes: how many at a time, and in milliseconds how long each may take to say why it is held. */
const laneQueries = { atOnce: 8, timeoutMs: 5_000 };

/** The message of a person to a lane. */
export type HoldOrResume =
  | { readonly action: 'hold'; readonly message: HoldMessage }
  | { readonly action: 'resume'; readonly message: ResumeMessage };

/** The lanes of a namespace that are held. */
export interface HeldLanes {
  readonly lanes: readonly LaneView[];
  /** A sentence on the lanes that are held and did not say why. */
  readonly caveat?: string;
  /** How many are held besides. */
  readonly more: number;
}

/** A lane that does not get on, as Temporal itself tells it. */
export interface TroubledLane extends Pick<LaneView, 'id' | 'kind' | 'url'> {
  readonly troubles: readonly Trouble[];
}

/** The lanes of a namespace that do not get on. */
export interface TroubledLanes {
  readonly lanes: readonly TroubledLane[];
  /** How many lanes were looked at. */
  readonly looked: number;
  /** How many were not. */
  readonly more: number;
}

/** The lanes of one Temporal namespace, as commands need them. All methods throw `Failure`. */
export class Lanes {
  private readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  /** Holds or resumes a lane. One that does not run is started, because the environment's record may know of a hold. */
  async send({ id, lane }: NamedLane, { action, message }: HoldOrResume): Promise<LaneAnswer> {
    const startWorkflowOperation = new WithStartWorkflowOperation(laneWorkflow, {
      workflowId: id,
      taskQueue: this.session.taskQueue,
      args: [lane],
      workflowTaskTimeout,
      priority: platformShare(platformId(lane.source)),
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `lane of ${lane.environment}`,
      typedSearchAttributes: new TypedSearchAttributes([...laneStartAttributes(lane)]),
    });
    const options = { args: [message], startWorkflowOperation };
    const update = () =>
      this.session.temporal.client.workflow.executeUpdateWithStart<
        (input: LaneInput) => Promise<unknown>,
        LaneAnswer,
        (HoldMessage | ResumeMessage)[]
      >(laneSignals[action], options);
    return this.session.tellWorker(update, `fairlead status ${id}`);
  }

  /** Asks a lane how it stands. Throws `Failure` NotFound where it does not run: then nothing is under way or held. */
  async view(id: string): Promise<LaneView> {
    const about = await this.session.describe(id);
    if (about?.status.name !== 'RUNNING')
      throw new Failure('NotFound', `The lane ${id} does not run: nothing is under way there, and nobody holds it.`);
    const troubles = await troublesOfLane(this.session, about);
    const stuck = troubles.find(({ kind }) => kind === 'workflow task');
    if (stuck) throw stuckFailure(id, stuck);
    const view = await this.session.callWorker(() => this.queryView(id));
    return troubles.length === 0 ? view : { ...view, troubles };
  }

  /**
   * Lists the lanes that do not get on, among the `most` newest, those that say so themselves whatever their age, and the
   * oldest.
   */
  async listTroubled(most: number): Promise<TroubledLanes> {
    const query = `WorkflowType = '${laneWorkflow}' AND ExecutionStatus = 'Running'`;
    const { total, listed, oldest } = await selectWorkflows(this.session, { query, types: [laneWorkflow], most });
    const limit = pLimit(laneQueries.atOnce);
    const looked = await Promise.all(
      [...listed, ...oldest].map(({ workflowId: id }) =>
        limit(async () => {
          const about = await this.session.describe(id);
          const troubles = about?.status.name === 'RUNNING' ? await troublesOfLane(this.session, about) : [];
          return { id, kind: 'lane' as const, troubles, url: this.session.uiUrl(id) };
        }),
      ),
    );
    return {
      lanes: looked.filter(({ troubles }) => troubles.length > 0),
      looked: looked.length,
      more: Math.max(0, total - looked.length),
    };
  }

  /** Lists the lanes that somebody holds, or that are frozen, `most` at most, and asks their workers why. */
  async listHeld(most: number): Promise<HeldLanes> {
    const query = `WorkflowType = '${laneWorkflow}' AND ExecutionStatus = 'Running' AND ${searchAttributes.state.name} = 'held'`;
    const ids = (await this.session.list(query, most)).map(({ workflowId }) => workflowId);
    if (ids.length === 0) return { lanes: [], more: 0 };
    const more = ids.length < most ? 0 : Math.max(0, (await this.session.count(query)) - ids.length);
    const { temporal, taskQueue } = this.session;
    const absent = await noWorker(temporal, taskQueue);
    if (absent)
      return { lanes: [], caveat: `${ids.join(', ')}: held, but it is not known why. ${absent.message}`, more };
    const limit = pLimit(laneQueries.atOnce);
    const views = await Promise.all(ids.map((id) => limit(() => this.queryQuickly(id))));
    const silent = ids.filter((_, index) => views[index] === undefined);
    return {
      lanes: views.filter((view) => view !== undefined),
      caveat: silent.length > 0 ? `${silent.join(', ')}: held, but no worker said why within a moment.` : undefined,
      more,
    };
  }

  private async queryQuickly(id: string): Promise<LaneView | undefined> {
    const { connection } = this.session.temporal;
    // A lane that does not answer must not keep the list waiting.
    return connection.withDeadline(Date.now() + laneQueries.timeoutMs, () => this.queryView(id)).catch(() => undefined);
  }

  private async queryView(id: string): Promise<LaneView> {
    const handle = this.session.temporal.client.workflow.getHandle(id);
    return { id, kind: 'lane', ...(await handle.query<LaneStatus>(statusQuery)), url: this.session.uiUrl(id) };
  }
}
