/** Time spent in watched calls, in milliseconds. */
export interface Stopwatch {
  ms: number;
}

/** The same object, with the time that its methods take added to the stopwatch. */
export function timed<T extends object>(target: T, stopwatch: Stopwatch): T {
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        const began = performance.now();
        try {
          return await value.apply(object, args);
        } finally {
          stopwatch.ms += performance.now() - began;
        }
      };
    },
  });
}
