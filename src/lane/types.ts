import type { Hold } from '../operation/hold.ts';
import type { OperationKind } from '../operation/kind.ts';
import type { Refusal } from '../operation/refusal.ts';
import type { FreezeCalendar } from '../platform/freeze/freeze.ts';
import type { GitopsTarget, WhenNewer } from '../platform/types.ts';

/** The phases of an operation, as its entry names them. */
export const phases = ['waiting', 'unmerged', 'merged', 'failed'] as const;
/**
 * How far an operation says that it has got. `waiting`: it has not been let in, as far as it knows; `unmerged`: it was
 * let in, and renders or has a request open; `merged`: its rollout is being verified; `failed`: its rollout needs a
 * person.
 */
export type Phase = (typeof phases)[number];

/** The environment that a lane serves, and the source repository that it belongs to. */
export interface LanePlace {
  /** URL of the source repository. */
  readonly source: string;
  readonly environment: string;
}

/** What an operation tells the lane, first and whenever its phase changes. It may be told twice. */
export interface LaneEntry extends LanePlace {
  /** Unique to this operation's run in this environment, from entering the lane to leaving it. */
  readonly id: string;
  readonly operation: OperationKind;
  /** The main commit that is to be deployed; of a config change, the one that was deployed when it came, or ''. */
  readonly main: string;
  readonly phase: Phase;
  readonly whenNewer: WhenNewer;
  readonly workflowId: string;
  /**
   * Temporal's `firstExecutionRunId`: tells a workflow that was started again under the same id from the earlier one.
   */
  readonly firstRunId: string;
  /** Who asked for a rollback; undefined for other operations. */
  readonly by?: string;
  /** Why a rollback was asked for; undefined for other operations. */
  readonly reason?: string;
  /** A rollback to a recorded pair: config changes wait while it is in the lane, and afterwards. */
  readonly holdsConfig?: boolean;
}

/** How the main commit of one operation relates to that of another. */
export type Relation = 'newer' | 'older' | 'same' | 'unrelated';

/** What a lane tells an operation; it replaces all that was told before. */
export type Admission =
  /** It is let in. `hold` keeps it from merging by itself: it was let in before that began, or by an override. */
  | { readonly kind: 'granted'; readonly hold?: Hold }
  /**
   * It waits. Told also to one that was let in before the lane lost its memory and let another in: its turn comes back.
   */
  | { readonly kind: 'waiting'; readonly behind: LaneRef }
  /** It waits for the end of this hold. */
  | { readonly kind: 'held'; readonly hold: Hold }
  /** The lane lets nobody in, because it cannot observe the world or read the record; it tries again. */
  | { readonly kind: 'unobservable'; readonly why: string }
  /** It does not belong to the lane's platform, and never gets in: a person must put that right. */
  | { readonly kind: 'refused'; readonly why: string }
  /**
   * It must clean up after itself and leave. Where it had been merged already, it says so and goes on, unless `by` is a
   * rollback. `by` stays the same, even where that one is superseded in its turn.
   */
  | { readonly kind: 'superseded'; readonly by: LaneRef };

/** Another operation, as an operation is told about it. */
export type LaneRef = Pick<LaneEntry, 'operation' | 'main' | 'workflowId' | 'firstRunId' | 'by' | 'reason'>;

/** Lets an operation in in spite of what holds now; a hold that begins later counts again. */
export interface Override {
  readonly by: string;
  readonly reason: string;
}

/** An entry, and what the lane knows of it. */
export interface TrackedEntry extends LaneEntry {
  /** When it came, ISO 8601. */
  readonly since: string;
  /** How its main commit relates to those of the other entries, by their ids; undefined: not observed yet. */
  readonly relations?: Readonly<Record<string, Relation>>;
  readonly override?: Override;
  /** The operation for which it is to leave; it counts for nobody else any more. */
  readonly supersededBy?: LaneRef;
  /** The admission that it was told last. */
  readonly admission?: Admission;
  /** Why the last message did not reach it, although it runs, and until when (ISO 8601) none is sent. */
  readonly untold?: { readonly why: string; readonly until?: string };
}

/** The memory of a lane. It is small, and is passed on when the lane continues as new. */
export interface LaneState {
  /** The promotion or rollback that was let in. */
  readonly current?: TrackedEntry;
  /** Promotions and rollbacks that wait, in the order in which they came. */
  readonly waiting: readonly TrackedEntry[];
  /** Config changes: never in each other's or a promotion's way. */
  readonly configuring: readonly TrackedEntry[];
  readonly hold?: Hold;
  /** The freezes as they were last observed. */
  readonly calendar?: FreezeCalendar;
  /** When the freeze of `calendar.now` was first noticed. */
  readonly frozenSince?: string;
  /** Why the world could not be observed, how often in a row, and until when (ISO 8601) it is not tried again. */
  readonly unobservable?: { readonly why: string; readonly tries: number; readonly until?: string };
  /** When the world was last observed; undefined: it must be observed before anybody is let in. */
  readonly observedAt?: string;
  /** How many observations were due by time since an entry came or the current one left; they become rarer. */
  readonly looks?: number;
  /** Commits of reverts by hand for which the lane was held already. */
  readonly seenReverts: readonly string[];
  /**
   * The number of the last message to an operation; at least its time in ms, so that a lane without memory counts on.
   */
  readonly sequence: number;
}

