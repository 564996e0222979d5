import type { OperationKind } from '../../operation/kind.ts';
import type { FleetStatus } from '../../operation/status.ts';
import type { GitopsTarget } from '../../platform/types.ts';

/** The clusters of an environment, as its policy at `config` lists them. */
export interface ReconcileOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  readonly main: string;
  readonly config: string;
}

export interface RolloutOrder extends ReconcileOrder {
  readonly operation: OperationKind;
  /** The merge commit, or the unchanged head. */
  readonly commit: string;
  /** ISO 8601; past it, what is pending has failed. */
  readonly deadline: string;
  /** From the merge to health; the soak until `soakEnds`; evidence from reconciliations begun since then. */
  readonly phase: 'rollout' | 'soak' | 'after soak';
  /** ISO 8601; of the soak and after it. */
  readonly soakEnds?: string;
  /** The last report, and how many there were: an answer comes when there is something new to say, ever less often. */
  readonly known?: { readonly digest: string; readonly at: string; readonly reports?: number };
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
    | 'reverted'
    /** Of a config change: the branch went back to an older config commit by another hand, or by a rollback. */
    | 'config reverted'
    /** The record of what nothing had to change for is void: with the config merged since, it renders differently. */
    | 'forgotten';
  readonly fleet: FleetStatus;
  readonly digest: string;
  readonly at: string;
  /** Every failed cluster failed at the right revision, and no config change was merged since: `onFailure: rollback` may act. */
  readonly mayRollBack: boolean;
  /** Of `overtaken` and the like: the main commit now deployed; of `config reverted`, the config commit. */
  readonly deployed?: string;
  /** Of `healthy`, where another config was merged since: the config that the clusters run, and a commit that has it. */
  readonly seen?: { readonly config: string; readonly commit: string };
}

export interface RolloutActivities {
  /** Best effort: Flux would get there by itself, later. */
  requestReconciliation(order: ReconcileOrder): Promise<void>;
  awaitRollout(order: RolloutOrder): Promise<RolloutReport>;
}
