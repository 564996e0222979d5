/*
 * URLs of repositories as others write them: in a cluster, in a kustomization, by hand. Nothing here throws, and no answer
 * says that a URL may be used: `checkRepositoryUrl` does.
 */

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

/** Answers a text without the slashes at its end. A pattern would try each of a million slashes anew. */
export function withoutEndSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end -= 1;
  return text.slice(0, end);
}

/** Answers a text without the slashes around it. */
export function withoutOuterSlashes(text: string): string {
  return withoutEndSlashes(text).replace(/^\/+/, '');
}

/** Answers a URL without its user and password. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/]*@/i, '$1');
}

/** Other names of hosts: `git.internal:8443` → `github.com`. Both are in lower case, with the port where it is no default. */
export type HostAliases = ReadonlyMap<string, string>;

/**
 * Answers whether two URLs mean the same repository, and never throws, because others write these URLs: what is no URL
 * is only the same as itself. HTTPS, SSH and scp form, `.git`, a trailing slash, a user, percent signs for letters and
 * the case of letters make no difference. Ports are compared within HTTP and within SSH, but not across them: one
 * server has different ports for the two. Matching too widely cannot make anything green, because a cluster's
 * revision must also be a commit of the branch.
 */
export function sameRepository(one: string, other: string, aliases: HostAliases = new Map()): boolean {
  const [a, b] = [addressOf(one), addressOf(other)].map((each) => each && withoutAlias(each, aliases));
  if (!a || !b) return one === other;
  if (a.host !== b.host || a.path !== b.path) return false;
  return a.transport !== b.transport || a.port === b.port;
}

/** Answers the address by the host's own name; the port of an alias says nothing about the host's own. */
function withoutAlias(address: ComparableAddress, aliases: HostAliases): ComparableAddress {
  const { host, port } = address;
  const name = aliases.get(port === '' ? host : `${host}:${port}`) ?? aliases.get(host);
  if (name === undefined) return address;
  const [, own = name, ownPort = ''] = /^(.*):(\d+)$/s.exec(name) ?? [];
  return { ...address, host: own, port: ownPort };
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

interface ComparableAddress {
  readonly transport: Transport;
  readonly host: string;
  /** Empty where it is the default of the scheme. */
  readonly port: string;
  readonly path: string;
}

/** Matches a host name or an IP address; one of version 6 has its brackets. */
const hostPattern = /^([a-z0-9][a-z0-9._-]*|\[[0-9a-f:.]+\])$/i;

function addressOf(url: string): ComparableAddress | undefined {
  const { transport, scheme, host, port, path: written } = splitUrl(url);
  const path = scheme === '' ? written : written.replace(/[?#].*$/s, '');
  if (transport === 'local') {
    return path.startsWith('/') ? { transport, host: '', port: '', path: barePath(path) } : undefined;
  }
  if (transport === undefined || !hostPattern.test(host)) return undefined;
  return { transport, ...webTwin(host.toLowerCase(), port, barePath(path).toLowerCase()) };
}

function barePath(path: string): string {
  return withoutOuterSlashes(decodedPath(path)).replace(/\.git$/i, '');
}

/** Answers the HTTPS address of a repository on a forge whose SSH address has another host, path or port. */
function webTwin(host: string, port: string, path: string): Omit<ComparableAddress, 'transport'> {
  if (host === 'ssh.github.com') return { host: 'github.com', port: '', path };
  if (host === 'altssh.gitlab.com') return { host: 'gitlab.com', port: '', path };
  if (host === 'ssh.dev.azure.com') return { host: 'dev.azure.com', port: '', path: path.replace(/^v3\//, '') };
  if (host === 'dev.azure.com') return { host, port, path: path.replace('/_git/', '/') };
  return { host, port, path };
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A stray percent sign is part of the name.
    return path;
  }
}
