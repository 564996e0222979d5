/** One Flux Kustomization as it was read from a cluster; only what the verdict needs. */
export interface KustomizationEvidence {
  readonly name: string;
  readonly namespace: string;
  /** `spec.path`, normalised: without leading `./` and trailing slash; '' is the root. */
  readonly path: string;
  readonly suspended: boolean;
  readonly generation: number;
  readonly observedGeneration: number;
  /** The commit ids in Flux's revisions; undefined where there is none that can be read. */
  readonly lastAppliedRevision?: string;
  readonly lastAttemptedRevision?: string;
  readonly ready?: Condition;
  readonly stalled?: Condition;
  /** True with `spec.wait`, or with `spec.healthChecks` that are not empty. */
  readonly healthChecked: boolean;
  /** `status.history`, newest first, five at most, where Flux (≥ 2.7) keeps it. */
  readonly history?: readonly ReconciliationRecord[];
  /** When the latest finished reconciliation began, ISO 8601, as far as `status.history` tells. */
  readonly lastReconciliationBegan?: string;
  /** `status.lastHandledReconcileAt`: the last `requestedAt` annotation that Flux acted on. */
  readonly lastHandledReconcileAt?: string;
  /** True where it is marked for deletion: what it applied may vanish at any moment. */
  readonly deleting?: boolean;
  /** What Flux is doing right now, from its condition `Reconciling`. */
  readonly progress?: string;
  /**
   * The trouble of its GitRepository (suspended, cannot be fetched), in one clause, for people who wait for a revision.
   */
  readonly sourceTrouble?: string;
}

/** Reconciliations of one set of manifests that ended in one way: an entry of `status.history`. */
export interface ReconciliationRecord {
  /** `ReconciliationSucceeded`, or the reason of the failure. */
  readonly status: string;
  /** How many reconciliations the entry stands for, not necessarily in a row. */
  readonly total: number;
  /** When the first and the last of them ended, ISO 8601, in whole seconds. */
  readonly first: string;
  readonly last: string;
  /** The commit id of the last of them. */
  readonly revision?: string;
}

/** A condition of a Flux object. */
export interface Condition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
  /** The generation of the spec that the condition speaks of. */
  readonly observedGeneration?: number;
}

/** What one look at one cluster gave. */
export type ClusterObservation =
  | {
      readonly kind: 'reached';
      readonly kustomizations: readonly KustomizationEvidence[];
      /**
       * The API that the cluster does not serve, such as `kustomizations.kustomize.toolkit.fluxcd.io/v1`: Flux is not
       * there.
       */
      readonly fluxMissing?: string;
      /** `url@branch` of some GitRepositories that are there, without credentials, where no Kustomization matched. */
      readonly otherSources?: readonly string[];
    }
  /** The API server did not answer in time or refused, or the context is missing: never green, never red. */
  | { readonly kind: 'unreachable'; readonly why: string };

/** What a cluster is judged by. */
export interface ClusterExpectation {
  /** The folder of the cluster's group in the GitOps repository. */
  readonly group: string;
  /** The folders of the leaves of that group, such as `west-us/apps/blue/shop`. */
  readonly leaves: readonly string[];
  /**
   * Answers whether a revision counts: the merge commit, or a descendant at which this main commit is still deployed.
   */
  readonly acceptable: (revision: string) => boolean;
  /** Set after the soak: evidence must come from a reconciliation begun at or after this time, ISO 8601. */
  readonly reconciledSince?: string;
  /** When the commit was merged, ISO 8601. Failures of unchanged manifests that Flux counted before do not count. */
  readonly mergedAt?: string;
  /** True when the time for the rollout is over: what is pending has failed. What is unreachable stays unknown. */
  readonly deadlinePassed?: boolean;
}

/** The state of a cluster; docs/fleet.md says what counts as each. */
export type ClusterState = 'healthy' | 'pending' | 'failed' | 'unknown';

/** The verdict on one cluster, for the status query, the UI and the request's closing comment. */
export interface ClusterVerdict {
  readonly state: ClusterState;
  /** One sentence that says what is awaited, or what failed where, in Flux's own words; empty when healthy. */
  readonly awaited: string;
  /**
   * True of a failed cluster where Flux attempted an acceptable revision and reported a failure of it: `onFailure:
   * rollback` needs that.
   */
  readonly failedAtRevision?: boolean;
}

/** A cluster, and how it is reached. */
export interface ClusterRef {
  readonly name: string;
  /** The kubeconfig context. */
  readonly context: string;
}

/** The branch that Flux follows. */
export interface GitopsSource {
  readonly repository: string;
  readonly branch: string;
}

/** The limits of one look at a cluster. */
export interface ObserveOptions {
  /** The time for the whole look at the cluster, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads Flux's status, one cluster at a time. These hold for every method:
 *
 * - It never throws for a cluster's sake, and takes `timeoutMs` at most.
 * - Where the caller's own `signal` is aborted, it throws the signal's reason.
 */
export interface Fleet {
  observe(cluster: ClusterRef, source: GitopsSource, options: ObserveOptions): Promise<ClusterObservation>;
  /**
   * Asks Flux to fetch and reconcile now (annotation `reconcile.fluxcd.io/requestedAt`). Answers whether everything
   * concerned was asked: a permission may be missing, or the cluster may not be reached.
   */
  requestReconciliation(cluster: ClusterRef, source: GitopsSource, options: ObserveOptions): Promise<boolean>;
}
