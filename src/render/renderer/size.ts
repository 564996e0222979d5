import { availableParallelism, totalmem } from 'node:os';

const mebibyte = 1024 * 1024;

/** The memory that one process may use, unless somebody says otherwise. */
export const defaultMemoryLimitBytes = 1024 * mebibyte;
/** More processes help nobody. */
const mostProcesses = 8;
/** What is left to Node, the processes that plan, and git. */
const reservedBytes = 1024 * mebibyte;

/** The machine, or the part of it that a container has. */
export interface Machine {
  readonly cores: number;
  readonly memoryBytes: number;
}

/**
 * Answers the number of processes: one for each core, 8 at most, and no more than the memory holds that the container or
 * machine has, less 1 GiB; at least one.
 */
export function defaultPoolSize(memoryLimitBytes: number, { cores, memoryBytes }: Machine = thisMachine()): number {
  const fitting = Math.floor((memoryBytes - reservedBytes) / memoryLimitBytes);
  return Math.max(1, Math.min(mostProcesses, cores, fitting));
}

function thisMachine(): Machine {
  // 0, or more than there is: no cgroup limits it.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return { cores: availableParallelism(), memoryBytes: Math.min(limit, totalmem()) };
}
