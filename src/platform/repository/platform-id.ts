import { Failure } from '../../failure.ts';
import { checkRepositoryUrl } from './repository-url.ts';

/**
 * Names what a platform, or a GitOps repository, is known by: `RepositoryUrl.id` of its URL. Pure.
 * Throws what `checkRepositoryUrl` throws.
 */
export function platformId(url: string): string {
  return checkRepositoryUrl(url).id;
}

/** Brings an id that somebody wrote by hand into the form of `platformId`. */
export function normalizedPlatformId(id: string): string {
  return id.startsWith('file:/') ? id : id.toLowerCase().normalize('NFC');
}

/** Answers `platformId`, so that two ways to write one URL compare equal; of what is no URL, the text itself. */
export function repositoryKey(url: string): string {
  try {
    return platformId(url);
  } catch (error) {
    if (error instanceof Failure) return url;
    throw error;
  }
}
