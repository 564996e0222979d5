import type { RecordKeys } from '../record/signing/keys.ts';
import type { Guard } from './guard/guard.ts';
import type { RequestWishes } from './request/request-field.ts';
import type { VerifyCheck } from './verify/verify-check.ts';

/*
 * What the two kinds of fairlead.yaml say. These hold in this folder:
 *
 * - It is pure: a file's meaning follows from its text alone, whoever reads it and wherever.
 * - A file is refused as a whole, with all its problems at once; what is parsed has passed every check.
 * - A problem names file, line, value and remedy, and never repeats a secret.
 */

/** How a pull request of an environment comes to be merged; see docs/design.md "fairlead.yaml". */
export type MergePolicy = 'auto' | 'approval' | 'manual';

/** What happens when a rollout fails: wait for a person, or go back on positive evidence of failure. */
export type OnFailure = 'wait' | 'rollback';

/** The policies of `WhenNewer`, as files write them. */
export const whenNewerPolicies = ['supersede', 'wait'] as const;
/**
 * What a newer main commit does to one that is not merged yet: it takes its place, or leaves it alone. Of those
 * that wait behind, only the newest stays.
 */
export type WhenNewer = (typeof whenNewerPolicies)[number];

/** The policies of `CoveragePolicy`, as files write them; the strictest is first. */
export const coveragePolicies = ['strict', 'inventory', 'path'] as const;
/**
 * What shows that Flux applies a leaf: `path` believes the path of a Kustomization, `inventory` requires the leaf's
 * objects in what Flux says that it applied, and `strict` also names what the Kustomization or the cluster changes.
 */
export type CoveragePolicy = (typeof coveragePolicies)[number];

/** How many clusters may be unavailable: a number, or a share of those that are looked at, in percent. */
export type MaxUnavailable = { readonly clusters: number } | { readonly percent: number };

/** A time of the week, on the clocks of a time zone. */
export interface WeekTime {
  /** A number: 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  /** Hours and minutes: `16:00`. */
  readonly time: string;
}

interface Freezing {
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
  readonly reason: string;
}

/** A freeze of every week: from the first time until the second one comes round. The two differ. */
export interface WeeklyFreezeWindow extends Freezing {
  readonly kind: 'weekly';
  readonly from: WeekTime;
  readonly to: WeekTime;
}

/** A freeze that happens once. `from` is before `to`; both are local, such as `2026-12-18T16:00`. */
export interface DatedFreezeWindow extends Freezing {
  readonly kind: 'dated';
  readonly from: string;
  readonly to: string;
}

/** A time in which no promotion may start. `freezeCalendar` says when that is. */
export type FreezeWindow = WeeklyFreezeWindow | DatedFreezeWindow;

/** What `fairlead.yaml` of kind Platform says, at the root of main. */
export interface Platform {
  readonly name: string;
  /** A URL by which kustomizations refer to this repository, where it differs from the one it is fetched from. */
  readonly sourceRepository?: string;
  /** The default GitOps repository of every environment. */
  readonly gitopsRepository?: string;
  /** The environments in order; those of one stage run side by side. */
  readonly stages: readonly (readonly string[])[];
  /** Whose lines count in the record of every environment; undefined: everybody's. */
  readonly record?: RecordKeys;
}

/** The branch that an environment is rendered to. It is unique, and keys everything that belongs to the environment. */
export interface GitopsTarget {
  readonly repository: string;
  readonly branch: string;
  /** What the branch was called before: what is recorded under that name counts, too. */
  readonly renamedFrom?: string | undefined;
}

/** A cluster of an environment. */
export interface Cluster {
  readonly name: string;
  readonly group: string;
  /** The kubeconfig context. */
  readonly context: string;
}

/** What `fairlead.yaml` of kind Environment says, at the root of a config branch, defaults filled in. */
export interface Environment {
  readonly name: string;
  readonly gitops: GitopsTarget;
  readonly merge: MergePolicy;
  readonly soakMs: number;
  readonly rolloutTimeoutMs: number;
  readonly onFailure: OnFailure;
  readonly whenNewer: WhenNewer;
  /** Windows that together leave some time free. */
  readonly freeze: readonly FreezeWindow[];
  readonly clusters: readonly Cluster[];
  /** True with `clusters: none`: nothing of this environment is verified. */
  readonly clustersWaived: boolean;
  readonly coverage: CoveragePolicy;
  /** How many clusters a rollout may leave out that are unknown or pending; a failed one never is. */
  readonly maxUnavailable: MaxUnavailable;
  /** What a render may not remove without an approval that names it. */
  readonly guard: Guard;
  /** Who is asked for when a request is opened, and its further labels. */
  readonly request: RequestWishes;
  /** What is checked once every cluster is healthy, in this order. */
  readonly verify: readonly VerifyCheck[];
  /** Rendered groups that are known to have no cluster. */
  readonly withoutClusters: readonly string[];
}
