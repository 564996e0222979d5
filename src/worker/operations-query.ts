import type { Client } from '@temporalio/client';
import { configWorkflow, promotionWorkflow, rollbackWorkflow } from '../operation/messages.ts';
import { searchAttributes } from '../temporal/attributes/search-attributes.ts';
import { quotedText } from './earlier-run.ts';

/** The part of a visibility query that lets through promotions, config changes and rollbacks. */
export const ofOperations = `WorkflowType IN (${[promotionWorkflow, configWorkflow, rollbackWorkflow].map(quotedText).join(', ')})`;

/** Writes the part of a visibility query that lets through what runs on a task queue. */
export function runningOn(taskQueue: string): string {
  return `TaskQueue = ${quotedText(taskQueue)} AND ExecutionStatus = 'Running'`;
}

/** Writes the part of a visibility query that lets through the operations that run on a task queue. */
export function operationsOn(taskQueue: string): string {
  return `${ofOperations} AND ${runningOn(taskQueue)}`;
}

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
    try {
      return (await workflow.count(`${operationsOn(taskQueue)} AND ${others}`)).count > 0;
    } catch (error) {
      report(
        `It is not known whether other platforms wait for places: ${error instanceof Error ? error.message : error}`,
      );
      return false;
    }
  };
}
