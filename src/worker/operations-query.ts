import { configWorkflow, promotionWorkflow, rollbackWorkflow } from '../operation/messages.ts';
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
