import type { LaneRef, Revert } from '../../lane/types.ts';
import type { GuardedRemovals } from '../../operation/guard/removals.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { Revision } from '../../operation/status.ts';
import type { WaitingStep } from '../../operation/trouble/step-trouble.ts';
import type { GitopsTarget, MergePolicy } from '../../platform/types.ts';

/** A rendered pair, the commit that a request proposes, and what it was rendered on. */
export interface Proposal {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  readonly operation: OperationKind;
  readonly revision: Revision;
  /** The commit that was rendered, the head of the request. */
  readonly commit: string;
  /** The head branch of the request. */
  readonly branch: string;
  /** The head of the environment's branch when it was rendered. */
  readonly base: string;
  /** The head of the record when it was rendered; undefined: there was no record. */
  readonly recordHead?: string;
  /** A rollback to a recorded pair may take config back. */
  readonly configMayGoBack?: boolean;
}

/** Orders a request to be opened or brought up to date, with all that its text says. */
export interface OpenOrder extends Proposal {
  /** The render made our branch, so that nothing was merged from it before; undefined: that is not known. */
  readonly isNewBranch?: true | undefined;
  /** The pair that is deployed now; undefined: none is. */
  readonly deployed?: Revision;
  /** Waiting assignments, as `group/path`. */
  readonly waiting: readonly string[];
  /** Files that a person edited by hand, and that the request overwrites. */
  readonly lostEdits?: readonly string[];
  /** What others pushed to our branch under our name, and was overwritten, in a sentence each. */
  readonly overwritten?: readonly string[];
  /** Entries of the record that do not check out and were ignored, and warnings of the render, in a sentence each. */
  readonly ignoredNotes?: readonly string[];
  /** What it removes that the environment's guard names. */
  readonly removals?: GuardedRemovals;
  /** The policy in force; undefined: an older release orders it. */
  readonly merge?: MergePolicy;
  /** The reference of the operation that `fairlead approve` takes; undefined: an older release orders it. */
  readonly reference?: string;
  /** Who asked for a rollback, and why. */
  readonly requester?: { readonly by: string; readonly reason: string };
  /** Why nobody may merge it now, for people; undefined: nothing is in the way. */
  readonly blocked?: string | undefined;
  /** The workflow id that the foot of the request names. */
  readonly workflowId: string;
}

/** Says whether the request is open with what was rendered. */
export type OpenOutcome =
  | { readonly kind: 'open'; readonly number: number; readonly url: string }
  /** Our branch or what is deployed has moved, so it must be rendered again. The request may be open all the same. */
  | { readonly kind: 'stale' };

/** Orders a look at a request, and says whether it may be merged. */
export interface MergeOrder extends Proposal {
  readonly number: number;
  /** The id of the operation's entry in the lane; undefined: it has none. */
  readonly entry?: string;
  /** The commits of reverts by hand in spite of which it may be merged: the lane has answered them. */
  readonly answeredReverts: readonly string[];
  /** True: it is merged as soon as the forge allows; false: a person merges it, and this only watches. */
  readonly merge: boolean;
  /**
   * Since when it is to be merged, ISO 8601: what a merge queue throws out after that needs a person. Undefined: it is not to be
   * merged, or an older release orders it.
   */
  readonly wantedSince?: string | undefined;
  /** What the workflow was told last that it waits for. */
  readonly awaited?: WaitingStep | undefined;
  /** Why nobody may merge it now, for people, as far as the operation knows; undefined: nothing is in the way. */
  readonly blocked?: string | undefined;
  /** Something was in the way at this head before, or may have been. */
  readonly wasBlocked?: true | undefined;
  /** It was to be merged before and is not any more: it leaves a merge queue. */
  readonly mayBeQueued?: boolean;
}

