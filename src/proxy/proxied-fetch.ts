import type { ProxyAgent } from 'undici';
import { type HttpProxy, type ProxyRule, proxyAuthorization } from './proxy.ts';
import { proxyTrouble } from './proxy-words.ts';

/**
 * Makes a `fetch` that goes through the proxy which the rule names for an address, by CONNECT, and directly where it
 * names none. Node's own knows no proxies before version 24. Connections through a proxy are kept as `fetch` keeps others.
 */
export function proxiedFetch(rule: ProxyRule): typeof fetch {
  const agents = new Map<string, ProxyAgent>();
  return async (input, init) => {
    const target = new URL(input instanceof Request ? input.url : input);
    const proxy = rule(target);
    if (proxy === undefined) return fetch(input, init);
    // Most ways have no proxy, and a command is to start fast.
    const { ProxyAgent, fetch: proxyFetch } = await import('undici');
    const agent = agents.get(proxy.url.href) ?? new ProxyAgent(agentOptions(proxy));
    agents.set(proxy.url.href, agent);
    try {
      const options = { ...init, dispatcher: agent } as Parameters<typeof proxyFetch>[1];
      return (await proxyFetch(target, options)) as unknown as Response;
    } catch (error) {
      const words = proxyTrouble(error, proxy, target.host);
      throw words === undefined ? error : new TypeError('fetch failed', { cause: new Error(words) });
    }
  };
}

function agentOptions(proxy: HttpProxy): ProxyAgent.Options {
  const token = proxyAuthorization(proxy);
  const { protocol, host } = proxy.url;
  return { uri: `${protocol}//${host}`, ...(token !== undefined && { token }) };
}
