import type { MessagePort } from 'node:worker_threads';
import { Failure, type FailureType } from '../failure.ts';
import { type ContentsMessage, packContents, type ThreadMessage } from './messages.ts';

/** What a thread does, and how long it may take. */
export interface ThreadWork {
  /** The type of its failure where it takes too much. */
  readonly type: FailureType;
  /** What is not done when it is ended, as a clause: `dev cannot be rendered: planning it`. */
  readonly what: string;
  /** What to do where it takes too much, as a sentence. */
  readonly remedy: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** The repository of the platform for which it is done, which gets no more time than others who wait. */
  readonly repository: string;
}

/** The way from a thread to the contents that it asks for, by their ids. */
export interface ContentsWay {
  /** The thread sleeps on it until it has an answer. */
  readonly bell: Int32Array;
  readonly read: (oids: Iterable<string>) => Promise<ReadonlyMap<string, Buffer>>;
}

/** A thread at work, watched. */
export interface Watch {
  /** Ends the thread when it is aborted. */
  readonly signal: AbortSignal;
  /** Why the thread was ended, or could not go on; undefined: for no reason of ours. */
  reason(): unknown;
  /** A thread has ended by itself; this one, where it has not begun. */
  threadFailed(error: unknown): void;
  end(): void;
}

/** Answers a thread, ends it when its time is over or nobody waits for it any more, and remembers why. */
export function watchThread(port: MessagePort, work: ThreadWork, contents?: ContentsWay): Watch {
  const { signal, timeoutMs } = work;
  const ending = new AbortController();
  let reason: unknown;
  let timer: NodeJS.Timeout | undefined;
  const stop = (why: unknown) => {
    reason ??= why;
    ending.abort();
  };
  const readFor = async (oids: readonly string[]) => {
    const answer = await (contents?.read(oids) ?? Promise.resolve(new Map<string, Buffer>())).then(
      (found): ContentsMessage => ({ kind: 'contents', contents: packContents(found) }),
      (error: unknown): ContentsMessage => {
        reason ??= error;
        return { kind: 'failed' };
      },
    );
    port.postMessage(answer, answer.kind === 'contents' ? [answer.contents.bytes.buffer as ArrayBuffer] : []);
    if (contents === undefined) return;
    Atomics.store(contents.bell, 0, 1);
    Atomics.notify(contents.bell, 0);
  };
  port.on('message', (message: ThreadMessage) => {
    // Waiting for a thread is nobody's fault.
    if (message.kind === 'began') timer ??= setTimeout(() => stop(timeFailure(work)), timeoutMs);
    else void readFor(message.oids);
  });
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: ending.signal,
    reason: () => reason,
    threadFailed: (error) => {
      if (timer === undefined) stop(error);
    },
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      port.close();
    },
  };
}

/** A thread was ended because its work took more time or memory than it may: it is no fault of the machine. */
export class BeyondLimit extends Failure {
  static override [Symbol.hasInstance](value: unknown): value is BeyondLimit {
    return value instanceof Failure && 'isBeyondLimit' in value;
  }

  readonly isBeyondLimit = true;

  constructor({ type, what, remedy }: Pick<ThreadWork, 'type' | 'what' | 'remedy'>, limit: string) {
    super(type, `${what} takes more than ${limit}. ${remedy}`);
  }
}

function timeFailure(work: ThreadWork): BeyondLimit {
  return new BeyondLimit(work, `${work.timeoutMs / 1000} s`);
}

/** Makes the failure of a thread that was ended because of its memory; undefined: the error is another one. */
export function memoryFailure(error: unknown, work: ThreadWork, memoryMiB: number): BeyondLimit | undefined {
  const isOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (!isOfMemory) return undefined;
  return new BeyondLimit(work, `${memoryMiB} MiB of memory`);
}
