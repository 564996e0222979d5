import { cut } from '../../cut.ts';
import { Failure } from '../../failure.ts';
import { splitUrl, type Transport, type UrlParts, withoutEndSlashes, withoutOuterSlashes } from './unchecked-url.ts';

/** Where people look at a repository on its forge. */
export interface RepositoryAddress {
  /** Lower case, with the port of the web where the URL has one. */
  readonly host: string;
  /** Everything between host and name; with a slash in it on forges that nest groups. */
  readonly owner: string;
  readonly name: string;
  /** Scheme and host under which people look at it; `https` where git speaks SSH. */
  readonly webOrigin: string;
}

/** Other names under which a forge answers git. */
const hostAliases: Readonly<Record<string, string>> = {
  'www.github.com': 'github.com',
  'ssh.github.com:443': 'github.com',
};

/**
 * The URL of a repository, checked by `checkRepositoryUrl`: git can be given it, and it carries no secret. It answers
 * from its own text alone, so that CI, people, workers and workflows come to the same answers whatever settings they have.
 */
export class RepositoryUrl {
  readonly kind: Transport;
  /** What git is given: no credentials, no trailing slash. */
  readonly href: string;
  /** Lower case, with the port where one is given; empty for a local path. */
  readonly host: string;
  /** Without leading and trailing slash and without `.git`: `owner/repo`, `group/subgroup/repo`. */
  readonly path: string;
  readonly #parts: UrlParts;

  constructor(parts: UrlParts, { kind, href, host, path }: Pick<RepositoryUrl, 'kind' | 'href' | 'host' | 'path'>) {
    this.kind = kind;
    this.href = href;
    this.host = host;
    this.path = path;
    this.#parts = parts;
  }

  /** Names the owner: everything in the path before the name, `group/subgroup` for one; empty where there is nothing. */
  get owner(): string {
    return this.path.slice(0, Math.max(0, this.path.lastIndexOf('/')));
  }

  /** Names the repository itself: the last segment of the path. */
  get name(): string {
    return this.path.slice(this.path.lastIndexOf('/') + 1);
  }

  /**
   * Names the repository in the ids of workflows and in `FairleadPlatform`: `<host>/<path>`, such as
   * `github.com/acme/platform` or `git.example.com:8443/group/sub/platform`; in a directory `file:/<path>`.
   *
   * - The scheme, the user, `.git`, a trailing slash and the scheme's default port tell nothing apart; another port does.
   * - Letter case tells nothing apart on any host: every forge ignores it, and two ids for one platform would give it
   *   two promotions of one commit and two lanes. In directories it counts. So it is with the forms of Unicode, and with
   *   `%`-escapes where git takes them for letters.
   */
  get id(): string {
    if (this.kind === 'local') return `file:/${this.path}`;
    const host = this.#hostWithPort;
    const path = this.#parts.scheme === '' ? this.path : decodeURIComponent(this.path);
    return `${hostAliases[host] ?? host}/${path}`.toLowerCase().normalize('NFC');
  }

  /** Answers where people look at it; undefined for what is on no forge: a local path, or a path without an owner. */
  get webAddress(): RepositoryAddress | undefined {
    const { kind, owner, name } = this;
    if (kind === 'local' || owner === '') return undefined;
    // The port of SSH says nothing about the web's.
    const host = kind === 'ssh' ? this.#parts.host.toLowerCase() : this.#hostWithPort;
    return { host, owner, name, webOrigin: `${kind === 'ssh' ? 'https' : this.#parts.scheme}://${host}` };
  }

  /** Without the port where that is the scheme's default. */
  get #hostWithPort(): string {
    const { host, port } = this.#parts;
    return `${host.toLowerCase()}${port === '' ? '' : `:${port}`}`;
  }
}

/**
 * Checks a repository URL from outside. Throws `Failure` `InvalidInput` for one that git would read
 * as an option or a helper (`--upload-pack=…`, `ext::…`), that carries a password or token, or that has
 * characters no forge uses; the message repeats everything but the secret.
 */
export function checkRepositoryUrl(url: string): RepositoryUrl {
  if (url === '') throw invalidUrl(url, 'is empty');
  if (url.length > longestUrl) throw invalidUrl(url, `has ${url.length} characters, and may have ${longestUrl}`);
  if (/\p{Cc}/u.test(url)) throw invalidUrl(url, 'contains control characters');
  if (url.startsWith('-')) throw invalidUrl(url, 'begins with a dash');
  if (/^[a-z0-9+.-]*::/i.test(url)) throw invalidUrl(url, 'names a remote helper');
  const parts = splitUrl(url);
  if (parts.transport === 'http') return httpUrl(url, parts);
  if (parts.transport === 'ssh') return sshUrl(url, parts);
  if (parts.transport === 'local') return localUrl(url, parts);
  throw invalidUrl(url, `has the scheme "${parts.scheme}"`);
}

