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
import { platformShare } from '../../temporal/fairness.ts';
import { noWorker } from '../../temporal/pollers.ts';
import { searchAttributes } from '../../temporal/search-attributes.ts';
import { workflowTaskTimeout } from '../../temporal/task-times.ts';
import type { NamedLane } from '../lane-of.ts';
import { stuckFailure, type Trouble } from '../trouble/trouble.ts';
import type { LaneView } from '../view/lane-view.ts';
import { troublesOfLane } from './lane-troubles.ts';
import type { Session } from './session.ts';
import { laneStartAttributes } from './starts.ts';

/** The limits for asking held lanes why: in all, at a time, and in milliseconds for each. */
const heldQueries = { most: 100, atOnce: 8, timeoutMs: 5_000 };

/** How many lanes are looked through for troubles, the newest first. */
const mostLooked = 100;

/** The message of a person to a lane. */
export type HoldOrResume =
  | { readonly action: 'hold'; readonly message: HoldMessage }
  | { readonly action: 'resume'; readonly message: ResumeMessage };

/** The lanes of a namespace that are held. */
export interface HeldLanes {
  readonly lanes: readonly LaneView[];
  /** A sentence on the lanes that are held and did not say why. */
  readonly caveat?: string;
}

/** A lane that does not get on, as Temporal itself tells it. */
export interface TroubledLane extends Pick<LaneView, 'id' | 'kind' | 'url'> {
  readonly troubles: readonly Trouble[];
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

  /** Lists the lanes that do not get on, among the newest. */
  async listTroubled(): Promise<readonly TroubledLane[]> {
    const query = `WorkflowType = '${laneWorkflow}' AND ExecutionStatus = 'Running'`;
    const found = await this.session.list(query, mostLooked);
    const limit = pLimit(heldQueries.atOnce);
    const looked = await Promise.all(
      found.map(({ workflowId: id }) =>
        limit(async () => {
          const about = await this.session.describe(id);
          const troubles = about?.status.name === 'RUNNING' ? await troublesOfLane(this.session, about) : [];
          return { id, kind: 'lane' as const, troubles, url: this.session.uiUrl(id) };
        }),
      ),
    );
    return looked.filter(({ troubles }) => troubles.length > 0);
  }

  /** Lists the lanes that somebody holds, or that are frozen, and asks their workers why. */
  async listHeld(): Promise<HeldLanes> {
    const query = `WorkflowType = '${laneWorkflow}' AND ExecutionStatus = 'Running' AND ${searchAttributes.state.name} = 'held'`;
    const ids = (await this.session.list(query, heldQueries.most)).map(({ workflowId }) => workflowId);
    if (ids.length === 0) return { lanes: [] };
    const { temporal, taskQueue } = this.session;
    const absent = await noWorker(temporal, taskQueue);
    if (absent) return { lanes: [], caveat: `${ids.join(', ')}: held, but it is not known why. ${absent.message}` };
    const limit = pLimit(heldQueries.atOnce);
    const views = await Promise.all(ids.map((id) => limit(() => this.queryQuickly(id))));
    const silent = ids.filter((_, index) => views[index] === undefined);
    return {
      lanes: views.filter((view) => view !== undefined),
      caveat: silent.length > 0 ? `${silent.join(', ')}: held, but no worker said why within a moment.` : undefined,
    };
  }

  private async queryQuickly(id: string): Promise<LaneView | undefined> {
    const { connection } = this.session.temporal;
    // A lane that does not answer must not keep the list waiting.
    return connection.withDeadline(Date.now() + heldQueries.timeoutMs, () => this.queryView(id)).catch(() => undefined);
  }

  private async queryView(id: string): Promise<LaneView> {
    const handle = this.session.temporal.client.workflow.getHandle(id);
    return { id, kind: 'lane', ...(await handle.query<LaneStatus>(statusQuery)), url: this.session.uiUrl(id) };
  }
}
