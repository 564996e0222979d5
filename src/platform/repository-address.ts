import { Failure } from '../failure.ts';
import { platformId } from './platform-id.ts';
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

/** `platformId`, so that two ways to write one address compare equal; of what is no address, the text itself. */
export function repositoryKey(url: string): string {
  return parse(url) instanceof Failure ? url : platformId(url);
}

function parse(url: string): RepositoryUrl | Failure {
  try {
    return checkRepositoryUrl(url);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
