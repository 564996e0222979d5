import { checkRepositoryUrl, type RepositoryUrl } from './repository-url.ts';

/** Other names under which a forge answers git. */
const aliases: Readonly<Record<string, string>> = {
  'www.github.com': 'github.com',
  'ssh.github.com:443': 'github.com',
};

/**
 * What a platform, or a GitOps repository, is known by in the ids of workflows and in `FairleadPlatform`:
 * `<host>/<path>`, such as `github.com/acme/platform` or `git.example.com:8443/group/sub/platform`; of a repository in
 * a directory `file:/<path>`. Pure, and made of the URL alone: CI, people, workers and workflows must all come to the
 * same id, whatever settings they have. Throws what `checkRepositoryUrl` throws.
 *
 * - The scheme, the user, `.git`, a trailing slash and the scheme's default port tell nothing apart; another port does.
 * - Letter case tells nothing apart on any host: every forge ignores it, and two ids for one platform would give it two
 *   promotions of one commit and two lanes. In directories it counts.
 */
export function platformId(url: string): string {
  const parsed = checkRepositoryUrl(url);
  if (parsed.kind === 'local') return `file:/${parsed.path}`;
  const host = hostWithPort(parsed);
  return `${aliases[host] ?? host}/${parsed.path}`.toLowerCase();
}

/** Brings an id that somebody wrote by hand into the form of `platformId`. */
export function normalizedPlatformId(id: string): string {
  return id.startsWith('file:/') ? id : id.toLowerCase();
}

function hostWithPort({ kind, href, host }: RepositoryUrl): string {
  const defaultPort = kind === 'ssh' ? 22 : /^https:/i.test(href) ? 443 : 80;
  const port = /:(\d+)$/.exec(host);
  return port && Number(port[1]) === defaultPort ? host.slice(0, -port[0].length) : host;
}
