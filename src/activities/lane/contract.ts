import type { LeaveMessage, laneSignals, OverrideMessage, RevertedMessage } from '../../lane/messages.ts';
import type { LaneEntry, LaneInput, LaneObservation, LanePlace, TrackedEntry } from '../../lane/types.ts';
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
  admitPlatform(order: AdmitOrder): Promise<AdmitOutcome>;
  /** Tells what runs in an environment to entry its lane again; answers the workflow ids of those who heard it. */
  announceLane(order: Pick<LaneInput, 'source' | 'environment'>): Promise<readonly string[]>;
  /** The hold that the environment's record knows, for a lane that begins. */
  recordedHold(order: Pick<LaneInput, 'gitops' | 'environment'>): Promise<LaneInput['state']>;
}
