/** Name of the workflow type, its query and its hint signal; the actions below are signals and updates of the same names. */
export const promotionWorkflow = 'PromoteMainCommit';
export const configWorkflow = 'ApplyConfig';
export const rollbackWorkflow = 'RollbackEnvironment';
export const rollbackPromotionWorkflow = 'RollbackPromotion';
export const statusQuery = 'status';
export const nudgeSignal = 'nudge';
/** To `ApplyConfig`: a config commit, the newest of which counts. */
export const configureSignal = 'configure';
/** To whoever has a request open: see `RerenderMessage`. */
export const rerenderSignal = 'rerender';
/** To a promotion: an environment that it reached is being taken back behind its commit. */
export const rolledBackSignal = 'rolledBack';
/** To a promotion: all that it reached is being taken back; what it has not merged yet is withdrawn. */
export const goNoFurtherSignal = 'goNoFurther';
export const defaultTaskQueue = 'fairlead';

export type {
  ConfigInput,
  GoNoFurtherMessage,
  PromotionInput,
  RerenderMessage,
  RollbackInput,
  RollbackPromotionInput,
  RolledBackMessage,
} from './received.ts';

export const actions = ['approve', 'reject', 'accept', 'rollback', 'retry', 'abort'] as const;
export type Action = (typeof actions)[number];

/** What a person sends with any action. `by` is a claim, see DESIGN "Temporal". */
export interface Decision {
  /** May be left out of `abort` only: then all environments are meant. */
  readonly environment?: string;
  readonly by: string;
  /** Required by `reject`, `accept`, `rollback` and `abort`. */
  readonly reason?: string;
  /** `approve`: the head commit of the request that was looked at, at least 7 digits. */
  readonly head?: string;
  /** `approve`: in spite of a hold or a freeze; with a reason. */
  readonly override?: boolean;
  /** `accept`: the unhealthy clusters to go on with, all of them. */
  readonly clusters?: readonly string[];
}

export interface DecisionAnswer {
  /** What happens now, for people. */
  readonly message: string;
}

/** Workflow id of the config changes of one environment. `platform`, here and below: `platformId` of the source. */
export function configId(platform: string, environment: string): string {
  return `configure/${platform}/${environment}`;
}

/** Workflow id of the rollbacks of one environment: one at a time. */
export function rollbackId(platform: string, environment: string): string {
  return `rollback/${platform}/${environment}`;
}

/** Workflow id of the rollback of all that a promotion reached. */
export function rollbackPromotionId(platform: string, commit: string): string {
  return `rollback-promotion/${platform}/${commit}`;
}

/** Workflow id of the promotion of one main commit. */
export function promotionId(platform: string, commit: string): string {
  return `promote/${platform}/${commit}`;
}
