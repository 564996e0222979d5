import type { Hold } from '../operation/hold.ts';
import type { OperationKind } from '../operation/kind.ts';
import type { Refusal } from '../operation/refusal.ts';
import type { FreezeCalendar } from '../platform/freeze/freeze.ts';
import type { GitopsTarget, WhenNewer } from '../platform/types.ts';

export const phases = ['waiting', 'unmerged', 'merged', 'failed'] as const;
/**
 * How far an operation has got, in its own words. `waiting`: it has not been let in, as far as it knows; `unmerged`: it
 * was, and renders or has a request open; `merged`: its rollout is being verified; `failed`: its rollout needs a person.
 */
export type Phase = (typeof phases)[number];

/** Whose environment a lane serves. */
export interface LanePlace {
  /** URL of the source repository. */
  readonly source: string;
  readonly environment: string;
}

/** What an `ApplyConfig`, a promotion or a rollback tells the lane, first and whenever its phase changes; repeated safely. */
export interface LaneEntry extends LanePlace {
  /** Unique to this stay in this environment. */
  readonly id: string;
  readonly operation: OperationKind;
  /** The main commit that is to be carried here; of `configure`, the one deployed when it came. */
  readonly main: string;
  readonly phase: Phase;
  readonly whenNewer: WhenNewer;
  readonly workflowId: string;
  /** `firstExecutionRunId`: tells a started-again workflow of the same id from the one that came. */
  readonly firstRunId: string;
  /** Of rollbacks: who asked, and why. */
  readonly by?: string;
  readonly reason?: string;
  /** Of rollbacks to a recorded pair: config changes wait while it is there, and afterwards. */
  readonly holdsConfig?: boolean;
}

/** Of one operation's main commit to another's. */
export type Relation = 'newer' | 'older' | 'same' | 'unrelated';

/** Whose turn it is, as the lane tells an operation; always the whole truth at that moment. */
export type Admission =
  /** `hold`: it was let in before, or by an override; what is in force now keeps it from merging by itself. */
  | { readonly kind: 'granted'; readonly hold?: Hold }
  /** Also told to one that was let in before the lane lost its memory, where another was meanwhile: its turn comes back. */
  | { readonly kind: 'waiting'; readonly behind: LaneRef }
  | { readonly kind: 'held'; readonly hold: Hold }
  /** The lane lets nobody in, because it cannot see the world or read the record; it tries again. */
  | { readonly kind: 'unobservable'; readonly why: string }
  /** It is not of the lane's platform, and must not wait: a person must put that right. */
  | { readonly kind: 'refused'; readonly why: string }
  /**
   * It must clean up after itself and leave. When it had been merged already, it says so and stays, unless `by` is a
   * rollback. Told once: `by` stays the same, even where that one is superseded in its turn.
   */
  | { readonly kind: 'superseded'; readonly by: LaneRef };

/** Another operation, as one is told about it. */
export type LaneRef = Pick<LaneEntry, 'operation' | 'main' | 'workflowId' | 'firstRunId' | 'by' | 'reason'>;

/** In spite of what holds now; a hold that begins later counts again. */
export interface Override {
  readonly by: string;
  readonly reason: string;
}

export interface TrackedEntry extends LaneEntry {
  /** ISO 8601. */
  readonly since: string;
  /** Of its commit to those of the others in the lane, by their entry's id; undefined: not looked up yet. */
  readonly relations?: Readonly<Record<string, Relation>>;
  readonly override?: Override;
  /** It is to leave, and counts for nobody else any more. */
  readonly supersededBy?: LaneRef;
  /** What it was told last. */
  readonly admission?: Admission;
}

