import type { ClusterState } from '../fleet/types.ts';
import type { MergePolicy } from '../platform/types.ts';
import type { GuardedRemovals } from './guard/removals.ts';
import type { Hold } from './hold.ts';
import type { OperationKind } from './kind.ts';
import type { Refusal } from './refusal.ts';

/** How one environment of an operation ended. */
export type OutcomeKind =
  /** Merged, and healthy on every cluster through the soak. */
  | 'promoted'
  /** A config change was merged, and is healthy on every cluster through the soak. */
  | 'configured'
  /** Nothing had to change in the manifests, and every cluster is healthy: there was no request. */
  | 'unchanged'
  /** A config change found no main commit deployed: its values take effect with the first promotion. */
  | 'nothing promoted yet'
  /** A person went on with named clusters unhealthy. */
  | 'accepted'
  /** A person closed the request on the forge, or rejected it. */
  | 'rejected'
  /** The environment went back to an earlier main commit. */
  | 'rolled back'
  | 'aborted'
  /** A newer main commit is deployed here already, or it or a rollback took the turn. */
  | 'superseded';

/** Where one environment of an operation stands: docs/design.md "One environment, step by step". */
export type EnvironmentState =
  /** An earlier stage has not finished. */
  | 'waiting'
  /** Another operation has the environment's lane, or an open request that was not rendered with the same pair yet. */
  | 'queued'
  /** A hold or a freeze keeps it from starting. */
  | 'held'
  | 'rendering'
  | 'pull request open'
  | 'awaiting approval'
  | 'rolling out'
  | 'soaking'
  /** Every cluster is healthy, and the environment's checks are made. */
  | 'verifying'
  | 'needs attention'
  /** A rollback of this environment is under way. */
  | 'rolling back'
  | OutcomeKind
  /** It never started, because an earlier stage did not get through. */
  | 'not reached';

/** The outcomes after which the next stage may start. */
const advancingStates: readonly string[] = ['promoted', 'configured', 'unchanged', 'accepted'] satisfies OutcomeKind[];
const endedStates: readonly string[] = [
  ...advancingStates,
  ...(['nothing promoted yet', 'rejected', 'rolled back', 'aborted', 'superseded'] satisfies OutcomeKind[]),
  'not reached',
];

/** Tells whether the next stage may start after an environment in this state. */
export function advances(state: EnvironmentState): boolean {
  return advancingStates.includes(state);
}

/** Tells whether nothing happens any more in an environment in this state. */
export function hasEnded(state: EnvironmentState): boolean {
  return endedStates.includes(state);
}

/** A pair of commits that are rendered together. */
export interface Revision {
  /** Full sha on main. */
  readonly main: string;
  /** Full sha on the config branch. */
  readonly config: string;
}

/** The state of one cluster, as it was last seen. */
export interface ClusterStatus {
  readonly name: string;
  readonly state: ClusterState;
  /** What is awaited of it, in a sentence; empty when it is healthy. */
  readonly awaited: string;
  readonly group?: string;
}

/** How many clusters of a group are in which state; healthy ones are not counted. */
export interface UnhealthyGroup {
  readonly group: string;
  readonly failed: number;
  readonly unknown: number;
  readonly pending: number;
}

/** What was last seen of an environment's clusters. */
export interface FleetStatus {
  readonly total: number;
  readonly healthy: number;
  /** The clusters that are not healthy, failed ones first; at most `fleetStatusLimit` of them. */
  readonly others: readonly ClusterStatus[];
  /** All that are not healthy, counted by group; undefined: not counted. */
  readonly groups?: readonly UnhealthyGroup[];
  /** The clusters that the rollout goes on without, as `maxUnavailable` allows: all of them, by name. */
  readonly leftOut?: readonly string[];
  readonly warnings: readonly string[];
}

/** The most clusters that a status lists: status, history and details stay small for fleets of a thousand clusters. */
export const fleetStatusLimit = 20;

/** The check of an environment's `verify` that is being made, or that did not pass and needs a person. */
export interface CheckStatus {
  /** As `fairlead.yaml` names it: `Job/smoke`, or a URL without its query. */
  readonly name: string;
  /** The clusters on which it has not passed, failed ones first; at most `fleetStatusLimit` of them. */
  readonly clusters: readonly ClusterStatus[];
  /** How many clusters have not passed, those that are not listed included. */
  readonly open: number;
  /** These clusters, counted by group; undefined: not counted. */
  readonly groups?: readonly UnhealthyGroup[];
}

