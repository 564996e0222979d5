type Headers = Readonly<Record<string, string | number | undefined>>;

/** The bounds of a wait: nobody else in between may let the worker ask without a pause, or not at all for a year. */
const [shortestMs, longestMs] = [1_000, 3_600_000];
/** The wait where a secondary limit comes without a time: GitHub asks for a minute. */
const DEFAULT_WAIT_MS = 60_000;

/**
 * Answers whether an answer means "too many requests": 429, or 403 by the primary limit (none remaining) or a secondary
 * one (told by `retry-after` or the message alone).
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function isRateLimited(status: number, headers: Headers, message: string): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const exhausted = String(headers['x-ratelimit-remaining']) === '0';
  return exhausted || headers['retry-after'] !== undefined || /rate limit|abuse detection/i.test(message);
}

/**
 * Answers how long to wait in whole milliseconds, a second at least and an hour at most, which is how long GitHub counts:
 * `retry-after` (seconds or a date), then the reset of an exhausted limit.
 */
export function retryAfterMs(headers: Headers, nowMs: number = Date.now()): number | undefined {
  const wait = saidMs(headers, nowMs);
  return wait === undefined ? undefined : Math.ceil(Math.min(Math.max(wait, shortestMs), longestMs));
}

function saidMs(headers: Headers, nowMs: number): number | undefined {
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

/** Answers the wait of a rate-limited answer, in milliseconds; there always is one. */
export function rateLimitWaitMs(headers: Headers): number {
  return retryAfterMs(headers) ?? DEFAULT_WAIT_MS;
}
