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
import { noWorker } from '../../temporal/client.ts';
import { searchAttributes } from '../../temporal/search-attributes.ts';
import type { LaneView } from '../view/lane-view.ts';
import type { Session } from './session.ts';
import { laneAttributes } from './starts.ts';

/** Of a namespace: more held ones are not asked why. */
const mostLanes = 100;
const asked = { atOnce: 8, forMs: 5_000 };

export interface HeldLanes {
  readonly lanes: readonly LaneView[];
  /** Those that are held and did not say why, in a sentence. */
  readonly caveat?: string;
}

/** The lanes of one Temporal namespace, as commands need them. Throws `Failure`s. */
export class Lanes {
  private readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  /** Holds or resumes a lane, which is started where it does not run: the environment's record may know of a hold. */
  async tell(
    id: string,
    lane: LaneInput,
    action: 'hold' | 'resume',
    message: HoldMessage | ResumeMessage,
  ): Promise<LaneAnswer> {
    const startWorkflowOperation = new WithStartWorkflowOperation(laneWorkflow, {
      workflowId: id,
      taskQueue: this.session.taskQueue,
      args: [lane],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `lane of ${lane.environment}`,
      typedSearchAttributes: new TypedSearchAttributes([...laneAttributes(lane)]),
    });
    const options = { args: [message], startWorkflowOperation };
    return this.session.answered(() =>
      this.session.temporal.client.workflow.executeUpdateWithStart<
        (input: LaneInput) => Promise<unknown>,
        LaneAnswer,
        (HoldMessage | ResumeMessage)[]
      >(laneSignals[action], options),
    );
  }

  /** Throws `Failure` `NotFound` where the lane does not run: then nothing is under way there, and nothing is held. */
  async view(id: string): Promise<LaneView> {
    if ((await this.session.describe(id))?.status.name !== 'RUNNING')
      throw new Failure('NotFound', `The lane ${id} does not run: nothing is under way there, and nobody holds it.`);
    return this.session.answered(() => this.query(id));
  }

  /** Lanes that somebody holds, or that are frozen; their workers are asked why. */
  async held(): Promise<HeldLanes> {
    const query = `WorkflowType = '${laneWorkflow}' AND ExecutionStatus = 'Running' AND ${searchAttributes.state.name} = 'held'`;
    const ids = (await this.session.list(query, mostLanes)).map(({ workflowId }) => workflowId);
    if (ids.length === 0) return { lanes: [] };
    const { temporal, taskQueue } = this.session;
    const absent = await noWorker(temporal, taskQueue);
    if (absent) return { lanes: [], caveat: `${ids.join(', ')}: held, it is not known why. ${absent.message}` };
    const limit = pLimit(asked.atOnce);
    const views = await Promise.all(ids.map((id) => limit(() => this.quick(id))));
    const silent = ids.filter((_, index) => views[index] === undefined);
    return {
      lanes: views.filter((view) => view !== undefined),
      ...(silent.length > 0 && { caveat: `${silent.join(', ')}: held, but no worker said why within a moment.` }),
    };
  }

  private async quick(id: string): Promise<LaneView | undefined> {
    const { connection } = this.session.temporal;
    // One that does not answer keeps nobody waiting.
    return connection.withDeadline(Date.now() + asked.forMs, () => this.query(id)).catch(() => undefined);
  }

  private async query(id: string): Promise<LaneView> {
    const handle = this.session.temporal.client.workflow.getHandle(id);
    return { id, kind: 'lane', ...(await handle.query<LaneStatus>(statusQuery)), ...this.session.link(id) };
  }
}
