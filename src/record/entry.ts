import type { OperationKind } from '../operation/kind.ts';
import { branchKey } from '../platform/branch-key.ts';

/** What an entry of the record is about; later steps of one operation stand later, see `compareNewestFirst`. */
export const recordEvents = [
  /** The pair is on the branch from now on: a request was merged, or nothing had to change. */
  'deployed',
  /** A promotion, a config change or a rollback is healthy on every cluster through the soak. */
  'promoted',
  'configured',
  'rolled back',
  /** A person went on with named clusters unhealthy. */
  'accepted',
  /** The pair is on the branch, but was aborted, superseded or taken back before it was healthy. */
  'given up',
  /** A person rejected a request. */
  'rejected',
  /** The lane of the branch is held. */
  'held',
  /** A person ended the hold. */
  'resumed',
  /** A person let an operation in, or approved it, in spite of a hold. */
  'overridden',
  /** The lane of the branch went over to another source repository, or to another name of the environment. */
  'moved',
] as const;
/** One of the events that an entry may be about. */
export type RecordEvent = (typeof recordEvents)[number];

/**
 * One line of the record of an environment: docs/design.md "The record". These hold here:
 *
 * - Entries are only added: none is changed or removed.
 * - Equal entries are equal lines, so that adding one twice changes nothing.
 * - Whoever may push may write notes: what an entry claims is checked before it counts, and where a platform lists
 *   public keys only a signed line counts (docs/signed-record.md).
 */
export interface RecordEntry {
  /** ISO 8601, UTC, with milliseconds: lines sort by it. */
  readonly time: string;
  readonly event: RecordEvent;
  readonly operation?: OperationKind;
  readonly main?: string;
  readonly config?: string;
  /** The person who merged, approved, accepted, asked or held: a claim, but for `byForge`. */
  readonly by?: string;
  /** The forge vouches for `by`: it is the login of who merged or closed the request. */
  readonly byForge?: boolean;
  readonly reason?: string;
  readonly clusters?: { readonly total: number; readonly healthy: number };
  /** The clusters that were not healthy and that `maxUnavailable` left out of a verdict. */
  readonly leftOut?: readonly string[];
  /** The number of the request that was merged or rejected; undefined: nothing had to change. */
  readonly request?: number;
  /** The workflow id of the operation. */
  readonly workflow?: string;
  /** When the hold of `held` ends by itself, ISO 8601; undefined: when somebody resumes. */
  readonly until?: string;
  /** Config changes are held, too: of `held`, and of a rollback, which holds until somebody resumes. */
  readonly configHeld?: boolean;
  /** The commit of the revert by hand for which the lane is `held`. */
  readonly revert?: string;
}

/** An entry as it was read, with the commit of the environment's branch that it is a note of. */
export interface RecordedEntry extends RecordEntry {
  readonly commit: string;
  /**
   * How many hold lines (`held`, `resumed`) the record had with this one, by its signature; undefined: nobody vouches for
   * a number.
   */
  readonly holds?: number;
  /** Why nobody vouches for it, as part of a sentence such as `is not signed`: it counts for nothing. */
  readonly unproven?: string;
}

/** Tells whether a line is one of those that the lane alone writes, and that are counted. */
export function isHoldLine({ event }: Pick<RecordEntry, 'event'>): boolean {
  return event === 'held' || event === 'resumed';
}

/** Names the notes ref below `refs/notes/` of a GitOps branch, which is unique in its repository. */
export function recordName(gitopsBranch: string): string {
  return `fairlead/${branchKey(gitopsBranch)}`;
}
