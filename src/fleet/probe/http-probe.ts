import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type CheckAnswer, type HttpChecks, isHostAllowed } from '../verify/http-checks.ts';

/** What HTTP checks may do. */
export interface HttpProbeOptions {
  /** The hosts that may be asked, in lower case, with the port where it is not the scheme's own. */
  readonly allowed: readonly string[];
  /** The longest time for one answer, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Makes the requests of HTTP checks. These hold:
 *
 * - A host that is not allowed is never connected to.
 * - A request has no credentials, no cookies and no proxy, and follows no redirect.
 * - Of an answer only its status is known: its body is thrown away unread.
 */
export function createHttpProbe({ allowed, timeoutMs }: HttpProbeOptions): HttpChecks {
  const isAllowed = (url: string) => isHostAllowed(url, allowed);
  return {
    isAllowed,
    async ask(url, signal) {
      if (!isAllowed(url)) return { kind: 'silent', why: 'the host is not allowed' };
      signal?.throwIfAborted();
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        return await statusOf(url, signal ? AbortSignal.any([timeout, signal]) : timeout);
      } catch (error) {
        signal?.throwIfAborted();
        if (timeout.aborted) return { kind: 'silent', why: `it did not answer within ${timeoutMs / 1000} s` };
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
        return { kind: 'silent', why: `it cannot be reached (${code})` };
      }
    },
  };
}

function statusOf(url: string, signal: AbortSignal): Promise<CheckAnswer> {
  const start = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // A connection of its own each time: what is kept open may outlive what it speaks to.
    const request = start(url, { method: 'GET', agent: false, signal, headers: { 'User-Agent': 'fairlead' } });
    request.on('error', reject);
    request.once('response', (response) => {
      response.on('error', () => undefined).destroy();
      resolve({ kind: 'answered', status: response.statusCode ?? 0 });
    });
    request.end();
  });
}
