import { join } from 'node:path';
import type { Exchange } from '../../../fakes/github/server.ts';
import { type RunningForge, startForge } from '../../../fakes/github/start.ts';
import { createForges, type ForgesOptions } from '../../../src/forge/forges.ts';
import type { Forge } from '../../../src/forge/port.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { createGitHubCheck } from '../../support/openapi.ts';
import type { ForgeWorld } from './world.ts';

export const TOKEN = 'ghp_bot0123456789';
export const TOKEN_NAME = 'environment variable BOT_TOKEN';
export const REPOSITORY = 'acme/gitops';

/** The stand-in with one empty repository, and Octokit in front of it. */
export interface GitHubWorld extends ForgeWorld {
  readonly server: RunningForge;
  readonly exchanges: readonly Exchange[];
  /** With another token, or other limits. */
  forgeWith(token: string | undefined, options?: Omit<ForgesOptions, 'forges'>): Forge;
  /** Another repository there, with our token. */
  forgeAt(url: string): Forge;
  /** What differs from GitHub's published description in all calls so far. */
  drift(): readonly string[];
}

export async function createGitHubWorld(): Promise<GitHubWorld> {
  const directory = temporaryDirectory('github');
  const exchanges: Exchange[] = [];
  const server = await startForge({
    directory: join(directory.path, 'repositories'),
    token: TOKEN,
    onExchange: (exchange) => void exchanges.push(exchange),
  });
  const [owner = '', name = ''] = REPOSITORY.split('/');
  const { url } = await server.createRepository(owner, name);
  const forgeWith: GitHubWorld['forgeWith'] = (token, options = {}) =>
    createForges({ forges: [settingOf(server, token)], ...options }).for(url);
  return {
    server,
    exchanges,
    forgeWith,
    forgeAt: (address) => createForges({ forges: [settingOf(server, TOKEN)] }).for(address),
    forge: forgeWith(TOKEN),
    remote: { url, token: TOKEN },
    names: { ours: 'fairlead-bot', person: 'maintainer' },
    person: {
      merge: (number, method) => server.merge(REPOSITORY, number, method),
      close: (number) => server.closePullRequest(REPOSITORY, number),
    },
    async comments(number) {
      const all = await server.pullRequests(REPOSITORY);
      return all.find((one) => one.number === number)?.comments.map(({ body }) => body) ?? [];
    },
    drift() {
      const check = createGitHubCheck();
      // GraphQL is no part of the description.
      return [...new Set(exchanges.filter(({ path }) => path !== '/graphql').flatMap(check))];
    },
    async close() {
      await server.close();
      directory.remove();
    },
  };
}

function settingOf({ host, apiUrl }: RunningForge, token: string | undefined) {
  return { host, kind: 'github', apiUrl, token: async () => token, tokenName: TOKEN_NAME } as const;
}
