import { describe, expect, it } from 'vitest';
import { isRateLimited, rateLimitWaitMs, retryAfterMs } from '../../../src/forge/github/rate-limit.ts';

const now = Date.parse('2030-01-01T00:00:00Z');

describe('a limited rate', () => {
  it.each([
    [429, {}, '', true],
    [403, { 'x-ratelimit-remaining': '0' }, 'API rate limit exceeded', true],
    [403, { 'retry-after': '5' }, 'Wait', true],
    [403, {}, 'You have triggered an abuse detection mechanism', true],
    [403, { 'x-ratelimit-remaining': '4999' }, 'Resource not accessible by integration', false],
    [404, { 'x-ratelimit-remaining': '0' }, 'Not Found', false],
  ] as const)('%s %j "%s": %s', (status, headers, message, limited) => {
    expect(isRateLimited(status, headers, message)).toBe(limited);
  });
});

describe('the wait', () => {
  it.each([
    [{ 'retry-after': '30' }, 30_000],
    [{ 'retry-after': 'Tue, 01 Jan 2030 00:02:00 GMT' }, 120_000],
    [{ 'retry-after': 'Mon, 31 Dec 2029 23:00:00 GMT' }, 0],
    [{ 'retry-after': '3', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99999999999' }, 3_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 45) }, 45_000],
    [{ 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': String(now / 1000 + 45) }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ] as const)('of %j is %s ms', (headers, expected) => {
    expect(retryAfterMs(headers, now)).toBe(expected);
  });

  it('is a minute where GitHub says none', () => {
    expect(rateLimitWaitMs({})).toBe(60_000);
  });
});
