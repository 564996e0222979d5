import { checkRepositoryUrl } from '../platform/repository-url.ts';

/** Where a repository lives on a forge. */
export interface RepositoryAddress {
  /** Lower case, with the port of the web where the URL has one. */
  readonly host: string;
  /** Everything between host and name; with a slash in it on forges that nest groups. */
  readonly owner: string;
  readonly name: string;
  /** Scheme and host under which people look at it; `https` where git speaks SSH. */
  readonly webOrigin: string;
}

/**
 * Reads every form that git takes. `undefined` for what is on no forge: a local path, or a path without an owner.
 * Throws what `checkRepositoryUrl` throws.
 */
export function repositoryAddress(url: string): RepositoryAddress | undefined {
  const { kind, href, host: given, path } = checkRepositoryUrl(url);
  const slash = path.lastIndexOf('/');
  if (kind === 'local' || slash < 0) return undefined;
  // The port of SSH says nothing about the web's; an HTTP URL's default port says nothing at all.
  const host = kind === 'ssh' ? given.replace(/:\d+$/, '') : new URL(href).host;
  const webOrigin = kind === 'ssh' ? `https://${host}` : new URL(href).origin;
  return { host, owner: path.slice(0, slash), name: path.slice(slash + 1), webOrigin };
}
