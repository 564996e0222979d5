/** Time spent in watched calls, in milliseconds. */
export interface Stopwatch {
  ms: number;
}

/** The same object, with the time that its methods take added to the stopwatch. */
export function timed<T extends object>(target: T, stopwatch: Stopwatch): T {
  const wrap =
    (method: (...args: unknown[]) => unknown) =>
    async (...args: unknown[]) => {
      const began = performance.now();
      try {
        return await method.apply(target, args);
      } finally {
        stopwatch.ms += performance.now() - began;
      }
    };
  const methods = Object.entries(target).map(([name, value]) => [
    name,
    typeof value === 'function' ? wrap(value) : value,
  ]);
  return Object.fromEntries(methods) as T;
}
