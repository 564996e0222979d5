import { Failure } from '../failure.ts';
import { type HttpProxy, type ProxyNames, proxyCredentials, proxyRule } from '../proxy/proxy.ts';
import { proxyTrouble } from '../proxy/proxy-words.ts';
import { tryTls } from '../proxy/try-tls.ts';
import { tlsTrouble } from '../tls-words.ts';

/** The way to Temporal. */
export interface TemporalRoute {
  /** Temporal itself, as the settings name it. */
  readonly address: string;
  /** Its host and port. */
  readonly target: string;
  readonly proxy: HttpProxy | undefined;
}

const grpcNames: ProxyNames = { https: ['grpc_proxy', 'https_proxy'], http: [], none: ['no_grpc_proxy', 'no_proxy'] };

/**
 * Chooses the way to Temporal as gRPC does: by `grpc_proxy` and `no_grpc_proxy`, else by `HTTPS_PROXY` and `NO_PROXY`,
 * with TLS and without. Throws `Failure` InvalidConfig.
 */
export function temporalRoute(address: string, env: Readonly<NodeJS.ProcessEnv>): TemporalRoute {
  const rule = proxyRule(env, grpcNames);
  const host = address.replace(/^[a-z]+:\/\//i, '');
  const target = /:\d+$/.test(host) ? host : `${host}:7233`;
  const proxy = URL.canParse(`https://${target}`) ? rule(new URL(`https://${target}`)) : undefined;
  if (proxy !== undefined && proxy.url.protocol !== 'http:')
    throw new Failure(
      'InvalidConfig',
      `The proxy ${proxy.name} is asked over TLS, which the connection to Temporal cannot do. Set grpc_proxy to one that is asked over http://, or add ${target} to NO_PROXY.`,
    );
  return { address, target, proxy };
}

/** Answers how the client of commands takes this way: it connects to the proxy, and Temporal is what it asks that for. */
export function clientRoute({ address, target, proxy }: TemporalRoute) {
  if (proxy === undefined) return { address, channelArgs: { 'grpc.enable_http_proxy': 0 } };
  const { username, password } = proxyCredentials(proxy) ?? {};
  return {
    address: proxyAddress(proxy),
    channelArgs: {
      'grpc.enable_http_proxy': 0,
      'grpc.http_connect_target': `dns:${target}`,
      'grpc.default_authority': target,
      ...(username !== undefined && { 'grpc.http_connect_creds': `${username}:${password}` }),
    },
  };
}

/** Answers how a worker's connection takes this way. */
export function workerRoute({ address, proxy }: TemporalRoute) {
  if (proxy === undefined) return { address };
  const basicAuth = proxyCredentials(proxy);
  return {
    address,
    proxy: { type: 'http-connect' as const, targetHost: proxyAddress(proxy), ...(basicAuth && { basicAuth }) },
  };
}

/** The settings of TLS to Temporal, as far as they say whom to trust. */
type TlsSettings = { readonly serverRootCACertificate?: Uint8Array; readonly serverNameOverride?: string | null };

/**
 * Says what keeps from getting to Temporal on this way, and what to do; undefined: nothing that is seen from here.
 * `words` are those of the client, which knows other authorities than Node.
 */
export async function routeTrouble(
  { target, proxy }: TemporalRoute,
  tls: TlsSettings | boolean | null | undefined,
  words: string,
): Promise<string | undefined> {
  const setting = 'TEMPORAL_TLS_SERVER_CA_CERT_PATH';
  if (/UnknownIssuer/.test(words))
    return `its certificate is of an authority that is not known here: name a file with its authority in ${setting}`;
  const { serverRootCACertificate: ca, serverNameOverride: servername } = typeof tls === 'object' && tls ? tls : {};
  const error = await tryTls({
    hostname: target.replace(/:\d+$/, ''),
    port: Number(/\d+$/.exec(target)?.[0]),
    proxy,
    tls: tls ? { ...(ca && { ca: Buffer.from(ca) }), ...(servername && { servername }) } : undefined,
  });
  if (error === undefined) return undefined;
  return tlsTrouble(error, setting) ?? (proxy && (proxyTrouble(error, proxy, target) ?? error.message));
}

function proxyAddress({ url }: HttpProxy): string {
  return `${url.hostname}:${url.port || 80}`;
}
