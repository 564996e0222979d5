import { describe, expect, it } from 'vitest';
import { isRateLimited, rateLimitWaitMs, retryAfterMs } from '../../../src/forge/github/rate-limit.ts';

const now = Date.parse('2030-01-01T00:00:00Z');

describe('a limited rate', () => {
  it.each([
    { status: 429, headers: {}, message: '', limited: true },
    { status: 403, headers: { 'x-ratelimit-remaining': '0' }, message: 'API rate limit exceeded', limited: true },
    { status: 403, headers: { 'retry-after': '5' }, message: 'Wait', limited: true },
    { status: 403, headers: {}, message: 'You have triggered an abuse detection mechanism', limited: true },
    {
      status: 403,
      headers: { 'x-ratelimit-remaining': '4999' },
      message: 'Resource not accessible by integration',
      limited: false,
    },
    { status: 404, headers: { 'x-ratelimit-remaining': '0' }, message: 'Not Found', limited: false },
  ] as const)('$status $headers "$message": $limited', ({ status, headers, message, limited }) => {
    expect(isRateLimited(status, headers, message)).toBe(limited);
  });
});

describe('the wait', () => {
  it.each([
    [{ 'retry-after': '30' }, 30_000],
    [{ 'retry-after': 'Tue, 01 Jan 2030 00:02:00 GMT' }, 120_000],
    [{ 'retry-after': 'Mon, 31 Dec 2029 23:00:00 GMT' }, 1_000],
    [{ 'retry-after': '0' }, 1_000],
    [{ 'retry-after': '-7' }, 1_000],
    [{ 'retry-after': '1.0001' }, 1_001],
    [{ 'retry-after': '31536000' }, 3_600_000],
    [{ 'retry-after': '1e300' }, 3_600_000],
    [{ 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }, 3_600_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1e300' }, 3_600_000],
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
