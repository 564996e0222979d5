import { Failure } from '../../failure.ts';
import { type HttpProxy, type ProxyNames, proxyCredentials, proxyRule } from '../../proxy/proxy.ts';
import { proxyTrouble } from '../../proxy/proxy-words.ts';
import { type TlsSettings, tlsSettings } from './config.ts';
import { probe } from './probe.ts';
import { isSilentEnd, speaksTls, temporalTlsTrouble } from './tls-words.ts';

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

/** A connection that was not made. */
export interface LostConnection {
  readonly route: TemporalRoute;
  readonly tls: TlsSettings;
  /** What the client says of it, which knows other authorities than Node; undefined: nothing. */
  readonly words: string | undefined;
  readonly error: unknown;
}

/** Makes the failure of a connection that was not made: what keeps from getting to Temporal on this way, and what to do. */
export async function connectionFailure({ route, tls, words, error }: LostConnection): Promise<Failure> {
  const { address, target, proxy } = route;
  const ofTls = (why: string) =>
    new Failure('Unauthorized', `The connection to Temporal at ${address} fails: ${why}.`, { cause: error });
  if (/UnknownIssuer/.test(words ?? ''))
    return ofTls(
      `its certificate is of an authority that is not known here: name a file with its authority in ${tlsSettings.authority}`,
    );
  const place = { hostname: target.replace(/:\d+$/, ''), port: Number(/\d+$/.exec(target)?.[0]), proxy };
  const found = await probe({ ...place, tls: tls ? nodeTls(tls) : undefined });
  const trouble = found && proxy && proxyTrouble(found, proxy, target);
  if (trouble) return temporalAway(address, trouble, error);
  if (!tls && isSilentEnd(found) && speaksTls(await probe({ ...place, tls: {} })))
    return ofTls('it speaks TLS alone: set TEMPORAL_TLS=true');
  const why = found && temporalTlsTrouble(found, tls);
  if (why) return ofTls(why);
  return temporalAway(address, (proxy && found?.message) ?? words, error);
}

function nodeTls(tls: NonNullable<TlsSettings>) {
  if (tls === true) return {};
  const { serverRootCACertificate: ca, serverNameOverride: servername, clientCertPair: pair } = tls || {};
  return {
    ...(ca && { ca: Buffer.from(ca) }),
    ...(servername && { servername }),
    ...(pair && { cert: Buffer.from(pair.crt), key: Buffer.from(pair.key) }),
  };
}

/** Makes the failure of a Temporal that does not answer. `details`: what is known of why. */
export function temporalAway(address: string, details: string | undefined, cause: unknown): Failure {
  const why = details === undefined ? '' : ` (${details.replace(/\.?\s*$/, '')})`;
  return new Failure(
    'Unavailable',
    `Temporal does not answer at ${address}${why}. Start it, or set TEMPORAL_ADDRESS.`,
    { cause },
  );
}

function proxyAddress({ url }: HttpProxy): string {
  return `${url.hostname}:${url.port || 80}`;
}
