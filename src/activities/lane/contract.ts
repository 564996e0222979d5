import type { ComparedEntry } from '../../lane/compared.ts';
import type { LeaveMessage, laneSignals, OverrideMessage, RevertedMessage } from '../../lane/messages.ts';
import type { LaneEntry, LaneInput, LaneObservation, LanePlace, LaneState, TrackedEntry } from '../../lane/types.ts';
import type { GitopsTarget } from '../../platform/types.ts';

/** A signal to a lane, with its payload. */
export type LaneMessage =
  | { readonly signal: typeof laneSignals.enter; readonly payload: LaneEntry }
  | { readonly signal: typeof laneSignals.reverted; readonly payload: RevertedMessage }
  | { readonly signal: typeof laneSignals.leave; readonly payload: LeaveMessage }
  | { readonly signal: typeof laneSignals.override; readonly payload: OverrideMessage };

/** Orders a message to the lane of one GitOps branch. */
export interface LaneOrder extends Pick<LaneInput, 'gitops' | 'source' | 'environment'> {
  readonly message: LaneMessage;
}

/** Orders an observation: the lane, its entries, and the reverts that it was held for already. */
export interface ObservationOrder {
  readonly gitops: GitopsTarget;
  readonly source: string;
  readonly environment: string;
  readonly entries: readonly (ComparedEntry & Pick<TrackedEntry, 'workflowId' | 'firstRunId'>)[];
  readonly seenReverts: readonly string[];
}

/** Asks what has become of an entry. What is optional, an older release did not say. */
export type EndedOrder = Pick<LaneEntry, 'workflowId' | 'firstRunId'> &
  Partial<Pick<LaneEntry, 'source' | 'environment' | 'operation' | 'main'>>;

/** Asks whether a lane may move to the place of an operation. */
export interface AdmitOrder extends LanePlace {
  readonly gitops: GitopsTarget;
  /** The place that the lane serves now. */
  readonly place: LanePlace;
  /** Another operation is in the lane. */
  readonly others: boolean;
}

/** Says whether the lane moves to the place of an operation. */
export type AdmitOutcome =
  /** The lane moves there. */
  | { readonly kind: 'taken' }
  /** The lane stays. `why`: sentences that name both sources and what to do. */
  | { readonly kind: 'refused'; readonly why: string };

/** Asks what holds a lane by the record. */
export interface RecordedHoldOrder extends Pick<LaneInput, 'gitops' | 'environment'> {
  /** URL of the source repository, whose main lists the keys of the record; undefined: an older release asks. */
  readonly source?: string;
}

/** What a lane that begins without memory knows of itself. */
export interface RecordedLane extends LaneState {
  /** The place that its earlier run served last; undefined: Temporal knows none. */
  readonly served?: LanePlace;
}

/** Steps that lanes and their operations ask for. */
export interface LaneActivities {
  /** Sends a message to the lane of a GitOps branch, and starts the lane where it does not run. */
  tellLane(order: LaneOrder): Promise<void>;
  /**
   * Observes the world: who still runs, whose commit is newer, what is frozen, and whether somebody reverted by hand.
   */
  observeLane(order: ObservationOrder): Promise<LaneObservation>;
  /** Tells whether the workflow of an entry does not run any more; how it ended is told at its main commit. */
  hasEnded(entry: EndedOrder): Promise<boolean>;
  /** Tells whether the lane moves to an operation's source and environment. */
  admitPlatform(order: AdmitOrder): Promise<AdmitOutcome>;
  /**
   * Asks the operations in an environment to enter its lane again; answers the workflow ids of those that were told.
   */
  announceLane(order: Pick<LaneInput, 'source' | 'environment'>): Promise<readonly string[]>;
  /**
   * Reads what the environment's record knows of holds, and Temporal of the lane's earlier run, for a lane that begins
   * without memory; undefined: nothing.
   */
  recordedHold(order: RecordedHoldOrder): Promise<RecordedLane | undefined>;
}
