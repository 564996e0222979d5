import { WithStartWorkflowOperation } from '@temporalio/client';
import pLimit from 'p-limit';
import { Failure } from '../failure.ts';
import { type HoldMessage, type LaneAnswer, laneSignals, laneWorkflow, type ResumeMessage } from '../lane/messages.ts';
import type { LaneInput, LaneStatus } from '../lane/types.ts';
import { statusQuery } from '../promotion/messages.ts';
import type { LaneView } from './lane-view.ts';
import type { Session } from './session.ts';
import { noWorker } from './temporal.ts';

/** Of a namespace: more are not asked whether they are held. */
const mostLanes = 200;
const asked = { atOnce: 8, forMs: 5_000 };

export interface HeldLanes {
  readonly lanes: readonly LaneView[];
  /** Why some may be missing, in a sentence. */
  readonly doubt?: string;
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

  /** Lanes that somebody holds, or that are frozen. Those that no worker answers for are left out. */
  async held(): Promise<HeldLanes> {
    const query = `WorkflowType = '${laneWorkflow}' AND ExecutionStatus = 'Running'`;
    const found = await this.session.list(query, mostLanes);
    if (found.length === 0) return { lanes: [] };
    const { temporal, taskQueue } = this.session;
    const absent = await noWorker(temporal, taskQueue);
    if (absent) return { lanes: [], doubt: `Which lanes are held is not known. ${absent.message}` };
    const limit = pLimit(asked.atOnce);
    const views = await Promise.all(found.map(({ workflowId }) => limit(() => this.quick(workflowId))));
    const answers = views.filter((view) => view !== undefined);
    const silent = views.length - answers.length;
    return {
      lanes: answers.filter(({ hold, freeze }) => hold !== undefined || freeze?.now !== undefined),
      ...(silent > 0 && { doubt: `${silent} of ${views.length} lanes did not answer whether they are held.` }),
    };
  }

  private async quick(id: string): Promise<LaneView | undefined> {
    const { connection } = this.session.temporal;
    // One that ended meanwhile is held no more; one that does not answer keeps nobody waiting.
    return connection.withDeadline(Date.now() + asked.forMs, () => this.query(id)).catch(() => undefined);
  }

  private async query(id: string): Promise<LaneView> {
    const handle = this.session.temporal.client.workflow.getHandle(id);
    return { id, kind: 'lane', ...(await handle.query<LaneStatus>(statusQuery)), ...this.session.link(id) };
  }
}
