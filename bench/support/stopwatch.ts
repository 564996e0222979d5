/** Time during which at least one watched call is under way, in milliseconds: calls side by side count once. */
export interface Stopwatch {
  readonly ms: number;
  reset(): void;
  during<T>(call: () => Promise<T>): Promise<T>;
}

export function createStopwatch(): Stopwatch {
  let ms = 0;
  let underWay = 0;
  let since = 0;
  return {
    get ms() {
      return ms;
    },
    reset() {
      ms = 0;
    },
    async during(call) {
      if (underWay === 0) since = performance.now();
      underWay += 1;
      try {
        return await call();
      } finally {
        underWay -= 1;
        if (underWay === 0) ms += performance.now() - since;
      }
    },
  };
}

/** Answers the same object, with its methods (all, or those named) watched by each of the stopwatches. */
export function timed<T extends object>(
  target: T,
  stopwatches: readonly Stopwatch[],
  methods?: readonly (keyof T & string)[],
): T {
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      const call = (...args: unknown[]) => value.apply(object, args);
      if (methods && !methods.some((method) => method === name)) return call;
      return (...args: unknown[]) =>
        stopwatches.reduce(
          (inner, stopwatch) => () => stopwatch.during(inner),
          () => call(...args),
        )();
    },
  });
}
