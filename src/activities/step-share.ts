import type { Context } from '@temporalio/activity';
import { repositoryKey } from '../platform/repository/platform-id.ts';
import { isObject } from '../shape.ts';

/** Names the platform that a step is for: by its source, which nearly all are told, else by the id of its workflow. */
export function stepShare({ info: { workflowExecution } }: Context, input: unknown): string {
  const source = isObject(input) ? input.source : undefined;
  return typeof source === 'string' ? repositoryKey(source) : (workflowExecution?.workflowId ?? '');
}
