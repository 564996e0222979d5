import type { LogEntry } from '@temporalio/worker';

/** What the SDK logs of a worker that gets no more tasks, whatever the reason. */
const fatalWords = 'Worker failed';
/** How long workers may take to end after that, in milliseconds. */
const endsWithinMs = 10_000;

/** Watches for an error after which workers get no more tasks. */
export interface FatalErrors {
  /** Looks at what the SDK logs. */
  readonly look: (entry: LogEntry) => void;
  /**
   * Waits for workers that run; `stop` asks them to stop. Rejects with the fatal error where they do not end by themselves: the
   * SDK waits for pollers of which nobody asks anything any more, and the process would live on without work.
   */
  guard(running: Promise<void>, stop: () => void): Promise<void>;
}

/** Makes the watch of a process. `patienceMs`: how long workers may take to end after a fatal error. */
export function watchFatalErrors(patienceMs = endsWithinMs): FatalErrors {
  let tell: (error: Error) => void = () => undefined;
  const first = new Promise<Error>((resolve) => {
    tell = resolve;
  });
  return {
    look: ({ message, meta }) => {
      if (message !== fatalWords) return;
      const error: unknown = meta?.error;
      tell(error instanceof Error ? error : new Error(String(error)));
    },
    async guard(running, stop) {
      let timer: NodeJS.Timeout | undefined;
      const late = first.then((error) => {
        stop();
        return new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(error), patienceMs);
        });
      });
      try {
        await Promise.race([running, late]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
