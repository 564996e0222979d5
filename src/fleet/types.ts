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
  /** `status.history[0].totalReconciliations` with its status, where Flux (≥ 2.7) keeps it. */
  readonly attempts?: { readonly status: string; readonly total: number };
  /** When the latest finished reconciliation began, ISO 8601, as far as Flux tells. */
  readonly lastReconciliationBegan?: string;
  /** `status.lastHandledReconcileAt`: the last `requestedAt` annotation that Flux acted on. */
  readonly lastHandledReconcileAt?: string;
}

export interface Condition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
}

/** What one bounded look at one cluster gave. */
export type ClusterObservation =
  | { readonly kind: 'reached'; readonly kustomizations: readonly KustomizationEvidence[] }
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
}

export type ClusterState = 'healthy' | 'pending' | 'failed' | 'unknown';

/** The verdict on one cluster, for the status query, the UI and the request's closing comment. */
export interface ClusterVerdict {
  readonly state: ClusterState;
  /** One sentence: what is awaited, or what failed where, in Flux's own words. Empty when healthy. */
  readonly awaited: string;
}

/** Reads Flux's status, one cluster at a time; bounded by `timeoutMs`; never throws for a cluster's sake. */
export interface Fleet {
  observe(
    cluster: { readonly name: string; readonly context: string },
    source: { readonly repository: string; readonly branch: string },
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<ClusterObservation>;
  /** Asks Flux to fetch and reconcile now (annotation `reconcile.fluxcd.io/requestedAt`); best effort: false where not permitted. */
  requestReconciliation(
    cluster: { readonly name: string; readonly context: string },
    source: { readonly repository: string; readonly branch: string },
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<boolean>;
}
