import { Failure } from '../failure.ts';
import { checkRepositoryUrl, type RepositoryAddress } from '../platform/repository/repository-url.ts';
import type { GitHubOptions } from './github/client.ts';
import { createGitHubForge, gitHubCommitUrl } from './github/forge.ts';
import type { Forge, Forges } from './port.ts';

/** One forge as the worker's settings name it. */
export interface ForgeSetting {
  /** The host as in the URLs of its repositories, with the port where there is one: `github.com`, `127.0.0.1:8080`. */
  readonly host: string;
  readonly kind: ForgeKind;
  /** The base of its API: `https://api.github.com`, `https://ghe.example.com/api/v3`. */
  readonly apiUrl: string;
  /**
   * Answers the token, undefined where none is set. It is asked before every request, so that a token may be rotated.
   */
  readonly token: () => Promise<string | undefined>;
  /** Where the token comes from, for messages: `environment variable GITHUB_TOKEN`. */
  readonly tokenName: string;
}

/** The forges of the worker's settings, and their time limit. */
export interface ForgesOptions {
  readonly forges: readonly ForgeSetting[];
  /** The time for one request, in milliseconds. */
  readonly requestTimeoutMs?: number;
  /** How far, in milliseconds, a forge may be behind what was pushed to it. Default: two minutes. */
  readonly lagMs?: number;
  /** Makes the requests. Default: Node's `fetch`, which knows no proxies. */
  readonly fetch?: typeof fetch;
}

/** The way in which requests are made, and what ends them. */
type RequestOptions = Pick<GitHubOptions, 'requestTimeoutMs' | 'lagMs' | 'fetch' | 'signal'>;

/** What a kind of forge brings; a further kind is one more entry in `kinds`. */
interface Kind {
  readonly createForge: (setting: ForgeSetting, repository: RepositoryAddress, options: RequestOptions) => Forge;
  readonly commitUrl: (repository: RepositoryAddress, sha: string) => string;
}

const kinds = {
  github: {
    createForge: ({ apiUrl, token, tokenName }, repository, options) =>
      createGitHubForge({ apiUrl, repository, token, tokenName, ...options }),
    commitUrl: gitHubCommitUrl,
  },
} as const satisfies Record<string, Kind>;

/** A kind of forge that Fairlead speaks to. */
export type ForgeKind = keyof typeof kinds;
/** All kinds, as settings name them. */
export const forgeKinds = Object.keys(kinds) as readonly ForgeKind[];

/** Makes the forges of the worker's settings, by the host of a repository's URL. No connection is opened yet. */
export function createForges({ forges, ...options }: ForgesOptions): Forges {
  const byHost = new Map(forges.map((setting) => [setting.host.toLowerCase(), setting]));
  return {
    for(repositoryUrl, signal) {
      const repository = checkRepositoryUrl(repositoryUrl).webAddress;
      if (repository === undefined) throw noHost(repositoryUrl);
      const setting = byHost.get(repository.host);
      if (setting === undefined) throw notConfigured(repository, [...byHost.keys()]);
      return kinds[setting.kind].createForge(setting, repository, { ...options, signal });
    },
    commitUrl(repositoryUrl, sha) {
      const repository = checkRepositoryUrl(repositoryUrl).webAddress;
      const setting = repository && byHost.get(repository.host);
      return setting && kinds[setting.kind].commitUrl(repository, sha);
    },
  };
}

function noHost(repositoryUrl: string): Failure {
  return new Failure(
    'InvalidConfig',
    `${repositoryUrl} has no pull requests: it names no host with an owner and a repository. Set gitops.repository to its URL on a forge, such as https://github.com/owner/repository.`,
  );
}

function notConfigured({ host, owner, name }: RepositoryAddress, known: readonly string[]): Failure {
  const configured = known.length === 0 ? 'none is' : `configured are ${known.join(', ')}`;
  return new Failure(
    'InvalidConfig',
    `No forge is configured for ${host}, where ${owner}/${name} lives (${configured}). Add an entry with host: ${host} to "forges" in the worker's settings.`,
    { isOfWorker: true },
  );
}
