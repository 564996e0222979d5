const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/** The longest that Go prints has 25 characters. A cluster may send megabytes, whose parts would take gigabytes. */
const longest = 100;

/** Reads a duration as Go prints it (`1h2m3.5s`, `350ms`, `0s`), in milliseconds; undefined: the text is none. */
export function goDurationMs(text: string): number | undefined {
  if (text.length > longest || !/^(?:\d+(?:\.\d+)?(?:h|ms|us|µs|ns|m|s))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g);
  return [...parts].reduce((sum, [, value, unit]) => sum + Number(value) * (UNITS[unit ?? ''] ?? 0), 0);
}
