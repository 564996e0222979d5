import type { GitopsTarget, MergePolicy, OnFailure } from '../platform/types.ts';
import type { FleetStatus, Revision } from '../promotion/status.ts';

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

export interface EnvironmentRef extends CommitRef {
  readonly environment: string;
}

/** An environment's policy at the head of its config branch: what the workflow decides by, and no more. */
export interface EnvironmentSnapshot {
  readonly config: string;
  readonly gitops: GitopsTarget;
  readonly merge: MergePolicy;
  readonly soakMs: number;
  readonly rolloutTimeoutMs: number;
  readonly onFailure: OnFailure;
}

export type Errand = 'promote' | 'rollback';

export interface RenderOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  readonly main: string;
  readonly config: string;
  readonly errand: Errand;
}

export type RenderOutcome =
  | {
      readonly kind: 'changed';
      /** Built on `base`, pushed to `branch`. */
      readonly commit: string;
      readonly branch: string;
      readonly base: string;
      readonly deployed?: Revision;
      /** The branch has no provenance yet and files of others would change: never merged automatically. */
      readonly takesOver: boolean;
      readonly waiting: readonly string[];
      /** Files that a person edited in our folders, and that this overwrites. */
      readonly lostEdits: readonly string[];
    }
  | {
      readonly kind: 'unchanged';
      readonly head: string;
      readonly deployed: Revision;
      readonly waiting: readonly string[];
    }
  /** What is deployed is newer. */
  | { readonly kind: 'superseded'; readonly by: string }
  /** What is deployed is neither older nor newer: main was rewritten. */
  | { readonly kind: 'unrelated'; readonly deployed: string }
  /** Somebody else committed to our branch. */
  | { readonly kind: 'foreign push'; readonly branch: string; readonly by: string };

export interface OpenOrder extends RenderOrder {
  readonly commit: string;
  readonly branch: string;
  readonly base: string;
  readonly deployed?: Revision;
  readonly waiting: readonly string[];
  readonly lostEdits?: readonly string[];
  /** Who asked for a rollback, and why. */
  readonly asked?: { readonly by: string; readonly reason: string };
  /** Workflow id, for a line at the foot of the request. */
  readonly workflowId: string;
}

export interface OpenedRequest {
  readonly number: number;
  readonly url: string;
}

export interface MergeOrder {
  readonly gitops: GitopsTarget;
  readonly number: number;
  readonly branch: string;
  readonly commit: string;
  readonly base: string;
  /** Merge it as soon as the forge allows, or only watch. */
  readonly merge: boolean;
}

export type MergeOutcome =
  | { readonly kind: 'merged'; readonly commit: string; readonly by?: string }
  /** Merged, but our folders are not what we rendered. */
  | { readonly kind: 'merged otherwise'; readonly commit: string; readonly by?: string; readonly difference: string }
  | { readonly kind: 'closed'; readonly by?: string }
  /** The environment's branch moved: render again. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'foreign push'; readonly branch: string; readonly by: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface CloseOrder {
  readonly gitops: GitopsTarget;
  /** Where it is not known, whether the request was opened: the open one with our head and base, if there is one. */
  readonly number?: number;
  readonly branch: string;
  readonly commit: string;
  readonly comment: string;
}

/** `merged`: somebody was faster. */
export type CloseOutcome =
  /** `branchStays`: why our branch could not be deleted. */
  | { readonly kind: 'closed'; readonly branchStays?: string }
  | { readonly kind: 'merged'; readonly commit: string; readonly by?: string };

/** The clusters of an environment, as its policy at `config` lists them. */
export interface ReconcileOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  readonly main: string;
  readonly config: string;
}

export interface RolloutOrder extends ReconcileOrder {
  /** The merge commit, or the unchanged head. */
  readonly commit: string;
  /** ISO 8601; past it, what is pending has failed. */
  readonly deadline: string;
  /** From the merge to health; the soak until `soakEnds`; evidence from reconciliations begun since then. */
  readonly phase: 'rollout' | 'soak' | 'after soak';
  /** ISO 8601; of the soak and after it. */
  readonly soakEnds?: string;
  /** The last report: an answer comes when there is something new to say, and not too often. */
  readonly known?: { readonly digest: string; readonly at: string };
}

export interface RolloutReport {
  readonly kind:
    | 'progress'
    | 'healthy'
    /** A cluster failed, or regressed in the soak, or did not get there by the deadline. */
    | 'failed'
    /** Nothing failed, but by the deadline not every cluster could be seen healthy. */
    | 'unknown'
    /** A newer main commit was merged to the branch. */
    | 'overtaken'
    /** The branch went back to an older main commit by another hand. */
    | 'reverted';
  readonly fleet: FleetStatus;
  readonly digest: string;
  readonly at: string;
  /** Every failed cluster failed at the right revision, and no config change was merged since: `onFailure: rollback` may act. */
  readonly mayRollBack: boolean;
  /** Of `overtaken` and `reverted`: the main commit now deployed. */
  readonly deployed?: string;
}

/** Steps of a promotion. Each may run twice; those named await… fail benignly until there is an answer. */
export interface Activities {
  readPlatform(ref: CommitRef): Promise<PlatformSnapshot>;
  readEnvironment(ref: EnvironmentRef): Promise<EnvironmentSnapshot>;
  renderEnvironment(order: RenderOrder): Promise<RenderOutcome>;
  openPullRequest(order: OpenOrder): Promise<OpenedRequest>;
  awaitMerge(order: MergeOrder): Promise<MergeOutcome>;
  closePullRequest(order: CloseOrder): Promise<CloseOutcome>;
  /** Best effort: Flux would get there by itself, later. */
  requestReconciliation(order: ReconcileOrder): Promise<void>;
  awaitRollout(order: RolloutOrder): Promise<RolloutReport>;
}
