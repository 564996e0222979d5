import {
  type Checks,
  isCommit,
  isCount,
  isFlag,
  isRunId,
  isText,
  isWorkflowId,
  oneOf,
  optional,
  shapeOf,
} from '../shape.ts';
import type {
  ConfigInput,
  GoNoFurtherMessage,
  PromotionInput,
  RerenderMessage,
  RollbackInput,
  RollbackPromotionInput,
  RolledBackMessage,
} from './messages.ts';

/**
 * What workflows are started with and send each other, checked where it comes in: anybody may start one, or send a
 * signal, from the Temporal UI.
 */
export const promotionInput: Checks<PromotionInput> = { source: isText, commit: isCommit };

export const configInput: Checks<ConfigInput> = {
  source: isText,
  environment: isText,
  commit: isCommit,
  historyLimit: optional(isCount),
};

const rollback = { source: isText, by: isText, reason: isText, config: oneOf(['today', 'recorded']) };

export const rollbackInput: Checks<RollbackInput> = {
  ...rollback,
  environment: isText,
  to: optional(isCommit),
  of: optional(isCommit),
  force: isFlag,
};

export const rollbackPromotionInput: Checks<RollbackPromotionInput> = { ...rollback, commit: isCommit };

export const isRerender = shapeOf<RerenderMessage>({
  environment: isText,
  main: isCommit,
  config: isCommit,
  over: isCommit,
});

const takenBack: Checks<GoNoFurtherMessage> = { by: isText, reason: isText, rollback: isWorkflowId, run: isRunId };

export const isGoNoFurther = shapeOf<GoNoFurtherMessage>(takenBack);
export const isRolledBack = shapeOf<RolledBackMessage>({ ...takenBack, environment: isText });
