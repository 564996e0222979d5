import { ApplicationFailure } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import { cut } from '../../cut.ts';
import type { FailureType } from '../../failure.ts';
import { isOwnName } from '../../operation/claim.ts';
import { faultOf, isObject, type Schema, shownJson } from '../../shape.ts';
import { depthFault, payloadFault, wellFormed } from '../../text/message-text.ts';
import { isFirstRun } from '../memory/first-run.ts';

/**
 * Refuses an input that a workflow cannot be started with, and an id under which nobody would find it. `id` answers how
 * its id must begin and end; an empty end says nothing. Throws a failure that ends the workflow: any other error would be tried again for ever.
 */
export function checkStart<T>(
  input: unknown,
  schema: Schema<T>,
  { command, id }: { readonly command: string; readonly id: (input: T) => readonly [begins: string, ends: string] },
): asserts input is T {
  const { workflowId, workflowType } = workflowInfo();
  const fault = startFault(input) ?? faultOf(schema, input) ?? claimFault(input);
  if (fault !== undefined)
    throw startFailure(`${workflowType} cannot be started: ${fault}. Use \`fairlead ${command}\`.`);
  const [begins, ends] = id(input as T);
  if (!workflowId.startsWith(`${begins}/`) || (ends !== '' && !workflowId.endsWith(`/${ends}`)))
    throw startFailure(`${workflowType} cannot run under the id ${cut(workflowId, 200)}. Use \`fairlead ${command}\`.`);
}

/**
 * Says what keeps an input from being read. What a workflow handed on to itself may hold texts that were never checked, and
 * is read by functions of its own.
 */
function startFault(input: unknown): string | undefined {
  const tooDeep = depthFault(input);
  if (tooDeep !== undefined || !isObject(input)) return tooDeep;
  const { memory: _memory, state: _state, refusals: _refusals, ...started } = input;
  return payloadFault(started);
}

/** Says that a person starts a workflow in Fairlead's name: a workflow of ours alone may, as the parent. */
function claimFault(input: unknown): string | undefined {
  if (!isObject(input) || typeof input.by !== 'string') return undefined;
  if (workflowInfo().parent !== undefined || !isFirstRun()) return undefined;
  return isOwnName(input.by) ? `by is ${shownJson(input.by)}, which stands for Fairlead itself` : undefined;
}

/** Makes the failure that ends a workflow at its start. */
export function startFailure(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(wellFormed(message), 'InvalidInput' satisfies FailureType);
}
