import { type AnswerHeaders, retryAfterMs } from '../http/retry-after.ts';

export { retryAfterMs };

/** The wait where a secondary limit comes without a time: GitHub asks for a minute. */
const DEFAULT_WAIT_MS = 60_000;

/**
 * Answers whether an answer means "too many requests": 429, or 403 by the primary limit (none remaining) or a secondary
 * one (told by `retry-after` or the message alone).
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function isRateLimited(status: number, headers: AnswerHeaders, message: string): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const exhausted = String(headers['x-ratelimit-remaining']) === '0';
  return exhausted || headers['retry-after'] !== undefined || /rate limit|abuse detection/i.test(message);
}

/** Answers the wait of a rate-limited answer, in milliseconds; there always is one. */
export function rateLimitWaitMs(headers: AnswerHeaders): number {
  return retryAfterMs(headers) ?? DEFAULT_WAIT_MS;
}
