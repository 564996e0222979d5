import type { Client } from '@temporalio/client';
import { searchAttributes } from '../temporal/search-attributes.ts';
import { quotedText } from './earlier-run.ts';
import { operationsOn } from './operations-query.ts';

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
