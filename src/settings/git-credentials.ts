import type { Credentials } from '../git/process/credentials.ts';
import { checkRepositoryUrl } from '../platform/repository/repository-url.ts';
import { mayGoInPlainText } from './plain-http.ts';
import type { Settings } from './settings.ts';

/** Answers credentials by host, read anew for each connection, so that a token may be rotated. */
export function gitCredentials({
  gitCredentials: entries,
  allow: { plainHttp },
}: Pick<Settings, 'gitCredentials' | 'allow'>): Credentials {
  const entryFor = (url: string) => {
    const { host } = checkRepositoryUrl(url);
    return entries.find((entry) => entry.host === host);
  };
  const isKept = (url: string) => url.startsWith('http:') && !mayGoInPlainText(checkRepositoryUrl(url).host, plainHttp);
  return {
    for: async (url, use = 'push') => {
      if (isKept(url)) return undefined;
      const entry = entryFor(url);
      const repository = checkRepositoryUrl(url).webAddress;
      const password = entry?.app && repository ? await entry.app.token(repository, use) : await entry?.token.read();
      return entry === undefined || password === undefined ? undefined : { username: entry.username, password };
    },
    refused: (url) => {
      const repository = checkRepositoryUrl(url).webAddress;
      if (repository) entryFor(url)?.app?.forget(repository);
    },
    setting: (url) =>
      isKept(url)
        ? 'none goes out over http://, which anybody on the way can read: use https://, or list the host in `allow.plainHttp`'
        : (entryFor(url)?.app?.name ?? entryFor(url)?.token.name ?? "`git.credentials` in the worker's settings"),
  };
}
