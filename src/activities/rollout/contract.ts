import type { OperationKind } from '../../operation/kind.ts';
import type { FleetStatus } from '../../operation/status.ts';
import type { GitopsTarget } from '../../platform/types.ts';
import type { RolloutMemory } from './rollout-memory.ts';

/** The request that brought a deployment, as far as its forge is told of it. */
export interface RequestTold {
  readonly number: number;
  readonly url: string;
  readonly workflowId: string;
  /** The login of the person who merged it; undefined: Fairlead did. */
  readonly mergedBy?: string | undefined;
  readonly approval?:
    | { readonly by: string; readonly head: string; readonly removals?: boolean | undefined }
    | undefined;
}

/** The clusters of an environment, as its policy at `config` lists them. */
export interface ReconcileOrder {
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  readonly main: string;
  readonly config: string;
  /** The text by which Flux is asked, one for each round of asking; it is repeated when Flux is asked again. */
  readonly token: string;
}

/** Orders to ask Flux on the clusters of an environment. */
export interface NudgeOrder extends ReconcileOrder {
  /**
   * The phase that begins: after a soak every Kustomization is asked, because nothing has changed; before it, Flux is
   * asked to fetch.
   */
  readonly phase: RolloutOrder['phase'];
}

/** Orders a look at the clusters, for one deployment and one phase of its rollout. */
export interface RolloutOrder extends ReconcileOrder {
  readonly operation: OperationKind;
  /** The request that brought it; undefined: nothing had to change, or an older release orders it. */
  readonly request?: RequestTold | undefined;
  /** The commit of the environment's branch that is awaited: the merge, or the unchanged head. */
  readonly commit: string;
  /** The end of the time-out, ISO 8601: a cluster that is pending after it has failed. */
  readonly deadline: string;
  /**
   * `rollout`: from the merge until every cluster is healthy; `soak`: until `soakEnds`; `after soak`: until Flux has
   * reconciled once more since then.
   */
  readonly phase: 'rollout' | 'soak' | 'after soak';
  /** When the soak ends, ISO 8601; undefined in the phase `rollout`. */
  readonly soakEnds?: string;
  /** The clusters that the rollout goes on without since its last phase: nobody waits for them any more. */
  readonly leftOut?: readonly string[];
  /** The last report, and how many there were: progress is reported when something changed, and ever less often. */
  readonly known?: {
    readonly digest: string;
    readonly at: string;
    readonly reports?: number;
    readonly memory?: RolloutMemory;
  };
}

/** The findings of one look at the clusters. */
export interface RolloutReport {
  readonly kind:
    | 'progress'
    /** Every cluster is healthy, but for those that `fleet.leftOut` names. */
    | 'healthy'
    /** A cluster failed, or regressed in the soak, or did not get there by the deadline. */
    | 'failed'
    /** Nothing failed, but by the deadline not every cluster could be seen healthy. */
    | 'unknown'
    /** A newer main commit was merged to the branch. */
    | 'overtaken'
    /** The branch went back to an older main commit by another hand. */
    | 'reverted'
    /** A config change was taken back: the branch has an older config commit, by another hand or by a rollback. */
    | 'config reverted'
    /** The record of what nothing had to change for is void: with the config merged since, it renders differently. */
    | 'forgotten';
  readonly fleet: FleetStatus;
  /** Tells two reports apart that list other clusters; empty: nobody has looked at clusters. */
  readonly digest: string;
  /** When it was made, ISO 8601. */
  readonly at: string;
  /** What the next look needs to know, as far as it fits into the history. */
  readonly memory?: RolloutMemory;
  /**
   * Every failed cluster failed at the right revision, and no config change was merged since: `onFailure: rollback` may
   * act.
   */
  readonly mayRollBack: boolean;
  /** The main commit that is deployed now, of `overtaken` and `reverted`; the config commit, of `config reverted`. */
  readonly deployed?: string;
  /**
   * The config that the clusters run, and a commit that has it; of `healthy`, where another config was merged since.
   */
  readonly seen?: { readonly config: string; readonly commit: string };
}

/** Steps that have to do with clusters. */
export interface RolloutActivities {
  /** Asks Flux to reconcile now, as far as it may be asked: it would get there by itself, later. */
  requestReconciliation(order: NudgeOrder): Promise<void>;
  /** Looks at all clusters until there is something to report; fails benignly until then. */
  awaitRollout(order: RolloutOrder): Promise<RolloutReport>;
}
