import type { Condition } from '../condition.ts';

/** One Flux HelmRelease as it was read from a cluster; only what the verdict needs. */
export interface HelmReleaseEvidence {
  readonly name: string;
  readonly namespace: string;
  readonly generation: number;
  /** The latest generation that became ready or stalled; 0 or less: none has. */
  readonly observedGeneration: number;
  readonly suspended: boolean;
  /** Who suspended it and why, where an annotation says so. */
  readonly suspension?: string | undefined;
  readonly deleting?: boolean;
  readonly ready?: Condition | undefined;
  readonly stalled?: Condition | undefined;
  /** What helm-controller is doing right now, from its condition `Reconciling`. */
  readonly progress?: string | undefined;
  /** How many attempts at the present configuration failed. */
  readonly failures: number;
  /** The field by which its latest action did not wait for workloads, such as `spec.upgrade.disableWait`. */
  readonly waitsNot?: string | undefined;
  /** The kinds, `group/Kind`, whose health its own `spec.healthCheckExprs` define. */
  readonly healthExpressions?: ReadonlySet<string>;
  /** The version of the chart of the latest attempt, and of a chart from an OCIRepository the artifact's digest. */
  readonly attempted?: { readonly version: string; readonly digest?: string | undefined };
  /** Where its chart comes from, as far as that can be followed; undefined: the version in its spec says all. */
  readonly chart?: ChartEvidence | undefined;
}

/** The source of a chart, beside the HelmRelease that names it. */
export interface ChartEvidence {
  /** `HelmChart shop/web`. */
  readonly name: string;
  /** What keeps it from saying something about the present spec, in a clause that follows its name; undefined: nothing. */
  readonly lacks?: string | undefined;
  /** What the HelmRelease must have attempted: the version of a HelmChart, the digest of an OCIRepository's artifact. */
  readonly version?: string | undefined;
  readonly digest?: string | undefined;
  /** Of a chart in this very branch: the commit that it was made of, as far as it is known. */
  readonly ofBranch?: { readonly commit?: string | undefined } | undefined;
  /** True of a chart in this branch that Flux makes anew only where its version changes. */
  readonly byVersion?: boolean;
  /** True where nobody can tell which commit or version it holds: it is named, and not waited for. */
  readonly untold?: boolean;
}

/** The HelmReleases that Kustomizations of this branch have applied, as far as they could be read. */
export interface ObservedReleases {
  readonly releases: readonly HelmReleaseEvidence[];
  /** Why they could not be read, a clause with the remedy. */
  readonly unread?: string;
}
