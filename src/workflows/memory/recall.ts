import { workflowInfo } from '@temporalio/workflow';
import { foreignMemoryWords, type MemoryFormat, readMemory } from '../../memory-format.ts';
import { startFailure } from '../temporal/check-start.ts';
import { isFirstRun } from './first-run.ts';

/**
 * Reads what an operation handed on to itself when it continued as new; undefined: nothing was. Where another release has
 * written what this one cannot read, it throws an error that fails the task, and not the operation: it stands still until
 * a worker of a release that can read it goes on, and nothing is lost. What a person has started with a memory ends: it
 * could say that anything was rendered and approved.
 */
export function recall<T>(handedOn: unknown, format: MemoryFormat<T>): T | undefined {
  if (handedOn === undefined) return undefined;
  if (isFirstRun()) {
    const { workflowType } = workflowInfo();
    throw startFailure(`${workflowType} cannot be started: memory: only an earlier run hands one on. Leave it out.`);
  }
  const read = readMemory(handedOn, format);
  if ('state' in read) return read.state;
  throw new Error(`${foreignMemoryWords}: ${read.fault}`);
}
