/** One Flux Kustomization as read from a cluster; only what the verdict needs. */
export interface KustomizationEvidence {
  readonly name: string;
  readonly namespace: string;
  /** `spec.path`, normalised: no leading `./`, no trailing slash; '' is the root. */
  readonly path: string;
  readonly suspended: boolean;
  readonly generation: number;
  readonly observedGeneration: number;
  /** Commit ids, extracted from Flux's revision forms; undefined where absent or unparsable. */
  readonly lastAppliedRevision?: string;
  readonly lastAttemptedRevision?: string;
  readonly ready?: Condition;
  readonly stalled?: Condition;
  /** `spec.wait`, or non-empty `spec.healthChecks`. */
  readonly healthChecked: boolean;
  /** `status.history`, newest first, where Flux (≥ 2.7) keeps it; at most five. */
  readonly history?: readonly ReconciliationRecord[];
  /** When the latest finished reconciliation began, ISO 8601, as far as Flux tells (`status.history`). */
  readonly lastReconciliationBegan?: string;
  /** `status.lastHandledReconcileAt`: the last `requestedAt` annotation that Flux acted on. */
  readonly lastHandledReconcileAt?: string;
  /** Marked for deletion: what it applied may vanish at any moment. */
  readonly deleting?: boolean;
  /** What Flux is doing right now, from its condition `Reconciling`. */
  readonly progress?: string;
  /** Trouble of its GitRepository (suspended, cannot be fetched), in one clause, for people who wait for a revision. */
  readonly sourceTrouble?: string;
}

/** Reconciliations of one set of manifests that ended in one way: an entry of `status.history`. */
export interface ReconciliationRecord {
  /** `ReconciliationSucceeded`, or the reason of the failure. */
  readonly status: string;
  /** How many reconciliations the entry stands for; not necessarily in a row. */
  readonly total: number;
  /** When the first and the last of them ended, ISO 8601, whole seconds. */
  readonly first: string;
  readonly last: string;
  /** Commit id of the last of them. */
  readonly revision?: string;
}

export interface Condition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
  /** The generation of the spec that the condition speaks of. */
  readonly observedGeneration?: number;
}

/** What one bounded look at one cluster gave. */
export type ClusterObservation =
  | {
      readonly kind: 'reached';
      readonly kustomizations: readonly KustomizationEvidence[];
      /** The API that the cluster does not serve, e.g. `kustomizations.kustomize.toolkit.fluxcd.io/v1`: no Flux there. */
      readonly fluxMissing?: string;
      /** Where no Kustomization matched: `url@branch` of some GitRepositories that are there, without credentials. */
      readonly otherSources?: readonly string[];
    }
  /** The API server did not answer in time, refused, or the context is missing; never green, never red. */
  | { readonly kind: 'unreachable'; readonly why: string };

export interface ClusterExpectation {
  /** Folder of the cluster's group in the GitOps repository. */
  readonly group: string;
  /** Folders of the leaves of that group, e.g. `west-us/apps/blue/shop`. */
  readonly leaves: readonly string[];
  /** True for the merge commit and those descendants at which this main commit is still deployed. */
  readonly acceptable: (revision: string) => boolean;
  /** After the soak: evidence must come from a reconciliation begun at or after this time, ISO 8601. */
  readonly reconciledSince?: string;
  /** When the commit was merged, ISO 8601: failures of unchanged manifests that Flux counted before do not count. */
  readonly mergedAt?: string;
  /** The time for the rollout is over: what is pending has failed. What is unreachable stays unknown. */
  readonly deadlinePassed?: boolean;
}

export type ClusterState = 'healthy' | 'pending' | 'failed' | 'unknown';

/** The verdict on one cluster, for the status query, the UI and the request's closing comment. */
export interface ClusterVerdict {
  readonly state: ClusterState;
  /** One sentence: what is awaited, or what failed where, in Flux's own words. Empty when healthy. */
  readonly awaited: string;
  /** Of a failed cluster: Flux attempted an acceptable revision and reported a failure of it; `onFailure: rollback` needs this. */
  readonly failedAtRevision?: boolean;
}

export interface ClusterRef {
  readonly name: string;
  /** kubeconfig context. */
  readonly context: string;
}

export interface GitopsSource {
  readonly repository: string;
  readonly branch: string;
}

export interface ObserveOptions {
  /** Milliseconds for the whole look at the cluster. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads Flux's status, one cluster at a time; bounded by `timeoutMs`; never throws for a cluster's sake.
 * Where the caller's own `signal` is aborted, it throws the signal's reason.
 */
export interface Fleet {
  observe(cluster: ClusterRef, source: GitopsSource, options: ObserveOptions): Promise<ClusterObservation>;
  /**
   * Asks Flux to fetch and reconcile now (annotation `reconcile.fluxcd.io/requestedAt`); best effort: false where
   * something concerned could not be asked, for want of permission or because the cluster is not reached.
   */
  requestReconciliation(cluster: ClusterRef, source: GitopsSource, options: ObserveOptions): Promise<boolean>;
}
