import type { Agent } from 'node:http';
import { type Cluster, HttpMethod, type KubeConfig, RequestContext } from '@kubernetes/client-node';
import { type HttpProxy, httpProxyAt, type ProxyRule } from '../../proxy/proxy.ts';
import type { ServerConnection } from './http.ts';

/** How many connections are kept between looks, and for how long. */
export interface ConnectionLimits {
  /** Over all contexts. */
  readonly kept: number;
  /** The longest time in milliseconds that one is kept without being used. */
  readonly idleMs: number;
  /** Names the proxies to clusters for which the kubeconfig names none; the default is a direct way. */
  readonly proxies?: ProxyRule;
}

/** The connections to the API servers of all contexts. */
export interface Connections {
  /** Answers the way to the current context's server. Runs its credential plugin where it has one. */
  open(config: KubeConfig): Promise<OpenConnection>;
  /** How many are kept now. */
  readonly kept: number;
}

/** A connection that one look has in use. */
export interface OpenConnection extends ServerConnection {
  /** The proxy on the way; undefined: there is none. */
  readonly proxy: HttpProxy | undefined;
  /** Gives it back. It is kept for the next look, if there is room and `isWell`. */
  release(isWell: boolean): void;
}

/** The agent of one context, which keeps one connection at most. Where none is kept, it is forgotten with its options. */
interface Entry {
  readonly config: KubeConfig;
  readonly agent: ContextAgent;
  /** Ends what the agent asks a proxy for: nobody else would, where a proxy does not answer. */
  readonly asking: AbortController;
  users: number;
  usedAt: number;
}

type ContextAgent = Agent & { keepAlive?: boolean; readonly options: object };

/** What a TLS connection is made with. Another value needs another connection: certificates rotate. */
const TLS_OPTIONS = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'rejectUnauthorized', 'servername'] as const;

/**
 * Keeps connections to API servers open between looks: a TLS handshake is nine tenths of the cost of one. These hold:
 *
 * - Each configuration has an agent of its own, which client-node makes: proxies and client certificates work as there.
 *   One for which another certificate, authority or server name is to be used gets a new agent.
 * - Where all places are taken, a connection is closed after its look. Whoever has a place keeps it until it is idle:
 *   if the longest unused one had to go, nobody in a round of more clusters than places would ever meet its own again.
 * - A changed kubeconfig makes other configurations (`openKubeconfigs`); connections of the old ones end when idle.
 */
export function createConnections({ kept: places, idleMs, proxies = () => undefined }: ConnectionLimits): Connections {
  const entries = new WeakMap<KubeConfig, Entry>();
  const ways = new WeakMap<KubeConfig, { readonly proxy: HttpProxy | undefined }>();
  const kept = new Set<Entry>();
  let sweeper: NodeJS.Timeout | undefined;
  const drop = (entry: Entry) => {
    if (entries.get(entry.config) === entry) entries.delete(entry.config);
    kept.delete(entry);
    entry.agent.destroy();
    entry.asking.abort();
  };
  const sweep = () => {
    const now = performance.now();
    for (const entry of kept) if (entry.users === 0 && now - entry.usedAt >= idleMs) drop(entry);
    if (kept.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  };
  const entryFor = (config: KubeConfig, agent: ContextAgent): Entry => {
    const known = entries.get(config);
    if (known && isSameTls(known.agent.options, agent.options)) return known;
    if (known && known.users === 0) drop(known);
    Object.assign(agent, { keepAlive: true, maxFreeSockets: 1 });
    // What TLS is made of is 40 kB outside of JavaScript's memory. Kept until it is collected, it would pile up.
    Object.assign(agent.options, { singleUse: true });
    const asking = new AbortController();
    if ('proxyRequestOptions' in agent) agent.proxyRequestOptions = { signal: asking.signal };
    const entry = { config, agent, asking, users: 0, usedAt: 0 };
    entries.set(config, entry);
    return entry;
  };
  const release = (entry: Entry, isWell: boolean) => {
    entry.users -= 1;
    entry.usedAt = performance.now();
    if (entry.users > 0) return;
    if (!isWell || (kept.size >= places && !kept.has(entry))) return drop(entry);
    kept.add(entry);
    sweeper ??= setInterval(sweep, Math.ceil(idleMs / 6)).unref();
  };
  return {
    get kept() {
      return kept.size;
    },
    async open(config) {
      const cluster = config.getCurrentCluster();
      if (!cluster) throw new Error('the kubeconfig has no current cluster');
      const way = ways.get(config) ?? { proxy: proxyTo(config, cluster, proxies) };
      ways.set(config, way);
      const context = new RequestContext(cluster.server, HttpMethod.GET);
      await config.applySecurityAuthentication(context);
      const entry = entryFor(config, context.getAgent() as ContextAgent);
      entry.users += 1;
      // A token read from a file ends with the file's last newline, which a header may not have.
      const headers = Object.entries(context.getHeaders()).map(([name, value]) => [name, value.trim()]);
      let isOpen = true;
      return {
        server: new URL(cluster.server),
        headers: Object.fromEntries(headers),
        agent: entry.agent,
        ...way,
        release(isWell) {
          if (isOpen) release(entry, isWell);
          isOpen = false;
        },
      };
    },
  };
}

/** Answers the proxy to a cluster. One of the environment is written into the configuration, for client-node to find. */
function proxyTo(config: KubeConfig, cluster: Cluster, proxies: ProxyRule): HttpProxy | undefined {
  const { proxyUrl } = cluster;
  if (proxyUrl?.startsWith('socks')) return undefined;
  if (proxyUrl) return httpProxyAt(proxyUrl, 'proxy-url of the kubeconfig');
  const proxy = proxies(new URL(cluster.server));
  if (proxy !== undefined)
    config.clusters = config.clusters.map((each) => (each === cluster ? { ...each, proxyUrl: proxy.url.href } : each));
  return proxy;
}

function isSameTls(mine: object, theirs: object): boolean {
  return TLS_OPTIONS.every((name) => {
    const [one, other] = [Reflect.get(mine, name), Reflect.get(theirs, name)];
    return one === other || (Buffer.isBuffer(one) && Buffer.isBuffer(other) && one.equals(other));
  });
}
