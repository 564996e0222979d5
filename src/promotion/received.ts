import { isCommit, isText, shapeOf } from '../shape.ts';
import type { GoNoFurtherMessage, RerenderMessage, RolledBackMessage } from './messages.ts';

/** What workflows send each other, checked where it comes in: anybody may send a signal from the Temporal UI. */
export const isRerender = shapeOf<RerenderMessage>({
  environment: isText,
  main: isCommit,
  config: isCommit,
  over: isCommit,
});

export const isRolledBack = shapeOf<RolledBackMessage>({
  environment: isText,
  by: isText,
  reason: isText,
  rollback: isText,
  run: isText,
});

export const isGoNoFurther = shapeOf<GoNoFurtherMessage>({
  by: isText,
  reason: isText,
  rollback: isText,
  run: isText,
});
