import type { LeaveMessage, laneSignals, OverrideMessage, RevertedMessage } from '../lane/messages.ts';
import type { LaneInput, Survey, Visit, Visitor } from '../lane/types.ts';
import type { GitopsTarget } from '../platform/types.ts';
import type { RollbackInput } from '../promotion/messages.ts';
import type { Revision } from '../promotion/status.ts';

export type LaneMessage =
  | { readonly signal: typeof laneSignals.visit; readonly payload: Visit }
  | { readonly signal: typeof laneSignals.reverted; readonly payload: RevertedMessage }
  | { readonly signal: typeof laneSignals.leave; readonly payload: LeaveMessage }
  | { readonly signal: typeof laneSignals.override; readonly payload: OverrideMessage };

export interface LaneOrder extends Pick<LaneInput, 'gitops' | 'source' | 'environment'> {
  readonly message: LaneMessage;
}

export interface SurveyOrder {
  readonly gitops: GitopsTarget;
  readonly source: string;
  readonly environment: string;
  readonly visitors: readonly Pick<Visitor, 'id' | 'errand' | 'main' | 'workflowId' | 'firstRunId' | 'relations'>[];
  readonly seenReverts: readonly string[];
}

export interface LaneActivities {
  /** Sends a message to the lane of a GitOps branch, and starts the lane where it does not run. */
  tellLane(order: LaneOrder): Promise<void>;
  /** Looks who still runs, whose commit is newer, what is frozen, and whether somebody moved the branch back. */
  surveyLane(order: SurveyOrder): Promise<Survey>;
  /** Tells what runs in an environment to visit its lane again; answers the workflow ids of those who heard it. */
  callVisitors(order: Pick<LaneInput, 'source' | 'environment'>): Promise<readonly string[]>;
  /** The hold that the environment's record knows, for a lane that begins. */
  recordedHold(order: Pick<LaneInput, 'gitops' | 'environment'>): Promise<LaneInput['state']>;
}

export interface RollbackPlan {
  readonly kind: 'go';
  readonly target: Revision;
  /** `config` of the target is rendered, not the head of the config branch. */
  readonly recordedConfig: boolean;
  /** First line of the target's message. */
  readonly subject: string;
  readonly deployed: Revision;
}

export interface EndPromotionsOrder extends RollbackInput {
  /** The main commit gone back to, and the one that was deployed. */
  readonly target: string;
  readonly deployed: string;
  readonly rollback: string;
}

export interface RollbackActivities {
  /** Where to go back to. Fails with `Refused` and a sentence where there is nowhere, or not without `force`. */
  planRollback(
    input: RollbackInput,
  ): Promise<RollbackPlan | { readonly kind: 'already there'; readonly deployed: Revision }>;
  /** Tells running promotions of what is taken back that they go no further. */
  endPromotions(order: EndPromotionsOrder): Promise<void>;
  /** Environments at which this main commit is deployed now, in the order of its stages. */
  reachedBy(ref: { readonly source: string; readonly commit: string }): Promise<readonly string[]>;
}
