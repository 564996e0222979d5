/** `[user@]host:path`, as git takes it for SSH. */
const SCP = /^(?:[^@/\s]+@)?([^:/@\s]+):(?!\/\/)(.+)$/;

interface Address {
  readonly transport: 'http' | 'ssh' | 'file';
  readonly host: string;
  /** '' where it is the default of the scheme. */
  readonly port: string;
  readonly path: string;
}

/**
 * Whether two URLs mean the same repository: HTTPS, SSH and scp form, `.git`, a trailing slash, a user and the
 * case of letters make no difference. Ports are compared within HTTP and within SSH, but not across them: one
 * server has different ports for the two. Matching too widely cannot make anything green, because a cluster's
 * revision must also be a commit of the branch.
 */
export function sameRepository(one: string, other: string): boolean {
  const [a, b] = [parse(one), parse(other)];
  if (!a || !b) return one === other;
  if (a.host !== b.host || a.path !== b.path) return false;
  return a.transport !== b.transport || a.port === b.port;
}

/** The URL without user and password, for messages. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/]*@/i, '$1');
}

function parse(url: string): Address | undefined {
  const scp = url.includes('://') ? undefined : SCP.exec(url);
  if (scp) return address('ssh', scp[1] ?? '', '', scp[2] ?? '');
  if (url.startsWith('/')) return address('file', '', '', url);
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, pathname } = new URL(url);
  if (protocol === 'file:') return address('file', '', '', pathname);
  if (protocol === 'http:' || protocol === 'https:') return address('http', hostname, port, pathname);
  return protocol === 'ssh:' ? address('ssh', hostname, port === '22' ? '' : port, pathname) : undefined;
}

function address(transport: Address['transport'], host: string, port: string, path: string): Address {
  const bare = decoded(path)
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/i, '');
  if (transport === 'file') return { transport, host, port, path: bare };
  return { transport, ...sshTwin(host.toLowerCase(), bare.toLowerCase(), port) };
}

/** Forges whose SSH address has another host, path or port than their HTTPS one. */
function sshTwin(host: string, path: string, port: string): Omit<Address, 'transport'> {
  if (host === 'ssh.github.com') return { host: 'github.com', port: '', path };
  if (host === 'altssh.gitlab.com') return { host: 'gitlab.com', port: '', path };
  if (host === 'ssh.dev.azure.com') return { host: 'dev.azure.com', port: '', path: path.replace(/^v3\//, '') };
  if (host === 'dev.azure.com') return { host, port, path: path.replace('/_git/', '/') };
  return { host, port, path };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A stray percent sign is part of the name.
    return path;
  }
}
