import { Failure } from '../failure.ts';
import { machineRemedies } from '../machine-remedies.ts';

interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
}

/** The codes of the system's errors. */
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: machineRemedies.diskSpace,
  EDQUOT: machineRemedies.diskQuota,
  EROFS: machineRemedies.writableDisk,
  EMFILE: machineRemedies.openFiles,
  ENFILE: machineRemedies.openFilesOfAll,
};

/**
 * Makes the failure of what the worker's machine lacks: room on its disk, open files, a program. It passes when a person
 * has mended the machine, or another worker has the step; undefined: the error says nothing of the kind.
 */
export function machineTrouble(error: unknown): Failure | undefined {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if (!isSystemError(each)) continue;
    const words = sentenceFor(each);
    if (words !== undefined)
      return new Failure('Unavailable', `${words} It is tried again by itself (${each.message}).`, {
        cause: error,
        isOfWorker: true,
      });
  }
  return undefined;
}

function sentenceFor({ code, syscall = '', path = '' }: SystemError): string | undefined {
  const isStart = syscall.startsWith('spawn') && (code === 'ENOENT' || code === 'EACCES');
  if (isStart)
    return `The program ${path || syscall.slice('spawn '.length)} cannot be started on the worker. Install it.`;
  return remedies[code];
}

function isSystemError(error: Error): error is SystemError {
  return 'code' in error && typeof error.code === 'string';
}
