import type { ClusterState } from '../fleet/types.ts';
import type { MergePolicy } from '../platform/types.ts';

/** How one environment of a promotion ended. */
export type OutcomeKind =
  /** Merged, and healthy on every cluster through the soak. */
  | 'promoted'
  /** Nothing to change in the manifests, and healthy: promoted without a request. */
  | 'unchanged'
  /** A person went on with named clusters unhealthy. */
  | 'accepted'
  /** A person said no: closed the request, or rejected it here. */
  | 'rejected'
  | 'rolled back'
  | 'aborted'
  /** A newer main commit is deployed here already. */
  | 'superseded';

/** Where one environment stands; see DESIGN "One environment, step by step". */
export type EnvironmentState =
  /** An earlier stage has not finished. */
  | 'waiting'
  | 'rendering'
  | 'pull request open'
  | 'awaiting approval'
  | 'rolling out'
  | 'soaking'
  | 'needs attention'
  | OutcomeKind
  /** An earlier stage did not get through: this one was never started. */
  | 'not reached';

/** Ends after which the next stage may start. */
const advancing: readonly string[] = ['promoted', 'unchanged', 'accepted'] satisfies OutcomeKind[];
const ended: readonly string[] = [
  ...advancing,
  ...(['rejected', 'rolled back', 'aborted', 'superseded'] satisfies OutcomeKind[]),
  'not reached',
];

export function advances(state: EnvironmentState): boolean {
  return advancing.includes(state);
}

export function hasEnded(state: EnvironmentState): boolean {
  return ended.includes(state);
}

/** The pair of commits that a GitOps commit was rendered from. */
export interface Revision {
  readonly main: string;
  readonly config: string;
}

export interface ClusterStatus {
  readonly name: string;
  readonly state: ClusterState;
  /** One sentence; empty when healthy. */
  readonly awaited: string;
}

/** What was last seen of an environment's clusters. */
export interface FleetStatus {
  readonly total: number;
  readonly healthy: number;
  /** Those that are not healthy, failed ones first; at most `fleetStatusLimit` of them. */
  readonly others: readonly ClusterStatus[];
  readonly warnings: readonly string[];
}

/** Keeps status, history and details small for fleets of a thousand clusters. */
export const fleetStatusLimit = 20;

export interface RequestStatus {
  readonly number: number;
  readonly url: string;
  readonly branch: string;
  /** The commit that we rendered; what an approval is bound to. */
  readonly head: string;
  /** The policy in force for it: a first take-over of a branch is never `auto`. */
  readonly merge: MergePolicy;
  readonly open: boolean;
}

/** A person's word, as claimed by the sender. */
export interface Signature {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly reason?: string;
}

export interface EnvironmentStatus {
  readonly environment: string;
  /** Index of its stage, from 0. */
  readonly stage: number;
  readonly state: EnvironmentState;
  /** When this state began, ISO 8601. */
  readonly since: string;
  /** What is being carried here now: the promotion's commit, or a rollback's target. */
  readonly main: string;
  readonly errand: 'promote' | 'rollback';
  readonly config?: string;
  /** GitOps repository and branch. */
  readonly gitops?: { readonly repository: string; readonly branch: string };
  /** What was deployed here before this promotion: where a rollback goes. */
  readonly previous?: Revision;
  readonly request?: RequestStatus;
  /** Our request's merge on the environment's branch. */
  readonly mergeCommit?: string;
  readonly mergedBy?: string;
  readonly approval?: Signature & { readonly head: string };
  readonly accepted?: Signature & { readonly clusters: readonly string[] };
  readonly fleet?: FleetStatus;
  /** A decision that ends what runs here was taken; it is being cleaned up. */
  readonly stopping?: 'reject' | 'abort' | 'rollback';
  /** Assignments whose base is not at this commit. */
  readonly waitingFor: readonly string[];
  /** What is awaited, or why it ended: one sentence that names what to do. */
  readonly message: string;
}

/** A signal that could not be obeyed. */
export interface Refusal {
  readonly at: string;
  readonly action: string;
  readonly reason: string;
}

export type PromotionState = 'running' | 'promoted' | Exclude<OutcomeKind, 'promoted' | 'unchanged' | 'accepted'>;

/** Answer of the query `status`. */
export interface PromotionStatus {
  readonly id: string;
  readonly platform: string;
  /** Source repository, without credentials. */
  readonly source: string;
  readonly commit: string;
  readonly subject: string;
  readonly state: PromotionState;
  readonly startedAt: string;
  readonly environments: readonly EnvironmentStatus[];
  /** The latest 20. */
  readonly refusals: readonly Refusal[];
}

/** What `PromoteMainCommit` returns. */
export interface PromotionResult {
  readonly state: Exclude<PromotionState, 'running'>;
  readonly message: string;
  readonly environments: readonly EnvironmentStatus[];
}
