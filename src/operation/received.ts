import * as v from 'valibot';
import { commit, count, guardOf, message, runId, workflowId } from '../shape.ts';

/**
 * What workflows are started with and send each other, checked where it comes in: anybody may start one, or send a
 * signal, from the Temporal UI. The schemas are the types.
 */
export const promotionInput = message({
  /** Source repository URL, without credentials. */
  source: v.string(),
  /** Full sha on main. */
  commit,
});
export type PromotionInput = v.InferOutput<typeof promotionInput>;

export const configInput = message({
  source: v.string(),
  environment: v.string(),
  /** Full sha on the config branch. */
  commit,
  /** Events of history after which it continues as new between two commits; default: when Temporal suggests it. */
  historyLimit: v.optional(count),
});
export type ConfigInput = v.InferOutput<typeof configInput>;

const rollback = {
  source: v.string(),
  by: v.string(),
  reason: v.string(),
  /** `recorded`: the config commit of the record, too, and config is held as well. */
  config: v.picklist(['today', 'recorded']),
};

export const rollbackInput = message({
  ...rollback,
  environment: v.string(),
  /** Full sha on main; default: the latest recorded healthy here whose render differs from what is there now. */
  to: v.optional(commit),
  /** The main commit that is to be taken back; where it is not deployed any more by then, nothing is done. */
  of: v.optional(commit),
  /** Also to a commit that was never healthy here. */
  force: v.boolean(),
});
export type RollbackInput = v.InferOutput<typeof rollbackInput>;

/** All environments in which a promotion's commit is deployed, last first. */
export const rollbackPromotionInput = message({ ...rollback, commit });
export type RollbackPromotionInput = v.InferOutput<typeof rollbackPromotionInput>;

/** What is about to be recorded as deployed without a request; what does not carry it is rendered again first. */
const rerender = message({
  environment: v.string(),
  main: commit,
  config: commit,
  /** What was deployed until now: the message counts only while it still is. */
  over: commit,
});
export type RerenderMessage = v.InferOutput<typeof rerender>;
export const isRerender = guardOf<RerenderMessage>(rerender);

const takenBack = {
  by: v.string(),
  reason: v.string(),
  /** Workflow id of what takes it back, and of its run. */
  rollback: workflowId,
  run: runId,
};

const goNoFurther = message(takenBack);
export type GoNoFurtherMessage = v.InferOutput<typeof goNoFurther>;
export const isGoNoFurther = guardOf<GoNoFurtherMessage>(goNoFurther);

const rolledBack = message({ ...takenBack, environment: v.string() });
export type RolledBackMessage = v.InferOutput<typeof rolledBack>;
export const isRolledBack = guardOf<RolledBackMessage>(rolledBack);
