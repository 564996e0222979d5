/** Name of the workflow type, its query and its hint signal; the actions below are signals and updates of the same names. */
export const promotionWorkflow = 'PromoteMainCommit';
export const statusQuery = 'status';
export const nudgeSignal = 'nudge';
export const defaultTaskQueue = 'fairlead';

/** To be registered in the namespace before the first start (`fairlead setup`). */
export const searchAttributes = {
  platform: { name: 'FairleadPlatform', type: 'KEYWORD' },
  commit: { name: 'FairleadCommit', type: 'KEYWORD' },
  /** Environments in which something is under way. */
  environment: { name: 'FairleadEnvironment', type: 'KEYWORD_LIST' },
  /** States of those environments; of an ended promotion, its outcome. */
  state: { name: 'FairleadState', type: 'KEYWORD_LIST' },
} as const;

export interface PromotionInput {
  /** Source repository URL, without credentials. */
  readonly source: string;
  /** Full sha on main. */
  readonly commit: string;
}

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
  /** `accept`: the unhealthy clusters to go on with, all of them. */
  readonly clusters?: readonly string[];
}

export interface DecisionAnswer {
  /** What happens now, for people. */
  readonly message: string;
}

/** Workflow id of the promotion of one main commit. */
export function promotionId(platform: string, commit: string): string {
  return `promote/${platform}/${commit}`;
}
