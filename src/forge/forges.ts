import { Failure } from '../failure.ts';
import { checkRepositoryUrl, type RepositoryAddress } from '../platform/repository/repository-url.ts';
import { createGiteaForge, giteaCommitUrl } from './gitea/forge.ts';
import { createGiteaReports } from './gitea/reports/reports.ts';
import type { AppTokens } from './github/app/tokens.ts';
import type { GitHubOptions } from './github/client.ts';
import { createGitHubForge, gitHubCommitUrl } from './github/forge.ts';
import { createGitHubMemory } from './github/memory.ts';
import { createGitHubReports } from './github/reports/reports.ts';
import type { ForgeKind } from './kinds.ts';
import type { Forge, Forges } from './port.ts';
import type { ForgeReports, WantedReports } from './reports/port.ts';

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
  /** The App that signs in instead of a token. */
  readonly app?: AppTokens;
  /** The address of the App's bot, where it is to make the commits through the API. */
  readonly commitsAs?: string;
  /** What is written beside requests; undefined: nothing. */
  readonly reports?: WantedReports;
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
  /** Answers the time in milliseconds, for limits. Default: the system's. */
  readonly now?: () => number;
}

/** The way in which requests are made, and what ends them. */
type RequestOptions = Pick<GitHubOptions, 'requestTimeoutMs' | 'lagMs' | 'fetch' | 'signal' | 'memory'>;

/** What a kind of forge brings; a further kind is one more entry in `kinds`, and in `kinds.ts`. */
interface Kind {
  readonly createForge: (setting: ForgeSetting, repository: RepositoryAddress, options: RequestOptions) => Forge;
  readonly commitUrl: (repository: RepositoryAddress, sha: string) => string;
  /** What is written beside requests; undefined: this kind has none of it. */
  readonly createReports?: (
    setting: ForgeSetting & { readonly reports: WantedReports },
    repository: RepositoryAddress,
    options: RequestOptions,
  ) => ForgeReports;
}

const gitea: Kind = {
  createForge: ({ apiUrl, token, tokenName }, repository, options) =>
    createGiteaForge({ apiUrl, repository, token, tokenName, ...options }),
  commitUrl: giteaCommitUrl,
  createReports: ({ apiUrl, token, tokenName, reports }, repository, options) =>
    createGiteaReports({ apiUrl, repository, token, tokenName, ...options }, reports),
};

const kinds = {
  github: {
    createForge: (setting, repository, options) =>
      createGitHubForge({
        apiUrl: setting.apiUrl,
        repository,
        commitsAs: setting.commitsAs,
        ...gitHubSignIn(setting, repository),
        ...options,
      }),
    commitUrl: gitHubCommitUrl,
    createReports: (setting, repository, options) =>
      createGitHubReports(
        { apiUrl: setting.apiUrl, repository, ...gitHubSignIn(setting, repository), ...options },
        setting.reports,
      ),
  },
  gitea,
  // It began as a copy of Gitea, and its API is the same for all that is asked here.
  forgejo: gitea,
} as const satisfies Record<ForgeKind, Kind>;

/** Answers how one repository's requests sign in: by the App, where the settings name one. */
function gitHubSignIn(
  { app, token, tokenName }: ForgeSetting,
  repository: RepositoryAddress,
): Pick<GitHubOptions, 'token' | 'tokenName' | 'forgetToken' | 'granted'> {
  if (app === undefined) return { token, tokenName };
  return {
    token: () => app.token(repository, 'api'),
    tokenName: app.name,
    forgetToken: () => app.forget(repository),
    granted: () => app.granted(repository),
  };
}

/** Makes the forges of the worker's settings, by the host of a repository's URL. No connection is opened yet. */
export function createForges({ forges, now, ...options }: ForgesOptions): Forges {
  const byHost = new Map(forges.map((setting) => [setting.host.toLowerCase(), setting]));
  const memories = new Map(
    [...byHost].map(([host, { app }]) => [host, createGitHubMemory({ isApp: app !== undefined, now })]),
  );
  const optionsFor = ({ host }: ForgeSetting, signal: AbortSignal | undefined): RequestOptions => ({
    ...options,
    signal,
    memory: memories.get(host.toLowerCase()),
  });
  return {
    for(repositoryUrl, signal) {
      const repository = checkRepositoryUrl(repositoryUrl).webAddress;
      if (repository === undefined) throw noHost(repositoryUrl);
      const setting = byHost.get(repository.host);
      if (setting === undefined) throw notConfigured(repository, [...byHost.keys()]);
      return kinds[setting.kind].createForge(setting, repository, optionsFor(setting, signal));
    },
    commitUrl(repositoryUrl, sha) {
      const repository = checkRepositoryUrl(repositoryUrl).webAddress;
      const setting = repository && byHost.get(repository.host);
      return setting && kinds[setting.kind].commitUrl(repository, sha);
    },
    budgetsLeft() {
      return new Map(
        [...memories].flatMap(([host, memory]) => {
          const share = memory.shareLeft();
          return share === undefined ? [] : [[host, share] as const];
        }),
      );
    },
    reportsFor(repositoryUrl, signal) {
      const repository = checkRepositoryUrl(repositoryUrl).webAddress;
      const setting = repository && byHost.get(repository.host);
      if (repository === undefined || setting?.reports === undefined) return undefined;
      const kind: Kind = kinds[setting.kind];
      return kind.createReports?.({ ...setting, reports: setting.reports }, repository, optionsFor(setting, signal));
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