/** The memory of a lane as it is handed on: src/lane/memory.ts. */
export interface LaneMemory extends LaneState {
  /** Says how it is to be read: it rises with each change of the form. */
  readonly version: number;
}

/** The findings of one observation. */
export interface LaneObservation {
  /** Entries whose workflow does not run any more. */
  readonly gone: readonly string[];
  /** The relations of each entry that had none to others in the lane; one that is left out is neither newer nor older. */
  readonly relations: Readonly<Record<string, Readonly<Record<string, Relation>>>>;
  /**
   * The relations are those that the rules need among the entries that were looked at: they count together, or not at
   * all. Undefined: they are all that there are.
   */
  readonly onlyNeeded?: true;
  /** The freezes; undefined: they cannot be read now, and what was known last stands. */
  readonly calendar?: FreezeCalendar;
  readonly revert?: Revert;
  /** What holds the lane by its record; undefined: the record was not read. */
  readonly recorded?: { readonly hold?: Hold };
}

/** A revert by hand: somebody else moved the environment's branch back, from one main commit to an older one. */
export interface Revert {
  /** The commit of the environment's branch that moved it back, or the one that is gone from it. */
  readonly commit: string;
  readonly by: string;
  readonly from: string;
  readonly to: string;
}

/** Everything that changes what a lane knows. */
export type LaneEvent =
  | { readonly kind: 'enter'; readonly entry: LaneEntry }
  /** An operation leaves. `hold` begins at the same moment, so that nobody is let in between. */
  | { readonly kind: 'leave'; readonly id: string; readonly hold?: Omit<Hold, 'since'> }
  /** The workflow of an entry does not run any more. */
  | { readonly kind: 'gone'; readonly id: string }
  /** A message did not reach an entry whose workflow runs. */
  | { readonly kind: 'untold'; readonly id: string; readonly why: string }
  /** An operation found a revert by hand before the lane did. */
  | { readonly kind: 'reverted'; readonly entry: LaneEntry; readonly revert: Revert }
  | { readonly kind: 'hold'; readonly hold: Omit<Hold, 'since'> }
  | { readonly kind: 'resume'; readonly by: string; readonly reason?: string }
  | { readonly kind: 'override'; readonly id: string; readonly by: string; readonly reason: string }
  /** The world was observed. `looked`: the ids of the entries that were asked about. */
  | { readonly kind: 'observed'; readonly observation: LaneObservation; readonly looked: readonly string[] }
  /** The observation failed. */
  | { readonly kind: 'unobservable'; readonly why: string }
  /** Time has passed: a hold or a freeze ends, or an observation is due. */
  | { readonly kind: 'tick' };

/** A command that a lane must perform. */
export type LaneCommand =
  /** Tell an operation its admission. `revert`: the commit that the operation asked about, which this answers. */
  | {
      readonly kind: 'tell';
      readonly entry: LaneEntry;
      readonly admission: Admission;
      readonly sequence: number;
      readonly revert?: string;
    }
  /** Write to the environment's record. `held` is about all that holds now, joined. */
  | {
      readonly kind: 'record';
      readonly event: 'held' | 'resumed' | 'overridden' | 'moved';
      readonly by: string;
      readonly reason?: string;
      readonly hold?: Hold;
      readonly main?: string;
    };

/** The place that a lane served before, and when it moved. */
export interface LaneMove extends LanePlace {
  /** ISO 8601. */
  readonly at: string;
}

/** The input of a lane. Its place is that of its latest operation whose source has the deployed main commit. */
export interface LaneInput extends LanePlace {
  readonly gitops: GitopsTarget;
  /** The place that it served before; undefined: it never moved. */
  readonly movedFrom?: LaneMove;
  /** The state with which it continues as new; undefined: it begins without memory. */
  readonly state?: LaneMemory;
  /** The latest refusals, as they are handed on with the state. */
  readonly refusals?: readonly Refusal[];
  /** Events of history after which it continues as new; default: when Temporal suggests it. */
  readonly historyLimit?: number;
}

/** The answer to the lane's query `status`. */
export interface LaneStatus extends LanePlace {
  readonly gitops: GitopsTarget;
  readonly movedFrom?: LaneMove;
  readonly current?: TrackedEntry;
  readonly waiting: readonly TrackedEntry[];
  readonly configuring: readonly TrackedEntry[];
  /** How many more wait than are listed; undefined: none. */
  readonly more?: number;
  readonly hold?: Hold;
  readonly freeze?: FreezeCalendar;
  /** Why the lane lets nobody in, what it could not record, or where the record disagrees with it. */
  readonly trouble?: string;
  /** The latest 20 signals that could not be carried out. */
  readonly refusals: readonly Refusal[];
}
