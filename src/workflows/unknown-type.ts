import { workflowInfo } from '@temporalio/workflow';
import { shownJson } from '../shape.ts';
import { startFailure } from './temporal/check-start.ts';

/**
 * Ends a workflow of a type that this release does not know, with what it is. Without it Temporal would try the start again
 * for ever, and no worker would ever get further.
 */
export async function UnknownType(): Promise<never> {
  const { workflowType } = workflowInfo();
  throw startFailure(
    `This release of Fairlead has no workflow of the type ${shownJson(workflowType)}. Start operations with \`fairlead\`.`,
  );
}
