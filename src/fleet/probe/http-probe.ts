import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import type { HttpProxy, ProxyRule } from '../../proxy/proxy.ts';
import { proxyTrouble } from '../../proxy/proxy-words.ts';
import { tlsTrouble } from '../../tls-words.ts';
import { refuseOddities, UnexpectedAnswer } from '../flux/http.ts';
import { type CheckAnswer, type HttpChecks, isHostAllowed } from '../verify/http-checks.ts';

/** What HTTP checks may do. */
export interface HttpProbeOptions {
  /** The hosts that may be asked, in lower case, with the port where it is not the scheme's own. */
  readonly allowed: readonly string[];
  /** The longest time for one answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Names the proxies on the way to hosts. Default: the way is direct. */
  readonly proxies?: ProxyRule;
}

/**
 * Makes the requests of HTTP checks. These hold:
 *
 * - A host that is not allowed is never connected to.
 * - A request has no credentials and no cookies, and follows no redirect.
 * - Of an answer only its status is known: its body is thrown away unread.
 */
export function createHttpProbe({ allowed, timeoutMs, proxies = () => undefined }: HttpProbeOptions): HttpChecks {
  const isAllowed = (url: string) => isHostAllowed(url, allowed);
  return {
    isAllowed,
    async ask(url, signal) {
      if (!isAllowed(url)) return { kind: 'silent', why: 'the host is not allowed' };
      signal?.throwIfAborted();
      const timeout = AbortSignal.timeout(timeoutMs);
      const proxy = proxies(new URL(url));
      try {
        return await statusOf(url, proxy, signal ? AbortSignal.any([timeout, signal]) : timeout);
      } catch (error) {
        signal?.throwIfAborted();
        if (timeout.aborted) return { kind: 'silent', why: `it did not answer within ${timeoutMs / 1000} s` };
        const atProxy = proxy && proxyTrouble(error, proxy, new URL(url).host);
        if (atProxy !== undefined) return { kind: 'silent', why: atProxy };
        const untrusted = tlsTrouble(error, 'NODE_EXTRA_CA_CERTS of the worker');
        if (untrusted !== undefined) return { kind: 'silent', why: untrusted };
        if (error instanceof UnexpectedAnswer) return { kind: 'silent', why: `it ${error.message}` };
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
        return { kind: 'silent', why: `it cannot be reached (${code})` };
      }
    },
  };
}

function statusOf(url: string, proxy: HttpProxy | undefined, signal: AbortSignal): Promise<CheckAnswer> {
  const start = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // A connection of its own each time: what is kept open may outlive what it speaks to.
    const agent = proxy === undefined ? false : proxyAgent(url, proxy, signal);
    const request = start(url, { method: 'GET', agent, signal, headers: { 'User-Agent': 'fairlead' } });
    request.on('error', reject);
    refuseOddities(request, reject);
    request.once('response', (response) => {
      response.on('error', () => undefined).destroy();
      resolve({ kind: 'answered', status: response.statusCode ?? 0 });
    });
    request.end();
  });
}

function proxyAgent(url: string, proxy: HttpProxy, signal: AbortSignal): HttpProxyAgent | HttpsProxyAgent {
  const options = { proxy: proxy.url.href, keepAlive: false };
  const agent = url.startsWith('https:') ? new HttpsProxyAgent(options) : new HttpProxyAgent(options);
  // Its types know no signal; without one a proxy that does not answer would keep its connection.
  return Object.assign(agent, { proxyRequestOptions: { signal } });
}
