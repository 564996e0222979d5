import { Failure } from '../failure.ts';

/** A repository's address, taken apart. `href` is what git is given: no credentials, no trailing slash. */
export interface RepositoryUrl {
  readonly kind: 'http' | 'ssh' | 'local';
  readonly href: string;
  /** Lower case, with the port where one is given; empty for a local path. */
  readonly host: string;
  /** Without leading and trailing slash and without `.git`: `owner/repo`, `group/subgroup/repo`. */
  readonly path: string;
}

export interface RepositoryId {
  readonly host: string;
  /** The last but one segment of the path; empty where there is none. */
  readonly owner: string;
  readonly name: string;
  readonly path: string;
}

/**
 * Owner and name of a repository: the last two segments of the path, whatever the form of the URL (HTTPS, SSH,
 * `user@host:path`, `file:`, a local path). Pure. Throws what `checkRepositoryUrl` throws.
 */
export function repositoryId(url: string): RepositoryId {
  const { host, path } = checkRepositoryUrl(url);
  const segments = path.split('/');
  return { host, owner: segments.at(-2) ?? '', name: segments.at(-1) ?? '', path };
}

/**
 * Takes a repository URL from outside apart. Throws `Failure` `InvalidInput` for one that git would read
 * as an option or a helper (`--upload-pack=…`, `ext::…`), that carries a password or token, or that has
 * characters no forge uses; the message repeats everything but the secret.
 */
export function checkRepositoryUrl(url: string): RepositoryUrl {
  if (url === '') throw invalid(url, 'is empty');
  if (hasControlCharacter(url)) throw invalid(url, 'contains control characters');
  if (url.startsWith('-')) throw invalid(url, 'begins with a dash');
  if (/^[a-z0-9+.-]*::/i.test(url)) throw invalid(url, 'names a remote helper');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(url);
  if (scheme) return withScheme(url, (scheme[1] ?? '').toLowerCase(), scheme[2] ?? '');
  const scp = /^([^/:]+|[^/:]*\[[^\]/]*\]):(.*)$/.exec(url);
  if (scp) return scpUrl(url, scp[1] ?? '', scp[2] ?? '');
  return localUrl(url, url);
}

function withScheme(url: string, scheme: string, rest: string): RepositoryUrl {
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? '' : rest.slice(slash);
  if (scheme === 'https' || scheme === 'http') return httpUrl(url, scheme, authority, path);
  if (scheme === 'ssh' || scheme === 'git+ssh' || scheme === 'ssh+git') {
    return sshUrl(url, `ssh://${authority}${path}`, authority, path);
  }
  if (scheme === 'file') {
    if (authority !== '' && authority !== 'localhost') throw invalid(url, 'is a file URL with a host');
    return localUrl(url, decoded(url, path));
  }
  throw invalid(url, `has the scheme "${scheme}"`);
}

function httpUrl(url: string, scheme: string, authority: string, path: string): RepositoryUrl {
  if (authority.includes('@')) {
    throw new Failure(
      'InvalidInput',
      `The repository URL ${withoutUserInfo(url)} carries a user name, password or token. Give the URL without it; ` +
        "credentials belong into the worker's settings.",
    );
  }
  const host = checkedHost(url, authority);
  const clean = checkedPath(url, path);
  return { kind: 'http', host, path: clean, href: `${scheme}://${host}${path.replace(/\/+$/, '')}` };
}

/** `user:token@host/path` reads as a path on the host `user`. */
function scpUrl(url: string, authority: string, path: string): RepositoryUrl {
  if (path.includes('@')) throw withSecret(url, 'a password or token');
  return sshUrl(url, url, authority, path);
}

/** How tokens of GitHub and GitLab begin. */
const token = /^(gh[a-z]_|github_pat_|gl[a-z]+-)/;

function sshUrl(url: string, href: string, authority: string, path: string): RepositoryUrl {
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? '' : authority.slice(0, at);
  if (user.includes(':')) throw withSecret(url, 'a password');
  if (token.test(user)) throw withSecret(url, 'a token');
  if (at >= 0 && !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(user)) throw invalid(url, 'has an odd user name');
  const host = checkedHost(url, authority.slice(at + 1));
  return { kind: 'ssh', host, path: checkedPath(url, path), href: href.replace(/\/+$/, '') };
}

function localUrl(url: string, path: string): RepositoryUrl {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
  const clean = segments.join('/').replace(/\.git$/, '');
  if (clean === '') throw invalid(url, 'names no directory');
  return { kind: 'local', host: '', path: clean, href: path.replace(/(.)\/+$/, '$1') };
}

function decoded(url: string, path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (cause) {
    throw new Failure('InvalidInput', `The repository URL ${JSON.stringify(url)} has a broken %-escape. Mend it.`, {
      cause,
    });
  }
}

function checkedHost(url: string, host: string): string {
  if (!/^([A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$/.test(host)) {
    throw invalid(url, 'has no valid host');
  }
  return host.toLowerCase();
}

function checkedPath(url: string, path: string): string {
  const clean = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  if (clean === '') throw invalid(url, 'names no repository');
  if (!/^[\p{L}\p{N}._~+@%/-]+$/u.test(clean)) {
    throw invalid(url, 'contains spaces or characters that are not allowed in a repository URL');
  }
  if (clean.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw invalid(url, 'contains an empty, "." or ".." segment');
  }
  if (path.startsWith('-') || clean.startsWith('-')) throw invalid(url, 'has a path that begins with a dash');
  return clean;
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function withoutUserInfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1…@').replace(/[?#].*$/, '');
}

function withSecret(url: string, what: string): Failure {
  return new Failure(
    'InvalidInput',
    `The repository URL ${withoutUserInfo(url)} carries ${what}. SSH signs in by key: give the URL without it.`,
  );
}

function invalid(url: string, what: string): Failure {
  return new Failure(
    'InvalidInput',
    `The repository URL ${JSON.stringify(withoutUserInfo(url))} ${what}. ` +
      'Give an https, ssh or file URL, user@host:path, or a local path.',
  );
}
