import type { LaneRef, Revert } from '../../lane/types.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { Revision } from '../../operation/status.ts';
import type { GitopsTarget } from '../../platform/types.ts';

export interface Proposal {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  readonly operation: OperationKind;
  readonly revision: Revision;
  readonly commit: string;
  readonly branch: string;
  readonly base: string;
  readonly recordHead?: string;
  readonly configMayGoBack?: boolean;
}

export interface OpenOrder extends Proposal {
  readonly deployed?: Revision;
  readonly waiting: readonly string[];
  readonly lostEdits?: readonly string[];
  /** Notes of the record that were ignored. */
  readonly ignoredNotes?: readonly string[];
  /** Who asked for a rollback, and why. */
  readonly requester?: { readonly by: string; readonly reason: string };
  /** Workflow id, for a line at the foot of the request. */
  readonly workflowId: string;
}

export type OpenOutcome =
  | { readonly kind: 'open'; readonly number: number; readonly url: string }
  /** Our branch or what is deployed moved: render again. The request may be open all the same. */
  | { readonly kind: 'stale' };

export interface MergeOrder extends Proposal {
  readonly number: number;
  /** Commits of reverts by hand over which it may be merged: the lane has answered them. */
  readonly answeredReverts: readonly string[];
  /** Merge it as soon as the forge allows, or only watch. */
  readonly merge: boolean;
  /** It was to be merged a while ago, and is not any more: it leaves a merge queue. */
  readonly mayBeQueued?: boolean;
}

export type MergeOutcome =
  /** `overtaken`: what was deployed had moved by the record before the merge took it back: render again. */
  | { readonly kind: 'merged'; readonly commit: string; readonly by?: string; readonly overtaken?: true }
  /** Merged, but our folders are not what we rendered. */
  | { readonly kind: 'merged otherwise'; readonly commit: string; readonly by?: string; readonly difference: string }
  | { readonly kind: 'closed'; readonly by?: string }
  /** The environment's branch or its deployed commit moved: render again. */
  | { readonly kind: 'stale' }
  /** Not merged yet: the lane must hear of it first. */
  | { readonly kind: 'reverted'; readonly revert: Revert }
  | { readonly kind: 'foreign push'; readonly branch: string; readonly by: string }
  /** Somebody gave it another base on the forge. */
  | { readonly kind: 'retargeted'; readonly base: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface CloseOrder {
  readonly gitops: GitopsTarget;
  /** Where it is not known, whether the request was opened: the open one with our head and base, if there is one. */
  readonly number?: number;
  readonly branch: string;
  readonly commit: string;
  readonly comment: string;
  /** Who took the turn: the comment links its commit and its workflow. */
  readonly successor?: LaneRef & { readonly source: string };
}

export type CloseOutcome =
  /** `branchStays`: why our branch could not be deleted. */
  | { readonly kind: 'closed'; readonly branchStays?: string }
  | { readonly kind: 'merged'; readonly commit: string; readonly by?: string };

export interface CarryOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /** The pair that is about to be recorded. */
  readonly revision: Revision;
  /** What was deployed until now, and the head of the branch that it was found at. */
  readonly over: Revision;
  readonly base: string;
  /** What was waited for at the last answer. */
  readonly waitingFor?: string;
}

export type CarryOutcome =
  | { readonly kind: 'carried' }
  /** The branch or its deployed commit moved, render again. */
  | { readonly kind: 'stale' }
  /** `reason`, for people, is not what was waited for before: names each request, whose it is and what to do. */
  | { readonly kind: 'waiting'; readonly reason: string };

export interface ClearOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /** The request branch that is ours now. */
  readonly keep: string;
  /** Comment on what is closed. */
  readonly comment: string;
}

export type ClearOutcome = { readonly kind: 'clear' } | { readonly kind: 'in the way'; readonly reason: string };

/** Steps on the pull requests of an environment. */
export interface PullRequestActivities {
  clearRequests(order: ClearOrder): Promise<ClearOutcome>;
  openPullRequest(order: OpenOrder): Promise<OpenOutcome>;
  awaitMerge(order: MergeOrder): Promise<MergeOutcome>;
  awaitCarried(order: CarryOrder): Promise<CarryOutcome>;
  closePullRequest(order: CloseOrder): Promise<CloseOutcome>;
}
