import { Failure } from '../failure.ts';

interface SystemError extends Error {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
}

const remedies: Readonly<Record<string, string>> = {
  ENOSPC: "The worker's disk is full. Free space there, or move its cache with FAIRLEAD_CACHE.",
  EDQUOT: "The worker's disk quota is used up. Raise it, or move its cache with FAIRLEAD_CACHE.",
  EROFS: "The worker's disk is read-only. Mount it writable, or move its cache with FAIRLEAD_CACHE.",
  EMFILE: 'The worker may open too few files. Raise the limit (ulimit -n).',
  ENFILE: "The worker's machine has too many open files. Raise its limit.",
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
      return new Failure('Unavailable', `${words} It is tried again by itself (${each.message}).`, { cause: error });
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
