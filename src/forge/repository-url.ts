/** Where a repository lives, read from any URL that git takes for it. */
export interface RepositoryAddress {
  /** Lower case, with the port where the URL has one that is not the scheme's own. */
  readonly host: string;
  /** Everything between host and name; with a slash in it on forges that nest groups. */
  readonly owner: string;
  readonly name: string;
  /** Scheme and host under which people look at it; `https` where git speaks SSH. */
  readonly webOrigin: string;
}

const SCP_FORM = /^(?:[^@/:]+@)?([^/:@]+):(?!\/\/)(.+)$/;

/**
 * `https://host/owner/name.git`, `ssh://git@host:22/owner/name`, `git@host:owner/name`. Credentials in the
 * URL are dropped. `undefined` for what names no host (`file:`, a local path) or no owner and name.
 */
export function parseRepositoryUrl(url: string): RepositoryAddress | undefined {
  const scp = url.includes('://') ? null : SCP_FORM.exec(url);
  if (scp !== null) return address(`https://${scp[1]}`, scp[2] ?? '');
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  if (parsed.protocol === 'https:' || parsed.protocol === 'http:') return address(parsed.origin, parsed.pathname);
  // The port of SSH says nothing about the web's.
  if (parsed.protocol === 'ssh:') return address(`https://${parsed.hostname}`, parsed.pathname);
  return undefined;
}

function address(origin: string, path: string): RepositoryAddress | undefined {
  if (!URL.canParse(origin)) return undefined;
  const segments = path
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split('/')
    .filter(Boolean);
  const name = segments.at(-1);
  const owner = segments.slice(0, -1).join('/');
  const { host } = new URL(origin);
  if (name === undefined || owner === '' || host === '') return undefined;
  return { host, owner, name, webOrigin: origin.toLowerCase() };
}
