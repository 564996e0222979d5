import { normalizePath } from '../../text/path.ts';

/** The parts of a git URL, as kustomize tells them apart. */
export interface GitReference {
  /** The address that `git clone` would be given. */
  readonly repository: string;
  /** The path in the repository, without slashes at the ends; '' is its root. */
  readonly path: string;
  /** The value of `?ref=` or `?version=`; '' where there is none. */
  readonly ref: string;
}

/** The text of a reference, as kustomize reads it. */
export type ParsedReference =
  | { readonly kind: 'git'; readonly reference: GitReference }
  /** A URL, but not one of a directory in a git repository. */
  | { readonly kind: 'remote' }
  | { readonly kind: 'local' };

const schemes = ['ssh://', 'https://', 'http://', 'file://'] as const;
/** Owner and name: kustomize takes GitHub's form of URLs for the default. */
const DEFAULT_SEGMENTS = 2;

/**
 * Tells local paths from URLs and takes git URLs apart exactly as kustomize does, so that what builds there
 * builds here (sigs.k8s.io/kustomize/api v0.21.2, internal/git/repospec.go).
 */
export function parseReference(text: string): ParsedReference {
  const notGit: ParsedReference = /^(https?|ssh|git|file|ftp|oci|s3):\/\//i.test(text)
    ? { kind: 'remote' }
    : { kind: 'local' };
  if (text.startsWith('/')) return { kind: 'local' };
  const [address = '', query = ''] = splitOnce(text, '?');
  const located = splitHost(address);
  if (!located) return notGit;
  const parts = splitPath(located.rest, located.host.startsWith('file://'));
  if (!parts || parts.repository === '' || leadsOut(parts.path)) return notGit;
  const path = normalizePath(`/${parts.path}`).replace(/^\/+|\/+$/g, '');
  return { kind: 'git', reference: { repository: located.host + parts.repository, path, ref: refInQuery(query) } };
}

function splitHost(address: string): { readonly host: string; readonly rest: string } | undefined {
  const url = address.replace(/^git::/i, '');
  const scheme = schemes.find((prefix) => url.toLowerCase().startsWith(prefix)) ?? '';
  const afterScheme = url.slice(scheme.length);
  const user = /^[a-zA-Z][a-zA-Z0-9-]*@/.exec(afterScheme)?.[0] ?? '';
  const hostAndPath = afterScheme.slice(user.length);
  const github = /^github\.com[/:]/i.test(hostAndPath);
  const scp = scheme === '' && (user !== '' || github);
  if (scheme === '' && !scp) return undefined;
  if (scheme === 'file://') return { host: scheme, rest: user + hostAndPath };
  const separator = separatorIndex(hostAndPath, scp);
  const host = separator < 0 ? hostAndPath : hostAndPath.slice(0, separator + 1);
  const rest = separator < 0 ? '' : hostAndPath.slice(separator + 1);
  if (host === '') return undefined;
  if (!github) return { host: scheme + user + host, rest };
  return { host: scheme === 'ssh://' || user !== '' ? `${user}github.com:` : 'https://github.com/', rest };
}

function separatorIndex(hostAndPath: string, scp: boolean): number {
  const slash = hostAndPath.indexOf('/');
  const colon = scp ? hostAndPath.indexOf(':') : -1;
  return scp && (slash === -1 || (colon > 0 && colon < slash)) ? colon : slash;
}

function splitPath(rest: string, isFile: boolean): { readonly repository: string; readonly path: string } | undefined {
  const azure = rest.indexOf('_git/');
  if (azure >= 0) {
    const [name = '', ...path] = rest.slice(azure + '_git/'.length).split('/');
    return { repository: `${rest.slice(0, azure)}_git/${name}`, path: path.join('/') };
  }
  const double = rest.indexOf('//');
  if (double >= 0) return { repository: rest.slice(0, double), path: rest.slice(double + 2) };
  const suffix = rest.indexOf('.git');
  if (suffix >= 0)
    return { repository: rest.slice(0, suffix + '.git'.length), path: rest.slice(suffix + '.git'.length) };
  if (isFile) return { repository: rest, path: '' };
  const segments = rest.split('/');
  if (segments.length < DEFAULT_SEGMENTS) return undefined;
  return {
    repository: segments.slice(0, DEFAULT_SEGMENTS).join('/'),
    path: segments.slice(DEFAULT_SEGMENTS).join('/'),
  };
}

function leadsOut(path: string): boolean {
  return normalizePath(path.replace(/^\//, '')).split('/')[0] === '..';
}

function refInQuery(query: string): string {
  // Go's url.ParseQuery refuses a semicolon, and kustomize then takes the defaults.
  if (query.includes(';')) return '';
  const values = new URLSearchParams(query);
  return values.get('ref') || values.get('version') || '';
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + separator.length)];
}
