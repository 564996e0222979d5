import * as v from 'valibot';
import { commit, count, guardOf, message, runId, textOf, workflowId } from '../shape.ts';

/**
 * The schemas of what operations are started with and send each other; the types are inferred from them. Inputs and
 * messages are checked where they come in: anybody may start a workflow, or send a signal, from the Temporal UI.
 */
/**
 * Events of history after which an operation continues as new; default: when Temporal suggests it. It must get to its
 * waits before.
 */
const historyLimit = v.optional(v.pipe(count, v.minValue(50)));

/** The fields of the input of `PromoteMainCommit`. */
export const promotionFields = {
  /** Source repository URL, without credentials. */
  source: textOf('url'),
  /** Full sha on main. */
  commit,
  historyLimit,
};
/** The schema of what a command starts the workflow with. */
export const promotionInput = message(promotionFields);
export type PromotionInput = v.InferOutput<typeof promotionInput>;

/** The fields of the input of `ApplyConfig`. */
export const configFields = {
  source: textOf('url'),
  environment: textOf('name'),
  /** Full sha on the config branch. */
  commit,
  historyLimit,
};
/** The schema of what a command starts the workflow with. */
export const configInput = message(configFields);
export type ConfigInput = v.InferOutput<typeof configInput>;

/** The fields that both kinds of rollback have. */
const rollback = {
  source: textOf('url'),
  by: textOf('text'),
  reason: textOf('words'),
  /**
   * `recorded`: the config commit of the record counts, and config changes are held, too; `today`: the branch's head.
   */
  config: v.picklist(['today', 'recorded']),
  historyLimit,
};

/** The fields of the input of `RollbackEnvironment`. */
export const rollbackFields = {
  ...rollback,
  environment: textOf('name'),
  /** Full sha on main; default: the latest one recorded healthy here whose render differs from what is deployed. */
  to: v.optional(commit),
  /** The main commit to take back; where it is not deployed any more when the turn comes, nothing is done. */
  of: v.optional(commit),
  /** A commit that was never recorded healthy here is a target, too. */
  force: v.boolean(),
};
/** The schema of what a command starts the workflow with. */
export const rollbackInput = message(rollbackFields);
export type RollbackInput = v.InferOutput<typeof rollbackInput>;

/** The fields of the input of `RollbackPromotion`. */
export const rollbackPromotionFields = { ...rollback, commit };
/** The schema of what a command starts the workflow with. */
export const rollbackPromotionInput = message(rollbackPromotionFields);
export type RollbackPromotionInput = v.InferOutput<typeof rollbackPromotionInput>;

/**
 * Names a pair that is about to be recorded as deployed without a request: open requests are rendered with it first.
 */
const rerender = message({
  environment: textOf('name'),
  main: commit,
  config: commit,
  /** The main commit that was deployed until now; the message counts only while it still is. */
  over: commit,
});
export type RerenderMessage = v.InferOutput<typeof rerender>;
export const isRerender = guardOf<RerenderMessage>(rerender);

/**
 * Makes an environment that waits look soon; without `environment`, every one. It carries no facts, and nobody need send
 * one.
 */
const nudge = message({ environment: v.optional(textOf('name')) });
export type NudgeMessage = v.InferOutput<typeof nudge>;
/** Tells whether a payload is a nudge; one for every environment may have none at all. */
export function isNudge(payload: unknown): payload is NudgeMessage | null | undefined {
  return payload === undefined || payload === null || guardOf<NudgeMessage>(nudge)(payload);
}

const takenBack = {
  by: textOf('text'),
  reason: textOf('words'),
  /** Workflow id of the rollback that takes it back. */
  rollback: workflowId,
  /** Run id of that rollback. */
  run: runId,
};

/** Tells a promotion that all that it reached is taken back. */
const goNoFurther = message(takenBack);
export type GoNoFurtherMessage = v.InferOutput<typeof goNoFurther>;
export const isGoNoFurther = guardOf<GoNoFurtherMessage>(goNoFurther);

/** Tells a promotion that one environment that it reached is taken back. */
const rolledBack = message({ ...takenBack, environment: textOf('name') });
export type RolledBackMessage = v.InferOutput<typeof rolledBack>;
export const isRolledBack = guardOf<RolledBackMessage>(rolledBack);
