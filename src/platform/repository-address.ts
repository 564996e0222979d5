import { Failure } from '../failure.ts';
import { checkRepositoryUrl, type RepositoryUrl } from './repository-url.ts';

/**
 * Why a repository's URL cannot stand in a file, with the remedy; undefined: it can. As `checkRepositoryUrl`,
 * but local paths must be absolute: a file is read in many places.
 */
export function forbiddenInFile(url: string): string | undefined {
  const parsed = parse(url);
  if (parsed instanceof Failure) return parsed.message;
  if (parsed.kind !== 'local') return undefined;
  const fine = /^\/\S+$/.test(parsed.href) && !parsed.href.split('/').includes('..');
  return fine ? undefined : 'Write a URL such as https://github.com/acme/platform, or an absolute path without "..".';
}

/**
 * Host and path of a repository, so that two ways to write one address compare equal: the scheme, the user,
 * a default port, letter case, `.git` and a trailing slash do not tell repositories apart.
 */
export function repositoryKey(url: string): string {
  const parsed = parse(url);
  if (parsed instanceof Failure) return url;
  if (parsed.kind === 'local') return `/${parsed.path}`;
  return `${parsed.host.replace(/:(22|80|443)$/, '')}/${parsed.path}`.toLowerCase();
}

function parse(url: string): RepositoryUrl | Failure {
  try {
    return checkRepositoryUrl(url);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
