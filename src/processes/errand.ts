import { Failure } from '../failure.ts';
import { bytesText, limits } from '../platform/limits.ts';
import type { ContentId } from './messages.ts';
import type { ProcessEnding } from './own-process.ts';
import type { Packed } from './packing.ts';
import { saidTooMuch, type TaskProcess } from './task-process.ts';
import { BeyondLimit, type LimitedWork } from './work.ts';

/** A task, and what it may ask for. */
export interface Errand {
  /** The name by which the process knows what to do. */
  readonly name: string;
  /** Plain data and bytes. */
  readonly task: object;
  /** Reads contents by their ids. */
  readonly read?: (oids: Iterable<ContentId>) => Promise<ReadonlyMap<ContentId, Buffer>>;
  /** Data that other tasks need as well, by their ids. */
  readonly shared?: ReadonlyMap<number, Packed>;
}

/** How much longer than its limit a task may take, in milliseconds, where nobody is there any more who would end it. */
const orphanMs = 10_000;

/**
 * Has a process that is idle do an errand. Ends the process when the time is over or nobody waits for it any more; who comes next finds that
 * it is not usable. Throws as `ProcessPool.run`.
 */
export async function runErrand<T>(
  process: TaskProcess,
  errand: Errand,
  { work, memoryMiB }: { readonly work: LimitedWork; readonly memoryMiB: number },
): Promise<T> {
  const { signal, timeoutMs } = work;
  // Why the process was ended, or could not go on.
  let reason: unknown;
  let timer: NodeJS.Timeout | undefined;
  const late = () => new BeyondLimit(work, `${timeoutMs / 1000} s`);
  const stop = (why: unknown) => {
    reason ??= why;
    void process.kill();
  };
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await new Promise<T>((resolve, reject) => {
      process.listen((said) => {
        switch (said.kind) {
          case 'began':
            // Waiting for a process is nobody's fault.
            timer = setTimeout(() => stop(late()), timeoutMs);
            return;
          case 'read':
            return void readFor(process, said.oids, errand.read).catch((error: unknown) => {
              reason ??= error;
              process.tell({ kind: 'failed' });
            });
          case 'share': {
            const packed = errand.shared?.get(said.id);
            return process.tell(packed ? { kind: 'shared', packed } : { kind: 'failed' });
          }
          case 'done':
            return resolve(said.done as T);
          case 'failure':
            return reject(reason ?? new Failure(said.type, said.message));
          case 'late':
            return reject(reason ?? late());
          case 'error':
            return reject(reason ?? said.error);
          case 'ended':
            return reject(reason ?? endFailure(said.ending, work, memoryMiB));
        }
      });
      process.tell({ kind: 'task', name: errand.name, task: errand.task, mostMs: timeoutMs + orphanMs });
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    process.stopListening();
  }
}

async function readFor(process: TaskProcess, oids: readonly ContentId[], read: Errand['read']): Promise<void> {
  const contents = (await read?.(oids)) ?? new Map<ContentId, Buffer>();
  process.tell({ kind: 'contents', contents });
}

function endFailure({ description, stderr }: ProcessEnding, work: LimitedWork, memoryMiB: number): Failure {
  if (description === saidTooMuch) return new BeyondLimit(work, `${bytesText(limits.taskAnswerBytes)} to say`);
  // The words of V8 before it aborts, whatever was too large.
  if (/^FATAL ERROR: .*out of memory/m.test(stderr)) return new BeyondLimit(work, `${memoryMiB} MiB of memory`);
  const fatal = /^(?:FATAL ERROR|\w*Error): .*$/m.exec(stderr)?.[0] ?? '';
  return new Failure(
    'Unavailable',
    `${work.what} ended in the middle: its process is gone (${description}). ${fatal && `${fatal} `}It is tried again. If that ends so, too, ` +
      'look whether the machine or container has memory left.',
    { isOfWorker: true },
  );
}
