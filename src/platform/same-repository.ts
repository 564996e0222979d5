import { splitUrl, type Transport } from './url-parts.ts';

interface ComparableAddress {
  readonly transport: Transport;
  readonly host: string;
  /** Empty where it is the default of the scheme. */
  readonly port: string;
  readonly path: string;
}

/**
 * Answers whether two URLs mean the same repository, and never throws, because others write these URLs: what is no URL
 * is only the same as itself. HTTPS, SSH and scp form, `.git`, a trailing slash, a user, percent signs for letters and
 * the case of letters make no difference. Ports are compared within HTTP and within SSH, but not across them: one
 * server has different ports for the two. Matching too widely cannot make anything green, because a cluster's
 * revision must also be a commit of the branch.
 */
export function sameRepository(one: string, other: string): boolean {
  const [a, b] = [addressOf(one), addressOf(other)];
  if (!a || !b) return one === other;
  if (a.host !== b.host || a.path !== b.path) return false;
  return a.transport !== b.transport || a.port === b.port;
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
  return decodedPath(path)
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/i, '');
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
