import type { OperationKind } from '../../operation/kind.ts';
import type { CheckStatus, ClusterStatus } from '../../operation/status.ts';
import type { VerifyCheck } from '../../platform/verify/verify-check.ts';
import type { ReconcileOrder, RequestTold } from '../rollout/contract.ts';

/** Orders one check of an environment's `verify`, for one deployment whose clusters are healthy. */
export interface VerificationOrder extends Omit<ReconcileOrder, 'token'> {
  readonly operation: OperationKind;
  /** The request that brought it; undefined: nothing had to change, or an older release orders it. */
  readonly request?: RequestTold | undefined;
  /** The commit of the environment's branch that was rolled out: the merge, or the unchanged head. */
  readonly commit: string;
  readonly check: VerifyCheck;
  /** The end of the check's time, ISO 8601. */
  readonly deadline: string;
  /** When the merge was known, ISO 8601: what was created from then on is of this commit, whatever the forge's clock says. */
  readonly mergeKnown: string;
  /** The clusters that the rollout goes on without. */
  readonly leftOut?: readonly string[];
  /** The last report, and how many there were. */
  readonly known?: { readonly digest: string; readonly at: string; readonly reports?: number };
}

/** The findings of one look at what a check names. */
export interface VerificationReport {
  readonly kind:
    | 'progress'
    | 'passed'
    /** An object of this commit has failed. */
    | 'failed'
    /** The time was over before the check passed. */
    | 'late'
    /** The branch has moved on, as in a `RolloutReport`. */
    | 'overtaken'
    | 'reverted'
    | 'config reverted'
    | 'forgotten';
  /** What is awaited, or what failed, in one sentence or clause; empty where it passed. */
  readonly awaited: string;
  /** The clusters on which it has not passed, failed ones first; at most `fleetStatusLimit` of them. */
  readonly clusters: readonly ClusterStatus[];
  /** How many clusters these are, the ones that are not listed included. */
  readonly open: number;
  /** These clusters, counted by group; undefined: not counted. */
  readonly groups?: CheckStatus['groups'];
  /** Of `passed`: the clusters that were out of reach and that `maxUnavailable` allows, beside those of the rollout. */
  readonly leftOut?: readonly string[];
  /** Tells two reports apart. */
  readonly digest: string;
  /** When it was made, ISO 8601. */
  readonly at: string;
  /** What failed did so at the right revision, and no config change was merged since: `onFailure: rollback` may act. */
  readonly mayRollBack: boolean;
  /** The main commit that is deployed now, of `overtaken` and `reverted`; the config commit, of `config reverted`. */
  readonly deployed?: string;
}

/** Steps that check what `verify` of an environment names. */
export interface VerificationActivities {
  /** Makes one check until there is something to report; fails benignly until then. It starts nothing itself. */
  awaitVerification(order: VerificationOrder): Promise<VerificationReport>;
}
