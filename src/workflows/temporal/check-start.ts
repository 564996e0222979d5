import { ApplicationFailure } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import type { FailureType } from '../../failure.ts';
import { faultOf, type Schema } from '../../shape.ts';

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
  const fault = faultOf(schema, input);
  if (fault !== undefined)
    throw startFailure(`${workflowType} cannot be started: ${fault}. Use \`fairlead ${command}\`.`);
  const [begins, ends] = id(input as T);
  if (!workflowId.startsWith(`${begins}/`) || (ends !== '' && !workflowId.endsWith(`/${ends}`)))
    throw startFailure(`${workflowType} cannot run under the id ${workflowId}. Use \`fairlead ${command}\`.`);
}

/** Makes the failure that ends a workflow at its start. */
export function startFailure(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'InvalidInput' satisfies FailureType);
}
