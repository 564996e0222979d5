import type { ManifestDifference } from '../../diff/compare.ts';
import type { Failure } from '../../failure.ts';
import type { Sha } from '../../git/repository.ts';
import type { GuardedRemovals } from '../../operation/guard/removals.ts';
import type { WaitingAssignment } from '../../render/platform.ts';

/** A commit, or the files of the checkout as they are now. */
export interface SideCommit {
  /** Undefined: nothing was committed yet. */
  readonly commit?: Sha;
  /** True for the files of the checkout, which may have changes that are not committed. */
  readonly checkout?: true;
}

/** What an environment is rendered from. */
export interface RenderedSide {
  readonly kind: 'rendered';
  readonly environment: string;
  readonly main: SideCommit;
  readonly config: SideCommit;
}

/** What the GitOps branch of an environment holds now. */
export interface DeployedSide {
  readonly kind: 'deployed';
  /** The head of the GitOps branch. */
  readonly commit: Sha;
  readonly repository: string;
  readonly branch: string;
  /** The pair that its provenance names; undefined: Fairlead has written nothing there yet. */
  readonly main?: Sha;
  readonly config?: Sha;
}

/** What differs in one environment. */
export interface EnvironmentDiff {
  readonly environment: string;
  readonly before: RenderedSide | DeployedSide;
  readonly after: RenderedSide;
  readonly difference: ManifestDifference;
  /** What goes of what is deployed that the guard of the environment names. */
  readonly removals?: GuardedRemovals;
  /** Why a promotion or a config change would not render this, whatever is approved. */
  readonly refusal?: string;
  /** Group → the names of its clusters. */
  readonly clusters: ReadonlyMap<string, readonly string[]>;
  /** The assignments whose base is not in this commit of main. */
  readonly waiting: readonly WaitingAssignment[];
  /** Sentences on what is wrong and stops nothing. */
  readonly warnings: readonly string[];
}

/** An environment that could not be compared, and why. */
export interface FailedDiff {
  readonly environment: string;
  readonly failure: Failure;
}

/** What differs in all environments that were asked for, in the order of the stages. */
export interface DiffReport {
  /** The URL of the source repository. */
  readonly source: string;
  readonly environments: readonly (EnvironmentDiff | FailedDiff)[];
  /** Sentences on the platform as a whole. */
  readonly remarks: readonly string[];
}

/** Tells whether an environment differs at all. */
export function differs(diff: EnvironmentDiff): boolean {
  return diff.difference.changes.length > 0;
}
