/** The headers of an answer, by their names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | number | undefined>>;

/** The bounds of a wait: nobody else in between may let the worker ask without a pause, or not at all for a year. */
const [shortestMs, longestMs] = [1_000, 3_600_000];

/**
 * Answers how long to wait in whole milliseconds, a second at least and an hour at most, which is how long GitHub counts:
 * `retry-after` (seconds or a date), then the reset of an exhausted limit.
 */
export function retryAfterMs(headers: AnswerHeaders, nowMs: number = Date.now()): number | undefined {
  const wait = saidMs(headers, nowMs);
  return wait === undefined ? undefined : Math.ceil(Math.min(Math.max(wait, shortestMs), longestMs));
}

function saidMs(headers: AnswerHeaders, nowMs: number): number | undefined {
  const retryAfter = headers['retry-after'];
  if (retryAfter !== undefined) {
    const seconds = Number(retryAfter);
    const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(String(retryAfter)) - nowMs;
    if (Number.isFinite(wait)) return wait;
  }
  if (String(headers['x-ratelimit-remaining']) !== '0') return undefined;
  const reset = Number(headers['x-ratelimit-reset']);
  if (!Number.isFinite(reset)) return undefined;
  // The time is GitHub's own where its answer says it, because this clock may differ.
  const date = Date.parse(String(headers.date));
  return reset * 1000 - (Number.isFinite(date) ? date : nowMs);
}
