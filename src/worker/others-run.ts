import type { Client } from '@temporalio/client';
import { configWorkflow, promotionWorkflow, rollbackWorkflow } from '../operation/messages.ts';
import { searchAttributes } from '../temporal/search-attributes.ts';
import { quotedText } from './earlier-run.ts';

const operations = [promotionWorkflow, configWorkflow, rollbackWorkflow].map(quotedText).join(', ');

/**
 * Makes a test that tells whether operations of other platforms than one are under way on a task queue. Where Temporal does not
 * answer it says no, and `report` is told why.
 */
export function othersRunOn(
  { workflow }: Pick<Client, 'workflow'>,
  taskQueue: string,
  report: (sentence: string) => void,
): (platform: string) => Promise<boolean> {
  return async (platform) => {
    const others = `${searchAttributes.platform.name} != ${quotedText(platform)}`;
    const running = `TaskQueue = ${quotedText(taskQueue)} AND ExecutionStatus = 'Running'`;
    try {
      return (await workflow.count(`WorkflowType IN (${operations}) AND ${running} AND ${others}`)).count > 0;
    } catch (error) {
      report(
        `It is not known whether other platforms wait for places: ${error instanceof Error ? error.message : error}`,
      );
      return false;
    }
  };
}
