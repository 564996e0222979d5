/** Reconciles one object; answers after how many milliseconds it wants to be called again. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<number | undefined>;

export interface WorkQueue {
  /** Reconciles now, or once more after the run under way. */
  enqueue(key: string): void;
  /** Aborts what runs, and ends when it has ended; no timer is left. */
  stop(): Promise<void>;
}

const BACK_OFF_MS = 1000;

/** Makes a queue like a controller's: each object is reconciled once at a time, and again when its interval is over. */
export function createWorkQueue(reconcile: Reconcile, onError: (error: unknown) => void): WorkQueue {
  const timers = new Map<string, NodeJS.Timeout>();
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const stopping = new AbortController();

  const schedule = (key: string, delayMs: number) => {
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => start(key), delayMs),
    );
  };
  const run = async (key: string) => {
    try {
      const requeueMs = await reconcile(key, stopping.signal);
      if (requeueMs !== undefined && !stopping.signal.aborted) schedule(key, requeueMs);
    } catch (error) {
      if (stopping.signal.aborted) return;
      onError(error);
      schedule(key, BACK_OFF_MS);
    }
  };
  const start = (key: string) => {
    clearTimeout(timers.get(key));
    timers.delete(key);
    const done = run(key).finally(() => {
      running.delete(key);
      if (again.delete(key) && !stopping.signal.aborted) start(key);
    });
    running.set(key, done);
  };

  return {
    enqueue(key) {
      if (stopping.signal.aborted) return;
      if (running.has(key)) again.add(key);
      else start(key);
    },
    async stop() {
      stopping.abort();
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      await Promise.all(running.values());
    },
  };
}
