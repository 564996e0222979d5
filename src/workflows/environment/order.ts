import type { EnvironmentSnapshot } from '../../activities/source/contract.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { EnvironmentRun } from './environment-run.ts';
import type { Outcome } from './results.ts';

/** Orders a deployment: what an operation wants in one environment, and who asked. */
export interface DeploymentOrder {
  readonly operation: OperationKind;
  /** The main commit; undefined: the one that is deployed there, with today's config. */
  readonly main?: string;
  /** A recorded config commit; undefined: the head of the config branch. */
  readonly config?: string;
  readonly requester?: { readonly by: string; readonly reason: string };
  /**
   * Decides once more when the turn has come. It answers the order, or an outcome where there is nothing left to do.
   */
  readonly atTurn?: () => Promise<{ readonly kind: 'order'; readonly order: DeploymentOrder } | Outcome>;
}

/** One round of a run: what is deployed, by the policy that was read last. */
export interface Attempt {
  readonly run: EnvironmentRun;
  readonly order: DeploymentOrder;
  readonly policy: EnvironmentSnapshot;
}

/** Answers true for a rollback to a recorded pair, which may take config back. */
export function configMayGoBack({ config }: DeploymentOrder): true | undefined {
  return config === undefined ? undefined : true;
}
