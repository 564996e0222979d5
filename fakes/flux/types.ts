/** What the stand-in for a fleet is asked to be. Times are milliseconds. */
export interface FleetOptions {
  readonly clusters: readonly ClusterOptions[];
  /** Sent as HTTP basic authentication to the GitOps repositories' own hosts, and nowhere else. */
  readonly gitToken?: string;
  readonly timings?: Partial<Timings>;
}

export interface ClusterOptions {
  /** Also the kubeconfig context, unless `context` is given. */
  readonly name: string;
  readonly context?: string;
  /** For the rule `demo.fairlead.dev/unhealthy-in`. */
  readonly environment: string;
  readonly gitops: { readonly url: string; readonly branch: string };
  /** Folders that the cluster applies, one Kustomization each, with health checks. */
  readonly paths: readonly (string | KustomizationOptions)[];
  /** False: a cluster without Flux; its API server knows nothing of GitRepositories and Kustomizations. */
  readonly flux?: boolean;
  /** What the kubeconfig's user may do; everything by default. */
  readonly permissions?: { readonly list?: boolean; readonly patch?: readonly string[] };
}

export interface KustomizationOptions {
  readonly name?: string;
  readonly path: string;
  /** Names of Kustomizations that must be ready first. */
  readonly dependsOn?: readonly string[];
  /** Check the health of what was applied; default true. */
  readonly wait?: boolean;
  readonly suspend?: boolean;
}

export interface Timings {
  /** Between two fetches of a GitRepository. */
  readonly pullMs: number;
  /** Between two reconciliations of a Kustomization that succeeds. */
  readonly intervalMs: number;
  /** Until a failed reconciliation is tried again. */
  readonly retryMs: number;
  /** Until one that waits for a dependency is, Flux's `--requeue-dependency`; default: as after a failure. */
  readonly dependencyMs?: number;
  /** How long applying takes. */
  readonly applyMs: number;
  /** How long it takes until what was applied is healthy. */
  readonly healthMs: number;
  /** How long what does not become healthy is waited for. */
  readonly healthTimeoutMs: number;
}

/** About what people see of a small, quick cluster. */
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
  /** Commit id; undefined until the first reconciliation has succeeded. */
  readonly revision?: string;
  readonly objects: readonly KubeObject[];
}

export interface StandInCluster {
  readonly name: string;
  readonly environment: string;
  readonly apiUrl: string;
  /** Cuts the API server off, or brings it back; Flux inside goes on. */
  setReachable(reachable: boolean): void;
  /** From the next reconciliation on, health checks fail, as when nodes are lost. */
  setHealthy(healthy: boolean): void;
  deployed(): readonly Deployed[];
  /** All objects of a kind, e.g. `Kustomization`. */
  objects(kind: string): readonly KubeObject[];
}

export interface RunningFleet {
  /** A file; its directory goes with `close`. */
  readonly kubeconfigPath: string;
  readonly kubeconfig: string;
  /** Throws for an unknown name. */
  cluster(name: string): StandInCluster;
  /** Ends all servers, timers and child processes, and removes all files. */
  close(): Promise<void>;
}
