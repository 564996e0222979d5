import type { LeaveMessage, laneSignals, OverrideMessage, RevertedMessage } from '../../lane/messages.ts';
import type { LaneEntry, LaneInput, LaneObservation, LanePlace, TrackedEntry } from '../../lane/types.ts';
import type { GoNoFurtherMessage, RollbackInput } from '../../operation/messages.ts';
import type { Revision } from '../../operation/status.ts';
import type { GitopsTarget } from '../../platform/types.ts';

export type LaneMessage =
  | { readonly signal: typeof laneSignals.enter; readonly payload: LaneEntry }
  | { readonly signal: typeof laneSignals.reverted; readonly payload: RevertedMessage }
  | { readonly signal: typeof laneSignals.leave; readonly payload: LeaveMessage }
  | { readonly signal: typeof laneSignals.override; readonly payload: OverrideMessage };

export interface LaneOrder extends Pick<LaneInput, 'gitops' | 'source' | 'environment'> {
  readonly message: LaneMessage;
}

export interface ObservationOrder {
  readonly gitops: GitopsTarget;
  readonly source: string;
  readonly environment: string;
  readonly entries: readonly Pick<
    TrackedEntry,
    'id' | 'operation' | 'main' | 'workflowId' | 'firstRunId' | 'relations'
  >[];
  readonly seenReverts: readonly string[];
}

/** Of an operation from another source, or with another name of the environment, than `place`. */
export interface AdmitOrder extends LanePlace {
  readonly gitops: GitopsTarget;
  /** The lane's now. */
  readonly place: LanePlace;
  /** Somebody is in the lane. */
  readonly others: boolean;
}

export type AdmitOutcome =
  | { readonly kind: 'taken' }
  /** `why`: sentences that name both sources and what to do. */
  | { readonly kind: 'refused'; readonly why: string };

export interface LaneActivities {
  /** Sends a message to the lane of a GitOps branch, and starts the lane where it does not run. */
  tellLane(order: LaneOrder): Promise<void>;
  /** Looks who still runs, whose commit is newer, what is frozen, and whether somebody moved the branch back. */
  observeLane(order: ObservationOrder): Promise<LaneObservation>;
  /** Whether the lane goes over to an operation's source and environment. */
  admitVisitor(order: AdmitOrder): Promise<AdmitOutcome>;
  /** Tells what runs in an environment to entry its lane again; answers the workflow ids of those who heard it. */
  announceLane(order: Pick<LaneInput, 'source' | 'environment'>): Promise<readonly string[]>;
  /** The hold that the environment's record knows, for a lane that begins. */
  recordedHold(order: Pick<LaneInput, 'gitops' | 'environment'>): Promise<LaneInput['state']>;
}

/** `planned`: where it was decided to go; only whether that is still back from what is deployed is looked at. */
export interface PlanOrder extends RollbackInput {
  readonly planned?: Revision;
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
  /** Workflow id and run of the rollback. */
  readonly rollback: string;
  readonly run: string;
}

/** Why there is nothing to do: the target is deployed already, or what is to be taken back is not any more. */
export interface NothingToRollBack {
  readonly kind: 'already there' | 'not there';
  readonly deployed: Revision;
}

export interface PromotionRef {
  readonly source: string;
  /** Full sha on main. */
  readonly commit: string;
}

/** Where a main commit is deployed. */
export interface Reach {
  /** Environments that run its manifests now, in the order of its stages. */
  readonly reached: readonly string[];
  /** Those with a newer main commit, which contains it. */
  readonly newer: readonly { readonly environment: string; readonly main: string }[];
}

/** How a workflow ended. */
export interface WorkflowEnd {
  /** Of what completed, its own word. */
  readonly state: string;
  readonly message: string;
}

export interface RollbackActivities {
  /** Where to go back to. Fails with `Refused` and a sentence where there is nowhere, or not without `force`. */
  planRollback(order: PlanOrder): Promise<RollbackPlan | NothingToRollBack>;
  /** Tells running promotions of what is taken back that they go no further. */
  endPromotions(order: EndPromotionsOrder): Promise<void>;
  /** Tells the promotion of a main commit, where it runs, to withdraw what is not merged and to go no further. */
  endPromotion(order: PromotionRef & GoNoFurtherMessage): Promise<void>;
  /** Waits until nothing of it that is not merged is under way any more; fails benignly until then. */
  awaitWithdrawn(ref: PromotionRef): Promise<void>;
  reachedBy(ref: PromotionRef): Promise<Reach>;
  /** Waits until this run of a rollback has ended; fails benignly until then. */
  awaitRollback(ref: { readonly workflowId: string; readonly runId: string }): Promise<WorkflowEnd>;
}
