import type { RepositoryAddress } from '../../../platform/repository/repository-url.ts';
import type { AppOptions } from './github-app.ts';
import { createInstallationToken, findInstallation } from './installation.ts';
import { type Permissions, scopeFor, type TokenUse } from './permissions.ts';

/** The tokens of an App, each for one repository and one use. */
export interface AppTokens {
  /** Names the App and its key, for messages. */
  readonly name: string;
  /** Answers a token that goes on to be good for some minutes. Throws `Failure`. */
  token(repository: RepositoryAddress, use: TokenUse): Promise<string>;
  /** Answers what the App's installation was granted for a repository. Throws `Failure`. */
  granted(repository: RepositoryAddress): Promise<Permissions>;
  /** Has new tokens made for a repository where the present ones were refused. */
  forget(repository: RepositoryAddress): void;
}

/** A token is good for an hour. It is renewed long before that: a push may use it for minutes, and clocks differ. */
const renewAfterMs = 45 * 60_000;
/** What the installation lacks may be granted any moment. */
const lookAgainMs = 60_000;

interface Kept {
  readonly token: Promise<string>;
  renewAt: number;
}

/** Makes the source of an App's tokens. It finds the installation by the repository, and keeps tokens in memory only. */
export function createAppTokens(options: AppOptions): AppTokens {
  const { elapsed = () => performance.now(), app } = options;
  const kept = new Map<string, Kept>();

  const request = async (repository: RepositoryAddress, use: TokenUse, entry: { renewAt: number }) => {
    const installation = await findInstallation(options, repository);
    const { permissions, isShort } = scopeFor(use, installation.permissions);
    const token = await createInstallationToken(options, repository, { id: installation.id, permissions });
    entry.renewAt = elapsed() + (isShort ? lookAgainMs : renewAfterMs);
    return token;
  };

  return {
    name: `GitHub App ${app.id}, whose key is in ${app.privateKey.name}`,
    token(repository, use) {
      const key = `${keyOf(repository)} ${use}`;
      const present = kept.get(key);
      if (present !== undefined && elapsed() < present.renewAt) return present.token;
      // Who asks while it is made waits for the same one.
      const times = { renewAt: Number.POSITIVE_INFINITY };
      const entry: Kept = Object.assign(times, { token: request(repository, use, times) });
      kept.set(key, entry);
      entry.token.catch(() => {
        if (kept.get(key) === entry) kept.delete(key);
      });
      return entry.token;
    },
    granted: async (repository) => (await findInstallation(options, repository)).permissions,
    forget(repository) {
      for (const use of ['fetch', 'push', 'api'] as const) kept.delete(`${keyOf(repository)} ${use}`);
    },
  };
}

function keyOf({ owner, name }: RepositoryAddress): string {
  return `${owner}/${name}`.toLowerCase();
}
