import type { CoveragePolicy } from '../platform/types.ts';
import type { Condition } from './condition.ts';
import type { Leaf, SpecChanges } from './coverage/identity.ts';
import type { ReachedFolders } from './coverage/reach.ts';
import type { ObservedReleases } from './helm/types.ts';
import type { LookTurn } from './turns.ts';

/** One Flux Kustomization as it was read from a cluster; only what the verdict needs. */
export interface KustomizationEvidence {
  readonly name: string;
  readonly namespace: string;
  /** `spec.path`, normalised: without leading `./` and trailing slash; '' is the root. */
  readonly path: string;
  readonly suspended: boolean;
  /** Who suspended it and why, where an annotation says so. */
  readonly suspension?: string;
  readonly generation: number;
  readonly observedGeneration: number;
  /** The commit ids in Flux's revisions; undefined where there is none that can be read. */
  readonly lastAppliedRevision?: string;
  readonly lastAttemptedRevision?: string;
  readonly ready?: Condition;
  readonly stalled?: Condition;
  /** After how many milliseconds Flux tries again: `spec.retryInterval`, else `spec.interval`. */
  readonly retryMs?: number;
  /**
   * Whose health Flux checks: `all` with `spec.wait`, else the inventory ids of `spec.healthChecks`; undefined: nothing's.
   */
  readonly healthChecks?: 'all' | ReadonlySet<string>;
  /** True with `spec.kubeConfig`: it applies to another cluster. */
  readonly remote?: boolean;
  /** The kinds, `group/Kind`, whose health its own `spec.healthCheckExprs` define. */
  readonly healthExpressions?: ReadonlySet<string>;
  /** What its own spec makes of the manifests. */
  readonly changes?: SpecChanges;
  /** The ids in `status.inventory`: what the latest attempt applied. Undefined where there is no inventory. */
  readonly inventory?: ReadonlySet<string>;
  /** `status.history`, newest first, five at most, where Flux (≥ 2.7) keeps it. */
  readonly history?: readonly ReconciliationRecord[];
  /** When the latest finished reconciliation began, ISO 8601, as far as `status.history` tells. */
  readonly lastReconciliationBegan?: string;
  /** `status.lastHandledReconcileAt`: the last `requestedAt` annotation that Flux acted on. */
  readonly lastHandledReconcileAt?: string;
  /** The `requestedAt` annotations of itself and of its source: by which text each was asked last. */
  readonly requestedAt?: string;
  readonly sourceRequestedAt?: string;
  /** True where it is marked for deletion: what it applied may vanish at any moment. */
  readonly deleting?: boolean;
  /** What Flux is doing right now, from its condition `Reconciling`. */
  readonly progress?: string;
  /**
   * The trouble of its source (suspended, cannot be fetched), in one clause, for people who wait for a revision.
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

/** A Kustomization of another source, and the ids of its inventory. */
export type OtherApplier = Pick<KustomizationEvidence, 'name' | 'namespace'> & {
  readonly inventory: ReadonlySet<string>;
  /** Of one whose source is no GitRepository: that nobody can tell which commit it applies, a clause that names the source. */
  readonly untold?: string;
};

/** What one look at one cluster gave. */
export type ClusterObservation =
  | {
      readonly kind: 'reached';
      readonly kustomizations: readonly KustomizationEvidence[];
      /** What Kustomizations of other sources have applied. */
      readonly others?: readonly OtherApplier[];
      /** The HelmReleases that Kustomizations of this branch have applied; undefined: there are none. */
      readonly helm?: ObservedReleases;
      /** What the API server calls the time at the end of the look, milliseconds since 1970, to a second. */
      readonly apiTime?: number | undefined;
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

/** What is remembered between two looks of a Kustomization that failed at an acceptable revision. */
export interface RememberedFailures {
  /** The revision at which it failed. */
  readonly revision: string;
  /** The generation of the spec with which it failed. What an older spec did says nothing of the present one. */
  readonly generation: number;
  /** How many failures Flux had counted of these manifests before the first look at this spec; they do not count. */
  readonly before: number;
  /** When a failure that repeats was first seen, milliseconds since 1970; undefined: the last one seen does not repeat. */
  readonly since?: number;
  /** What Flux said when it could not delete an object. */
  readonly undeleted?: string;
}

/** What is remembered of a cluster's failed Kustomizations, by `namespace/name`. */
export type FailureMemory = Readonly<Record<string, RememberedFailures>>;

/** What a cluster is judged by. */
export interface ClusterExpectation {
  /** The folder of the cluster's group in the GitOps repository. */
  readonly group: string;
  /** The leaves of that group. */
  readonly leaves: readonly Leaf[];
  /** True where the last leaf of the group was taken out: what applies its folder must get there once more. */
  readonly removed?: boolean;
  /** What shows that Flux applies a leaf. */
  readonly coverage: CoveragePolicy;
  /** Answers the folders that a Kustomization with this path applies manifests from. */
  readonly reach: (path: string) => ReachedFolders;
  /**
   * Answers whether a revision counts: the merge commit, or a descendant at which this main commit is still deployed.
   */
  readonly acceptable: (revision: string) => boolean;
  /**
   * Set after the soak: evidence must come from a reconciliation that was asked for by this token, or begun at or after
   * this time, ISO 8601.
   */
  readonly reconciledSince?: { readonly time: string; readonly token?: string };
  /** The time of the look, milliseconds since 1970. */
  readonly now: number;
  /** What the last look found of the Kustomizations that failed, by `namespace/name`. */
  readonly remembered?: FailureMemory;
  /** The workloads that were looked at and have not failed, as Flux names them: `HelmRelease/shop/web`. */
  readonly sound?: ReadonlySet<string>;
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
  /** What the next look at the cluster needs to know; undefined: nothing failed. */
  readonly remembered?: FailureMemory;
  /** What is wrong on the cluster and no reason to wait, in sentences. */
  readonly warnings?: readonly string[];
  /** True of a healthy cluster where Flux does not wait for every object, or where that is not known. */
  readonly notAwaited?: boolean;
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

/** A request to Flux to look now. */
export interface ReconciliationRequest extends ObserveOptions {
  /** The text by which Flux is asked; what Flux says that it handled is compared with it as text. */
  readonly token: string;
  /**
   * `fetch`: to fetch the branch. What it brings is reconciled by itself, so that one annotation is enough; only
   * Kustomizations that are not ready are asked, too, because they may wait for their next try. `reconcile`: to reconcile
   * every Kustomization, because nothing has changed and Flux would not look by itself.
   */
  readonly ask: 'fetch' | 'reconcile';
}

/** What a cluster says of the permission to ask its Flux to look: the rules that its ClusterRole lacks. */
export type AskedAccess =
  | { readonly kind: 'asked'; readonly lacking: readonly string[] }
  | { readonly kind: 'unreachable'; readonly why: string };

/** Asks clusters what the kubeconfig's user may do there. It throws and is bounded as `Fleet` is. */
export interface AskingAccess {
  askAccess(cluster: ClusterRef, options: ObserveOptions): Promise<AskedAccess>;
}

/** The limits of one look at a cluster. */
export interface ObserveOptions {
  /** The time for the whole look at the cluster, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The turn in which this look is made; it is left to others while the cluster is silent. */
  readonly turn?: LookTurn;
}

/**
 * Reads Flux's status, one cluster at a time. These hold for every method:
 *
 * - It never throws for a cluster's sake, and takes `timeoutMs` at most. A cluster that did not answer the last time may
 *   get less.
 * - Where the caller's own `signal` is aborted, it throws the signal's reason.
 */
export interface Fleet {
  observe(cluster: ClusterRef, source: GitopsSource, options: ObserveOptions): Promise<ClusterObservation>;
  /**
   * Asks Flux to look now (annotation `reconcile.fluxcd.io/requestedAt`). Answers whether everything concerned was asked:
   * a permission may be missing, or the cluster may not be reached. It may be asked again.
   */
  requestReconciliation(cluster: ClusterRef, source: GitopsSource, request: ReconciliationRequest): Promise<boolean>;
}
