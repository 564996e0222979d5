/** The time of one look. */
export interface Clock {
  /** Is aborted when the time is over, or when the caller's own signal is. */
  readonly signal: AbortSignal;
  /** Tells whether the time is over: the caller's own signal does not count. */
  isOver(): boolean;
  /** Stops the time until `goOn` was called as often. */
  pause(): void;
  goOn(): void;
  /** Stops the time for good. */
  stop(): void;
}

/** Starts the time of a look, in milliseconds. `AbortSignal.any` and `timeout` cost a thousand looks a multiple of it. */
export function startClock(ms: number, signal?: AbortSignal): Clock {
  const controller = new AbortController();
  let left = ms;
  let since = performance.now();
  let isOver = false;
  let pauses = 0;
  const cancel = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', cancel, { once: true });
  const end = () => {
    isOver = true;
    controller.abort(new Error(`${ms} ms are over`));
  };
  let timer = setTimeout(end, ms);
  return {
    signal: controller.signal,
    isOver: () => isOver,
    pause() {
      pauses += 1;
      if (pauses > 1) return;
      clearTimeout(timer);
      left -= performance.now() - since;
    },
    goOn() {
      pauses -= 1;
      if (pauses > 0 || isOver) return;
      since = performance.now();
      timer = setTimeout(end, Math.max(0, left));
    },
    stop() {
      pauses = Number.POSITIVE_INFINITY;
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    },
  };
}
