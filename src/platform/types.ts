/** How a pull request of an environment comes to be merged; see DESIGN "fairlead.yaml". */
export type MergePolicy = 'auto' | 'approval' | 'manual';

/** What happens when a rollout fails: wait for a person, or go back on positive evidence of failure. */
export type OnFailure = 'wait' | 'rollback';

/** `fairlead.yaml` of kind Platform, at the root of main. */
export interface Platform {
  readonly name: string;
  /** A URL by which kustomizations refer to this repository, where it differs from the one it is fetched from. */
  readonly sourceRepository?: string;
  /** Default GitOps repository of every environment. */
  readonly gitopsRepository?: string;
  /** Environments in order; those of one stage run side by side. */
  readonly stages: readonly (readonly string[])[];
}

export interface GitopsTarget {
  readonly repository: string;
  readonly branch: string;
}

export interface Cluster {
  readonly name: string;
  readonly group: string;
  /** kubeconfig context. */
  readonly context: string;
}

/** `fairlead.yaml` of kind Environment, at the root of a config branch, defaults filled in. */
export interface Environment {
  readonly name: string;
  readonly gitops: GitopsTarget;
  readonly merge: MergePolicy;
  readonly soakMs: number;
  readonly rolloutTimeoutMs: number;
  readonly onFailure: OnFailure;
  readonly clusters: readonly Cluster[];
  /** `clusters: none`: nothing of this environment is verified. */
  readonly clustersWaived: boolean;
  /** Rendered groups that are known to have no cluster. */
  readonly withoutClusters: readonly string[];
}
