/** How git reaches a repository. */
export type Transport = 'http' | 'ssh' | 'local';

/** A repository's URL, split as git splits it and not judged: every part is as it is written, and may be anything. */
export interface UrlParts {
  /** Undefined for a scheme of another kind. */
  readonly transport: Transport | undefined;
  /** Lower case; empty for `user@host:path` and for a local path. */
  readonly scheme: string;
  /** `user:password@host:port`, or what is written there; empty for a local path. */
  readonly authority: string;
  /** What the authority has before its last "@"; undefined: it has none. */
  readonly user: string | undefined;
  /** Without user and port; an IPv6 address has its brackets. */
  readonly host: string;
  /** Without leading zeros; empty where none is written, and where it is the scheme's default. */
  readonly port: string;
  /** What follows the authority, with its slashes, and with a query where one is written. */
  readonly path: string;
}

const transports: ReadonlyMap<string, Transport> = new Map([
  ['http', 'http'],
  ['https', 'http'],
  ['ssh', 'ssh'],
  ['git+ssh', 'ssh'],
  ['ssh+git', 'ssh'],
  ['file', 'local'],
]);

const httpPorts: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
]);
const sshPort = 22;

/**
 * Splits every form of a URL that git takes: with a scheme, `user@host:path`, or a local path. This is the one place
 * that takes such a URL apart, and it never throws; `checkRepositoryUrl` says which URLs may be used.
 */
export function splitUrl(url: string): UrlParts {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(url) ?? [];
  if (scheme !== undefined) {
    const slash = rest.indexOf('/');
    const authority = slash < 0 ? rest : rest.slice(0, slash);
    return partsOf(scheme.toLowerCase(), authority, slash < 0 ? '' : rest.slice(slash));
  }
  // An address in brackets has colons of its own.
  const [, authority, path = ''] = /^([^/:[]*\[[^\]/]*\]|[^/:]+):(.*)$/s.exec(url) ?? [];
  if (authority !== undefined) return partsOf('', authority, path);
  return { transport: 'local', scheme: '', authority: '', user: undefined, host: '', port: '', path: url };
}

/** Answers a URL without its user and password. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/]*@/i, '$1');
}

function partsOf(scheme: string, authority: string, path: string): UrlParts {
  const transport = scheme === '' ? 'ssh' : transports.get(scheme);
  const at = authority.lastIndexOf('@');
  const hostAndPort = authority.slice(at + 1);
  const [, host = hostAndPort, port] = /^(.*):(\d+)$/s.exec(hostAndPort) ?? [];
  const defaultPort = transport === 'ssh' ? sshPort : httpPorts.get(scheme);
  return {
    transport,
    scheme,
    authority,
    user: at < 0 ? undefined : authority.slice(0, at),
    host,
    port: port === undefined || Number(port) === defaultPort ? '' : String(Number(port)),
    path,
  };
}
