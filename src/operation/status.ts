import type { ClusterState } from '../fleet/types.ts';
import type { MergePolicy } from '../platform/types.ts';
import type { Hold } from './hold.ts';
import type { OperationKind } from './kind.ts';
import type { Refusal } from './refusal.ts';

/** How one environment of an operation ended. */
export type OutcomeKind =
  /** Merged, and healthy on every cluster through the soak. */
  | 'promoted'
  /** The same, of a config change. */
  | 'configured'
  /** Nothing to change in the manifests, and healthy: done without a request. */
  | 'unchanged'
  /** A config change where no main commit is deployed: its values take effect with the first promotion. */
  | 'nothing promoted yet'
  /** A person went on with named clusters unhealthy. */
  | 'accepted'
  /** A person said no: closed the request, or rejected it here. */
  | 'rejected'
  | 'rolled back'
  | 'aborted'
  /** A newer main commit is deployed here already, or took the turn; or a rollback did. */
  | 'superseded';

/** Where one environment stands; see DESIGN "One environment, step by step". */
export type EnvironmentState =
  /** An earlier stage has not finished. */
  | 'waiting'
  /** Another one has the environment's lane, or an open request that does not carry the same yet. */
  | 'queued'
  /** The lane is held, or frozen. */
  | 'held'
  | 'rendering'
  | 'pull request open'
  | 'awaiting approval'
  | 'rolling out'
  | 'soaking'
  | 'needs attention'
  /** A rollback of its own has taken over. */
  | 'rolling back'
  | OutcomeKind
  /** An earlier stage did not get through: this one was never started. */
  | 'not reached';

/** Ends after which the next stage may start. */
const advancing: readonly string[] = ['promoted', 'configured', 'unchanged', 'accepted'] satisfies OutcomeKind[];
const ended: readonly string[] = [
  ...advancing,
  ...(['nothing promoted yet', 'rejected', 'rolled back', 'aborted', 'superseded'] satisfies OutcomeKind[]),
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
  readonly operation: OperationKind;
  readonly config?: string;
  /** GitOps repository and branch. */
  readonly gitops?: { readonly repository: string; readonly branch: string };
  /** What was deployed here before this promotion; without it there is nothing to go back to. */
  readonly previous?: Revision;
  readonly request?: RequestStatus;
  /** Our request's merge on the environment's branch. */
  readonly mergeCommit?: string;
  readonly mergedBy?: string;
  /** The commit of the branch at which this counts as deployed: the merge, or the head where nothing had to change. */
  readonly deployedAs?: string;
  /** `override`: given in spite of a hold. */
  readonly approval?: Signature & { readonly head: string; readonly override?: boolean };
  readonly accepted?: Signature & { readonly clusters: readonly string[] };
  readonly fleet?: FleetStatus;
  /** A decision that ends what runs here was taken; it is being cleaned up. */
  readonly stopping?: 'reject' | 'abort' | 'supersede';
  /** What holds the environment's lane now, whether it has kept this one from starting or keeps it from merging. */
  readonly hold?: Hold;
  /** Let in, or approved, in spite of a hold. */
  readonly override?: Signature;
  /** Assignments whose base is not at this commit. */
  readonly waitingFor: readonly string[];
  /** Notes of the record that do not check out, and were ignored. */
  readonly ignoredNotes?: readonly string[];
  /** Why the request does not have the label of its state on the forge, in a sentence. */
  readonly unlabelled?: string;
  /** What is awaited, or why it ended: one sentence that names what to do. */
  readonly message: string;
}

/** Of a promotion whose environments were promoted, unchanged or accepted it is `promoted`; a config change or a rollback has its one environment's. */
export type OperationState = 'running' | OutcomeKind;

/** Answer of the query `status`, of a promotion, a config change and a rollback alike. */
export interface OperationStatus {
  readonly id: string;
  readonly kind: OperationKind;
  readonly platform: string;
  /** Source repository, without credentials. */
  readonly source: string;
  /** The main commit; of a config change, the config commit. */
  readonly commit: string;
  readonly subject: string;
  readonly state: OperationState;
  readonly startedAt: string;
  readonly environments: readonly EnvironmentStatus[];
  /** Of a config change: so many more commits were asked for, and are looked for on the branch. */
  readonly pendingLookups?: number;
  /** The latest 20. */
  readonly refusals: readonly Refusal[];
}

/** What `PromoteMainCommit`, `ApplyConfig` and `RollbackEnvironment` return. */
export interface OperationResult {
  readonly state: Exclude<OperationState, 'running'>;
  readonly message: string;
  readonly environments: readonly EnvironmentStatus[];
}