/** The request of an operation in one environment, open or not. */
export interface RequestStatus {
  readonly number: number;
  readonly url: string;
  readonly branch: string;
  /** The commit that Fairlead rendered; an approval counts for it alone. */
  readonly head: string;
  /** The policy in force for this request: a first take-over of a branch, or what the guard names, is never `auto`. */
  readonly merge: MergePolicy;
  readonly open: boolean;
  /** What it removes that the guard of the environment names: an approval must say so. Asking for a rollback says it. */
  readonly removals?: GuardedRemovals;
}

/** A person's decision, by whom and when; `by` is what the sender claims. */
export interface Signature {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly reason?: string;
}

/**
 * The status of one environment of an operation. These hold here:
 *
 * - `mergeCommit` and `deployedAs` never become undefined again: what was merged is on the branch, or was.
 * - A state for which `hasEnded` is true changes only when a rollback takes the environment back.
 * - `message` says in one sentence what is awaited, from whom, or why it ended.
 */
export interface EnvironmentStatus {
  readonly environment: string;
  /** The index of its stage, from 0. */
  readonly stage: number;
  readonly state: EnvironmentState;
  /** When this state began, ISO 8601. */
  readonly since: string;
  /** The main commit that is being deployed here now: the promotion's commit, or a rollback's target. */
  readonly main: string;
  readonly operation: OperationKind;
  readonly config?: string;
  /** The environment's GitOps repository and branch. */
  readonly gitops?: { readonly repository: string; readonly branch: string };
  /** What was deployed here before this promotion; undefined: there is nothing to go back to. */
  readonly previous?: Revision;
  readonly request?: RequestStatus;
  /** The merge of our request on the environment's branch. */
  readonly mergeCommit?: string;
  readonly mergedBy?: string;
  /** The commit of the branch at which this counts as deployed: the merge, or the head where nothing had to change. */
  readonly deployedAs?: string;
  /**
   * The approval of the request's head. `override`: it was given in spite of a hold. `removals`: it names what the request
   * removes.
   */
  readonly approval?: Signature & { readonly head: string; readonly override?: boolean; readonly removals?: boolean };
  readonly accepted?: Signature & {
    readonly clusters: readonly string[];
    readonly groups?: readonly string[];
    readonly allUnknown?: boolean;
  };
  readonly fleet?: FleetStatus;
  readonly check?: CheckStatus;
  /** The decision that ends what runs here; it is being cleaned up after. */
  readonly stopping?: 'reject' | 'abort' | 'supersede';
  /** What holds the environment's lane now, and keeps this operation from starting or from merging. */
  readonly hold?: Hold;
  /** The decision by which it was let in, or approved, in spite of a hold. */
  readonly override?: Signature;
  /** The waiting assignments: their base is not at this commit. */
  readonly waitingFor: readonly string[];
  /** Entries of the record that do not check out and were ignored, in a sentence each. */
  readonly ignoredNotes?: readonly string[];
  /** What others pushed to our branch under our name, and was overwritten, in a sentence each. */
  readonly overwritten?: readonly string[];
  /** Why the request does not have the label of its state on the forge, in a sentence; undefined: it has. */
  readonly unlabelled?: string;
  /** What is awaited, or why it ended: one sentence that names what to do. */
  readonly message: string;
}

/**
 * How an operation stands. A promotion is `promoted` where its environments were promoted, unchanged or accepted; a
 * config change and a rollback have the outcome of their one environment.
 */
export type OperationState = 'running' | OutcomeKind;

/** The answer of every operation to the query `status`. */
export interface OperationStatus {
  readonly id: string;
  readonly kind: OperationKind;
  readonly platform: string;
  /** URL of the source repository, without credentials. */
  readonly source: string;
  /** The main commit that is deployed; of a config change, the config commit. */
  readonly commit: string;
  readonly subject: string;
  readonly state: OperationState;
  readonly startedAt: string;
  readonly environments: readonly EnvironmentStatus[];
  /** How many more commits a config change was asked for and looks for on the branch. */
  readonly pendingLookups?: number;
  /** The latest 20 signals that could not be carried out. */
  readonly refusals: readonly Refusal[];
}

/** The result of an operation's workflow. */
export interface OperationResult {
  readonly state: Exclude<OperationState, 'running'>;
  readonly message: string;
  readonly environments: readonly EnvironmentStatus[];
  /** The first line of the commit's message; undefined or '': it was never read. */
  readonly subject?: string;
}