/** Says what has become of a request. */
export type MergeOutcome =
  /** It was merged. `overtaken`: what was deployed had moved by the record before, so it must be rendered again. */
  | { readonly kind: 'merged'; readonly commit: string; readonly by?: string; readonly overtaken?: true }
  /** It was merged, but the folders that Fairlead renders are not what was rendered. */
  | { readonly kind: 'merged otherwise'; readonly commit: string; readonly by?: string; readonly difference: string }
  /** Somebody closed it without a merge. */
  | { readonly kind: 'closed'; readonly by?: string }
  /** The environment's branch or what is deployed has moved: it must be rendered again. */
  | { readonly kind: 'stale' }
  /** It is not merged yet, because the lane must be told of a revert by hand first. */
  | { readonly kind: 'reverted'; readonly revert: Revert }
  /** Somebody else committed to our branch. */
  | { readonly kind: 'foreign push'; readonly branch: string; readonly by: string }
  /** Somebody gave it another base on the forge. */
  | { readonly kind: 'retargeted'; readonly base: string }
  /** The forge refuses to merge it. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Orders a request to be closed, with the reason as a comment. */
export interface CloseOrder {
  /** The source and the environment whose request it is; undefined: an older release orders it. */
  readonly source?: string;
  readonly environment?: string;
  readonly gitops: GitopsTarget;
  /** The number of the request; undefined: the open one with our head and base is meant, if there is one. */
  readonly number?: number;
  readonly branch: string;
  readonly commit: string;
  readonly comment: string;
  /** The operation that took the turn: the comment links its commit and its workflow. */
  readonly successor?: LaneRef & { readonly source: string };
}

/** Says whether the request was closed, or merged before. */
export type CloseOutcome =
  /** It is closed, or was never open. `branchStays`: why our branch could not be deleted. */
  | {
      readonly kind: 'closed';
      readonly branchStays?: string;
      /** That it is closed does not stand at the main commit yet, and is lost if its worker dies. */
      readonly untold?: true;
    }
  /** Somebody merged it before it could be closed. */
  | { readonly kind: 'merged'; readonly commit: string; readonly by?: string };

/** Orders a look at the open requests before a pair is recorded as deployed without a request. */
export interface CarryOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /** The pair that is about to be recorded. */
  readonly revision: Revision;
  /** The pair that was deployed until now. */
  readonly over: Revision;
  /** The head of the environment's branch at which that was found. */
  readonly base: string;
  /** The reason of the last answer `waiting`. */
  readonly waitingFor?: string;
}

/** Says whether the open requests were rendered with the pair that is about to be recorded. */
export type CarryOutcome =
  /** Every open request was rendered with the pair, or with a newer one. */
  | { readonly kind: 'carried' }
  /** The environment's branch or what is deployed has moved: it must be rendered again. */
  | { readonly kind: 'stale' }
  /** It waits for something else than before. `reason` names each request, whose it is and what to do, for people. */
  | { readonly kind: 'waiting'; readonly reason: string };

/** Orders the requests of operations that do not run any more to be closed. */
export interface ClearOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /** The request branch of the operation that asks: its request stays open. */
  readonly keep: string;
  /** The comment on each request that is closed. */
  readonly comment: string;
}

/** Says whether the others' requests are closed. `reason`: what is in the way, and what to do, for people. */
export type ClearOutcome = { readonly kind: 'clear' } | { readonly kind: 'in the way'; readonly reason: string };

/** Steps on the pull requests of an environment. */
export interface PullRequestActivities {
  /** Closes what promotions and rollbacks that do not run any more left open. */
  clearRequests(order: ClearOrder): Promise<ClearOutcome>;
  /** Opens the request, or brings the open one up to date. */
  openPullRequest(order: OpenOrder): Promise<OpenOutcome>;
  /** Waits until the request is merged, closed, stale or cannot go on; merges it where the order allows it. */
  awaitMerge(order: MergeOrder): Promise<MergeOutcome>;
  /** Waits until every open request was rendered with the pair that is about to be recorded. */
  awaitCarried(order: CarryOrder): Promise<CarryOutcome>;
  /** Closes our own request and deletes its branch, unless somebody merged it first. */
  closePullRequest(order: CloseOrder): Promise<CloseOutcome>;
}
