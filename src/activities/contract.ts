import type { LaneRef, Revert } from '../lane/types.ts';
import type { OperationKind } from '../operation/kind.ts';
import type { Revision } from '../operation/status.ts';
import type { Environment, GitopsTarget } from '../platform/types.ts';
import type { RecordEntry } from '../record/entry.ts';
import type { LaneActivities, RollbackActivities } from './lane/contract.ts';
import type { RolloutActivities } from './rollout/contract.ts';

export interface CommitRef {
  readonly source: string;
  /** Full sha on main. */
  readonly commit: string;
}

export interface PlatformSnapshot {
  readonly name: string;
  readonly subject: string;
  readonly stages: readonly (readonly string[])[];
}

export interface EnvironmentRef {
  readonly source: string;
  readonly environment: string;
  /** The main commit whose fairlead.yaml counts; undefined: main's head. */
  readonly commit?: string;
}

/** An environment's policy at the head of its config branch: what the workflow decides by, and no more. */
export interface EnvironmentSnapshot
  extends Pick<Environment, 'gitops' | 'merge' | 'soakMs' | 'rolloutTimeoutMs' | 'onFailure' | 'whenNewer'> {
  /** Full sha at the head of the config branch. */
  readonly config: string;
}

export interface RenderOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /**
   * The main commit; of `configure`, the one that is about to be recorded as deployed instead of `over`, if any:
   * otherwise what is deployed is rendered.
   */
  readonly main?: string;
  readonly over?: string;
  readonly config: string;
  readonly operation: OperationKind;
  /** A rollback to a recorded pair may take config back, too. */
  readonly configMayGoBack?: boolean;
}

/** What a render stands on. */
export interface Rendered {
  /** The pair that was rendered. */
  readonly revision: Revision;
  /** Head of the environment's branch, and of its record, when it was rendered. */
  readonly base: string;
  readonly recordHead?: string;
  /** What was deployed there, by provenance or by a record that checks out. */
  readonly deployed?: Revision;
  readonly waiting: readonly string[];
  /** Notes that do not check out, in a sentence each; they were ignored. */
  readonly ignoredNotes: readonly string[];
}

export type RenderOutcome =
  | (Rendered & {
      readonly kind: 'changed';
      /** Built on `base`, pushed to `branch`. */
      readonly commit: string;
      readonly branch: string;
      /** The branch has no provenance yet and files of others would change: never merged automatically. */
      readonly takesOver: boolean;
      /** Files that a person edited in our folders, and that this overwrites. */
      readonly lostEdits: readonly string[];
    })
  /** The branch holds these manifests already, provenance aside. */
  | (Rendered & { readonly kind: 'unchanged'; readonly deployed: Revision })
  /** What is deployed is newer. */
  | { readonly kind: 'superseded'; readonly by: string }
  /** Of `configure`: no main commit is deployed here. */
  | { readonly kind: 'nothing promoted yet' }
  /** A newer config commit is deployed: the policy must be read again. */
  | { readonly kind: 'config overtaken'; readonly deployed: string }
  /** What is deployed is neither older nor newer: main was rewritten. */
  | { readonly kind: 'unrelated'; readonly deployed: string }
  /** Somebody else committed to our branch. */
  | { readonly kind: 'foreign push'; readonly branch: string; readonly by: string };

/** A commit that is to be merged to the environment's branch, and what it stands on. */
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

/** `merged`: somebody was faster. */
export type CloseOutcome =
  /** `branchStays`: why our branch could not be deleted. */
  | { readonly kind: 'closed'; readonly branchStays?: string }
  | { readonly kind: 'merged'; readonly commit: string; readonly by?: string };

/** Before a pair is recorded as deployed without a request. */
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

export interface RecordOrder {
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /** On the environment's branch; undefined: its head. */
  readonly commit?: string;
  readonly entry: RecordEntry;
}

export interface RecordOutcome {
  /** Why the entry's request does not have the label of its state, in a sentence; the entry stands all the same. */
  readonly unlabelled?: string;
}

export interface ClearOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /** The request branch that is ours now. */
  readonly keep: string;
  /** Comment on what is closed. */
  readonly comment: string;
}

/**
 * `in the way`: one that somebody else committed to, or whose workflow still runs, is left alone. `reason` is for
 * people: it names the request, whose it is and what to do.
 */
export type ClearOutcome = { readonly kind: 'clear' } | { readonly kind: 'in the way'; readonly reason: string };

export interface ConfigSnapshot {
  /** Head of the config branch: the commit itself, or newer. */
  readonly head: string;
  readonly subject: string;
}

/** Steps of an operation. Each may run twice; those named await… fail benignly until there is an answer. */
export interface Activities extends LaneActivities, RollbackActivities, RolloutActivities {
  readPlatform(ref: CommitRef): Promise<PlatformSnapshot>;
  /** Fails with `InvalidInput` where the commit is not on the environment's config branch (any more). */
  readConfig(ref: EnvironmentRef & { readonly config: string }): Promise<ConfigSnapshot>;
  readEnvironment(ref: EnvironmentRef): Promise<EnvironmentSnapshot>;
  renderEnvironment(order: RenderOrder): Promise<RenderOutcome>;
  /** Closes requests of ours that another promotion or rollback has left open to this branch. */
  clearRequests(order: ClearOrder): Promise<ClearOutcome>;
  openPullRequest(order: OpenOrder): Promise<OpenOutcome>;
  awaitMerge(order: MergeOrder): Promise<MergeOutcome>;
  /** Waits until every open request of ours to the branch carries the pair or something newer, or the reason is new. */
  awaitCarried(order: CarryOrder): Promise<CarryOutcome>;
  record(order: RecordOrder): Promise<RecordOutcome>;
  closePullRequest(order: CloseOrder): Promise<CloseOutcome>;
}