/**
 * Answers why a repository's URL cannot stand in a file, with the remedy; undefined: it can. The rules are those of
 * `checkRepositoryUrl`, and local paths must be absolute, because a file is read in many places.
 */
export function forbiddenInFile(url: string): string | undefined {
  try {
    const { kind, href } = checkRepositoryUrl(url);
    if (kind !== 'local' || (/^\/\S+$/.test(href) && !href.split('/').includes('..'))) return undefined;
    return 'Write a URL such as https://github.com/acme/platform, or an absolute path without "..".';
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

function httpUrl(url: string, parts: UrlParts): RepositoryUrl {
  const { scheme, authority, path } = parts;
  if (authority.includes('@')) {
    throw new Failure(
      'InvalidInput',
      `The repository URL ${withoutUserInfo(url)} carries a user name, password or token. Give the URL without it; ` +
        "credentials belong in the worker's settings.",
    );
  }
  const host = checkedHost(url, authority);
  const href = `${scheme}://${host}${withoutEndSlashes(path)}`;
  return new RepositoryUrl(parts, { kind: 'http', host, path: checkedPath(url, path), href });
}

/** No forge has longer ones, and a message may carry megabytes. */
const longestUrl = 2_000;

/** How tokens of GitHub and GitLab begin. */
const token = /^(gh[a-z]_|github_pat_|gl[a-z]+-)/;

function sshUrl(url: string, parts: UrlParts): RepositoryUrl {
  const { scheme, authority, user = '', path } = parts;
  // `user:token@host/path` reads as a path on the host `user`.
  if (scheme === '' && path.includes('@')) throw withSecret(url, 'a password or token');
  if (user.includes(':')) throw withSecret(url, 'a password');
  if (token.test(user)) throw withSecret(url, 'a token');
  if (parts.user !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(user))
    throw invalidUrl(url, 'has an odd user name');
  const host = checkedHost(url, authority.slice(authority.lastIndexOf('@') + 1));
  const href = withoutEndSlashes(scheme === '' ? url : `ssh://${authority}${path}`);
  return new RepositoryUrl(parts, { kind: 'ssh', host, path: checkedPath(url, path), href });
}

function localUrl(url: string, parts: UrlParts): RepositoryUrl {
  const { scheme, authority } = parts;
  if (authority !== '' && authority !== 'localhost') throw invalidUrl(url, 'is a file URL with a host');
  const path = scheme === '' ? parts.path : decodePath(url, parts.path);
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
  const clean = segments.join('/').replace(/\.git$/, '');
  if (clean === '') throw invalidUrl(url, 'names no directory');
  return new RepositoryUrl(parts, { kind: 'local', host: '', path: clean, href: withoutEndSlashes(path) });
}

function decodePath(url: string, path: string): string {
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
    throw invalidUrl(url, 'has no valid host');
  }
  return host.toLowerCase();
}

/** Matches `.git` as forges take it: in any case, and behind `%`-escapes. What they leave out tells nothing apart. */
const gitSuffix = /(?:\.|%2e)(?:g|%[46]7)(?:i|%[46]9)(?:t|%[57]4)$/i;

function checkedPath(url: string, path: string): string {
  const clean = withoutOuterSlashes(path).replace(gitSuffix, '');
  if (clean === '') throw invalidUrl(url, 'names no repository');
  if (!/^[\p{L}\p{N}._~+@%/-]+$/u.test(clean)) {
    throw invalidUrl(url, 'contains spaces or characters that are not allowed in a repository URL');
  }
  // What git or the server makes of `%`-escapes must not be another path than the one that is judged here.
  const segments = clean.split('/').map((segment) => decodePath(url, segment));
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw invalidUrl(url, 'contains an empty, "." or ".." segment');
  }
  if (segments.some((segment) => /[/\\%?#\p{Cc}]/u.test(segment))) {
    throw invalidUrl(url, 'hides a slash or another character that means something behind a %-escape');
  }
  if (path.startsWith('-') || clean.startsWith('-')) throw invalidUrl(url, 'has a path that begins with a dash');
  return clean;
}

/** Hides more than `withoutCredentials`: what is refused may be written in any way. */
function withoutUserInfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1…@').replace(/[?#].*$/, '');
}

function withSecret(url: string, what: string): Failure {
  return new Failure(
    'InvalidInput',
    `The repository URL ${withoutUserInfo(url)} carries ${what}. SSH signs in by key: give the URL without it.`,
  );
}

function invalidUrl(url: string, what: string): Failure {
  return new Failure(
    'InvalidInput',
    `The repository URL ${JSON.stringify(cut(withoutUserInfo(url), 500))} ${what}. ` +
      'Give an https, ssh or file URL, user@host:path, or a local path.',
  );
}
