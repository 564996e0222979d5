const SCHEMES = ['https:', 'http:', 'ssh:', 'file:'];
/** `[user@]host:path`, as scp takes it. A single letter before the colon would be a Windows drive. */
const SCP = /^(?:[A-Za-z0-9._-]+@)?[A-Za-z0-9][A-Za-z0-9.-]+:(?!\/\/|-)[\w~./+-]+$/;
const LOCAL_PATH = /^\/\S+$/;
/** Whitespace, control characters and what a shell or git's `--option` and `ext::` forms would act on. */
const UNSAFE = /[\s\p{Cc}"'`$;&|<>(){}\\!*]|^-|^ext::/u;

/**
 * Why this is not the address of a git repository that Fairlead opens, with the remedy; undefined: it is.
 * HTTPS, HTTP, SSH (both forms), `file:` and absolute local paths are; credentials inside never are, because
 * files are read by many and URLs end up in logs.
 */
export function forbiddenInUrl(url: string): string | undefined {
  const example = 'Write the URL of a git repository, such as https://github.com/acme/platform.';
  if (UNSAFE.test(url)) return `Spaces, shell characters and a leading "-" are not part of one. ${example}`;
  if (LOCAL_PATH.test(url)) return url.split('/').includes('..') ? 'Write the path without "..".' : undefined;
  if (!url.includes('://')) return SCP.test(url) ? undefined : example;
  if (!URL.canParse(url)) return example;
  const parsed = new URL(url);
  if (!SCHEMES.includes(parsed.protocol)) return `Fairlead opens https, ssh and file URLs. ${example}`;
  if (parsed.password !== '' || (parsed.username !== '' && parsed.protocol.startsWith('http'))) {
    return 'Take the credentials out of it: they belong to the worker settings (see docs/worker-settings.md).';
  }
  if (parsed.search !== '' || parsed.hash !== '') return 'Take "?" and "#" and what follows out of it.';
  return parsed.pathname.length > 1 ? undefined : `It names no repository. ${example}`;
}

/**
 * Host and path of a repository, so that two ways to write one address compare equal: the scheme, the user,
 * a default port, `.git` and a trailing slash do not tell repositories apart.
 */
export function repositoryKey(url: string): string {
  const scp = !url.includes('://') && SCP.test(url);
  const withoutEnd = url.replace(/\/+$/, '').replace(/\.git$/, '');
  if (scp)
    return withoutEnd
      .replace(/^[^@]*@/, '')
      .replace(':', '/')
      .toLowerCase();
  if (!URL.canParse(withoutEnd)) return withoutEnd;
  const { protocol, hostname, port, pathname } = new URL(withoutEnd);
  if (protocol === 'file:') return pathname;
  return `${hostname}${port === '' || port === '22' ? '' : `:${port}`}${pathname}`.toLowerCase();
}
