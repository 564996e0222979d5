/** The fleet that the stand-in plays. Times are in milliseconds. */
export interface FleetOptions {
  readonly clusters: readonly ClusterOptions[];
  /** The token that is sent as HTTP basic authentication to the GitOps repositories' own hosts, and nowhere else. */
  readonly gitToken?: string;
  readonly timings?: Partial<Timings>;
}

export interface ClusterOptions {
  /** The cluster's name; also the kubeconfig context, unless `context` is given. */
  readonly name: string;
  readonly context?: string;
  /** The environment's name, for the annotation `demo.fairlead.dev/unhealthy-in`. */
  readonly environment: string;
  readonly gitops: { readonly url: string; readonly branch: string };
  /** The folders that the cluster applies, one Kustomization each, with health checks. */
  readonly paths: readonly (string | KustomizationOptions)[];
  /** Says whether the cluster has Flux; without it the API server knows no GitRepositories and Kustomizations. */
  readonly flux?: boolean;
  /** What the kubeconfig's user may do. Default: everything. */
  readonly permissions?: {
    readonly list?: boolean;
    /** Kinds, in the plural, that may not be listed all the same. */
    readonly unlisted?: readonly string[];
    readonly patch?: readonly string[];
  };
}

export interface KustomizationOptions {
  readonly name?: string;
  readonly path: string;
  /** The names of Kustomizations that must be ready first. */
  readonly dependsOn?: readonly string[];
  /** Says whether the health of what was applied is checked. Default: true. */
  readonly wait?: boolean;
  readonly suspend?: boolean;
}

export interface Timings {
  /** The time between two fetches of a GitRepository. */
  readonly pullMs: number;
  /** The time between two reconciliations of a Kustomization that succeeds. */
  readonly intervalMs: number;
  /** The time until a failed reconciliation is tried again. */
  readonly retryMs: number;
  /**
   * The time until one that waits for a dependency is tried again: Flux's `--requeue-dependency`. Default: `retryMs`.
   */
  readonly dependencyMs?: number;
  /** The time that applying takes. */
  readonly applyMs: number;
  /** The time until what was applied is healthy. */
  readonly healthMs: number;
  /** The time for which what does not become healthy is waited for. */
  readonly healthTimeoutMs: number;
}

/** Times about as people see them of a small, quick cluster. */
export const defaultTimings: Timings = {
  pullMs: 2000,
  intervalMs: 5000,
  retryMs: 1500,
  applyMs: 600,
  healthMs: 900,
  healthTimeoutMs: 2000,
};

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly generation?: number;
  readonly deletionTimestamp?: string;
  readonly [field: string]: unknown;
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** What one Kustomization has applied on a cluster. */
export interface Deployed {
  readonly kustomization: string;
  readonly path: string;
  /** The commit; undefined until the first reconciliation has succeeded. */
  readonly revision?: string;
  readonly objects: readonly KubeObject[];
}

export interface StandInCluster {
  readonly name: string;
  readonly environment: string;
  readonly apiUrl: string;
  /** Cuts the API server off, or brings it back; Flux inside goes on. */
  setReachable(reachable: boolean): void;
  /** Lets health checks fail from the next reconciliation on, as when nodes are lost. */
  setHealthy(healthy: boolean): void;
  deployed(): readonly Deployed[];
  /** Answers all objects of a kind, such as `Kustomization`. */
  objects(kind: string): readonly KubeObject[];
}

export interface RunningFleet {
  /** The path of the kubeconfig; `close` removes it with its directory. */
  readonly kubeconfigPath: string;
  readonly kubeconfig: string;
  /** Answers one cluster. Throws for an unknown name. */
  cluster(name: string): StandInCluster;
  /** Ends all servers, timers and child processes, and removes all files. */
  close(): Promise<void>;
}
