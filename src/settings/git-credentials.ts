import type { Credentials } from '../git/process/credentials.ts';
import { checkRepositoryUrl } from '../platform/repository-url.ts';
import type { Settings } from './settings.ts';

/** Answers credentials by host, read anew for each connection, so that a token may be rotated. */
export function gitCredentials(settings: Pick<Settings, 'gitCredentials'>): Credentials {
  const entryFor = (url: string) => settings.gitCredentials.find(({ host }) => host === checkRepositoryUrl(url).host);
  return {
    for: async (url) => {
      const entry = entryFor(url);
      const password = await entry?.token.read();
      return entry === undefined || password === undefined ? undefined : { username: entry.username, password };
    },
    setting: (url) => entryFor(url)?.token.name ?? "`git.credentials` in the worker's settings",
  };
}
