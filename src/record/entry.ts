import type { OperationKind } from '../operation/kind.ts';
import { branchKey } from '../platform/branch-key.ts';

export const recordEvents = [
  /** An operation's request was merged, or nothing had to change: this pair is on the branch from now on. */
  'deployed',
  /** Healthy on every cluster through the soak. */
  'promoted',
  'configured',
  'rolled back',
  /** A person went on with named clusters unhealthy. */
  'accepted',
  /** It is on the branch, and nobody goes on with it: aborted, superseded or taken back before it was healthy. */
  'given up',
  /** A person said no to a request. */
  'rejected',
  'held',
  'resumed',
  /** Somebody was let in, or approved, in spite of a hold. */
  'overridden',
  /** The lane of the branch went over to another source repository, or to another name of the environment. */
  'moved',
] as const;
export type RecordEvent = (typeof recordEvents)[number];

/** One line of the record of an environment: DESIGN "The record". */
export interface RecordEntry {
  /** ISO 8601, UTC, with milliseconds: lines sort by it. */
  readonly time: string;
  readonly event: RecordEvent;
  readonly operation?: OperationKind;
  readonly main?: string;
  readonly config?: string;
  /** Who merged, approved, accepted, asked, held. */
  readonly by?: string;
  readonly reason?: string;
  readonly clusters?: { readonly total: number; readonly healthy: number };
  /** Number of the request that was merged or rejected; none: nothing had to change. */
  readonly request?: number;
  /** Workflow id. */
  readonly workflow?: string;
  /** Of `held`. */
  readonly until?: string;
  /** Of `held`, and of `rolled back`, which holds until somebody resumes. */
  readonly configHeld?: boolean;
  readonly revert?: string;
}

/** An entry, and the commit of the environment's branch that it is about. */
export interface RecordedEntry extends RecordEntry {
  readonly commit: string;
}

/** Name of the notes ref below `refs/notes/`: of a GitOps branch, which is unique in its repository. */
export function recordName(gitopsBranch: string): string {
  return `fairlead/${branchKey(gitopsBranch)}`;
}
