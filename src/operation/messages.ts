/**
 * The names on the wire: of workflow types, the query, signals and actions. What runs under these names in a Temporal
 * namespace today must be able to go on, so that none of them changes. Each action is a signal and an update.
 */
export const promotionWorkflow = 'PromoteMainCommit';
export const configWorkflow = 'ApplyConfig';
export const rollbackWorkflow = 'RollbackEnvironment';
export const rollbackPromotionWorkflow = 'RollbackPromotion';
export const statusQuery = 'status';
/** Makes an operation that waits look soon: see `NudgeMessage`. */
export const nudgeSignal = 'nudge';
/** Tells `ApplyConfig` of a config commit; the newest one counts. */
export const configureSignal = 'configure';
/** Tells an operation with an open request to render it again: see `RerenderMessage`. */
export const rerenderSignal = 'rerender';
/** Tells a promotion that an environment which it reached goes back behind its commit. */
export const rolledBackSignal = 'rolledBack';
/** Tells a promotion that all that it reached goes back: it withdraws what it has not merged yet. */
export const goNoFurtherSignal = 'goNoFurther';
/** Names the task queue where the settings name none. */
export const defaultTaskQueue = 'fairlead';

export type {
  ConfigInput,
  GoNoFurtherMessage,
  NudgeMessage,
  PromotionInput,
  RerenderMessage,
  RollbackInput,
  RollbackPromotionInput,
  RolledBackMessage,
} from './received.ts';

/** The actions by which people decide. */
export const actions = ['approve', 'reject', 'accept', 'rollback', 'retry', 'abort'] as const;
export type Action = (typeof actions)[number];

/** What a person sends with any action. `by` is a claim: docs/design.md "Temporal". */
export interface Decision {
  /** The environment that is meant. Only `abort` may leave it out, and means all environments then. */
  readonly environment?: string;
  readonly by: string;
  /** Required by `reject`, `accept`, `rollback` and `abort`. */
  readonly reason?: string;
  /** The head commit of the request that the person looked at, at least 7 digits; for `approve`. */
  readonly head?: string;
  /** The approval counts in spite of a hold or a freeze, and needs a reason; for `approve`. */
  readonly override?: boolean;
  /** The approval is also one of what the request removes and the guard of the environment names; for `approve`. */
  readonly removals?: boolean;
  /** The names of the clusters that are not healthy, or on which a check has not passed; for `accept`. */
  readonly clusters?: readonly string[];
  /** Groups of which no cluster that is not healthy need be named; for `accept`. */
  readonly groups?: readonly string[];
  /** No cluster that gives no answer need be named; for `accept`. */
  readonly allUnknown?: boolean;
}

/** What an operation answers to a decision. */
export interface DecisionAnswer {
  /** What happens now, in a sentence for people. */
  readonly message: string;
}

/**
 * Answers the workflow id of the config changes of one environment. `platform`, here and below: `platformId` of the
 * source.
 */
export function configId(platform: string, environment: string): string {
  return `configure/${platform}/${environment}`;
}

/** Answers the workflow id of the rollbacks of one environment, of which one runs at a time. */
export function rollbackId(platform: string, environment: string): string {
  return `rollback/${platform}/${environment}`;
}

/** Answers the workflow id of the rollback of all that a promotion reached. */
export function rollbackPromotionId(platform: string, commit: string): string {
  return `rollback-promotion/${platform}/${commit}`;
}

/** Answers the workflow id of the promotion of one main commit. */
export function promotionId(platform: string, commit: string): string {
  return `promote/${platform}/${commit}`;
}