/** All that a lane knows: small, and passed on when it continues as new. */
export interface LaneState {
  /** The promotion or rollback that was let in. */
  readonly current?: TrackedEntry;
  /** Promotions and rollbacks that wait, in the order in which they came. */
  readonly waiting: readonly TrackedEntry[];
  /** Config changes: never in each other's or a promotion's way. */
  readonly configuring: readonly TrackedEntry[];
  readonly hold?: Hold;
  readonly calendar?: FreezeCalendar;
  /** When the freeze of `calendar.now` was first noticed. */
  readonly frozenSince?: string;
  /** Why the world could not be looked at, how often in a row, and until when it is left alone; ISO 8601. */
  readonly unobservable?: { readonly why: string; readonly tries: number; readonly until?: string };
  /** When the world was last looked at; undefined: it must be before anybody is let in. */
  readonly observedAt?: string;
  /** Looks now and then since somebody came or the current operation left; undefined: none. They become rarer. */
  readonly looks?: number;
  /** Commits of reverts by hand for which the lane was held already. */
  readonly seenReverts: readonly string[];
  /** Of the last message to an operation: not less than its time in milliseconds, so that a lane without memory counts on. */
  readonly sequence: number;
}

/** What was found when the world was looked at. */
export interface LaneObservation {
  /** Entries whose workflow does not run any more. */
  readonly gone: readonly string[];
  /** For each entry that had none: its relations to all others present. */
  readonly relations: Readonly<Record<string, Readonly<Record<string, Relation>>>>;
  /** Undefined: it cannot be read now; what was known last stands. */
  readonly calendar?: FreezeCalendar;
  readonly revert?: Revert;
}

/** Somebody else's hand moved the environment's branch back, from one main commit to an older one. */
export interface Revert {
  /** Of the environment's branch: the one that moved it, or the one that is gone from it. */
  readonly commit: string;
  readonly by: string;
  readonly from: string;
  readonly to: string;
}

export type LaneEvent =
  | { readonly kind: 'enter'; readonly entry: LaneEntry }
  /** `hold`: taken over at the same moment, so that nobody slips in between. */
  | { readonly kind: 'leave'; readonly id: string; readonly hold?: Omit<Hold, 'since'> }
  | { readonly kind: 'gone'; readonly id: string }
  /** An operation found it before the lane looked. */
  | { readonly kind: 'reverted'; readonly entry: LaneEntry; readonly revert: Revert }
  | { readonly kind: 'hold'; readonly hold: Omit<Hold, 'since'> }
  | { readonly kind: 'resume'; readonly by: string; readonly reason?: string }
  | { readonly kind: 'override'; readonly id: string; readonly by: string; readonly reason: string }
  /** `looked`: the entries that were asked about. */
  | { readonly kind: 'observed'; readonly observation: LaneObservation; readonly looked: readonly string[] }
  /** The look at the world failed. */
  | { readonly kind: 'unobservable'; readonly why: string }
  /** Time has passed: a hold's or a freeze's end, or a look now and then. */
  | { readonly kind: 'tick' };

export type LaneCommand =
  /** `revert`: the commit that the operation asked about; the admission is what follows from it. */
  | {
      readonly kind: 'tell';
      readonly entry: LaneEntry;
      readonly admission: Admission;
      readonly sequence: number;
      readonly revert?: string;
    }
  /** For the record of the environment. Of `held`, everything is about all that holds now, joined. */
  | {
      readonly kind: 'record';
      readonly event: 'held' | 'resumed' | 'overridden' | 'moved';
      readonly by: string;
      readonly reason?: string;
      readonly hold?: Hold;
      readonly main?: string;
    };

/** From where a lane went over to its present place. */
export interface LaneMove extends LanePlace {
  /** ISO 8601. */
  readonly at: string;
}

/** `source`, `environment`: of its latest operation from a source that has the deployed main commit. */
export interface LaneInput extends LanePlace {
  readonly gitops: GitopsTarget;
  /** Where it was before; undefined: it was always here. */
  readonly movedFrom?: LaneMove;
  /** Where it continues. */
  readonly state?: LaneState;
  /** Events of history after which it continues as new; default: when Temporal suggests it. */
  readonly historyLimit?: number;
}

/** Answer of the lane's query `status`. */
export interface LaneStatus extends LanePlace {
  readonly gitops: GitopsTarget;
  readonly movedFrom?: LaneMove;
  readonly current?: TrackedEntry;
  readonly waiting: readonly TrackedEntry[];
  readonly configuring: readonly TrackedEntry[];
  readonly hold?: Hold;
  readonly freeze?: FreezeCalendar;
  /** Why it lets nobody in, or what it could not record; it goes on trying. */
  readonly trouble?: string;
  /** Signals that could not be obeyed, the latest 20. */
  readonly refusals: readonly Refusal[];
}
