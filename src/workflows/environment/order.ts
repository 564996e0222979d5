import type { EnvironmentSnapshot } from '../../activities/source/contract.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { EnvironmentRun } from './environment-run.ts';
import type { Outcome } from './results.ts';

/** What is to be deployed in an environment, and for whom. */
export interface DeploymentOrder {
  readonly operation: OperationKind;
  /** Undefined: whatever is deployed there, with today's config. */
  readonly main?: string;
  /** A recorded config commit, instead of the head of the config branch. */
  readonly config?: string;
  readonly requester?: { readonly by: string; readonly reason: string };
  /** Looks once more when the turn has come; an outcome: there is nothing to be done any more. */
  readonly atTurn?: () => Promise<{ readonly kind: 'order'; readonly order: DeploymentOrder } | Outcome>;
}

/** One round of a run: what is deployed, by the policy that was read last. */
export interface Attempt {
  readonly run: EnvironmentRun;
  readonly order: DeploymentOrder;
  readonly policy: EnvironmentSnapshot;
}

/** A rollback to a recorded pair may take config back. */
export function configMayGoBack({ config }: DeploymentOrder): true | undefined {
  return config === undefined ? undefined : true;
}
