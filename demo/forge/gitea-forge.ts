import { giteaProgram } from '../../test/gitea/program/program.ts';
import type { GiteaApi } from '../../test/gitea/server/api.ts';
import { fairleadScopes, openSite } from '../../test/gitea/server/site.ts';
import { startGitea } from '../../test/gitea/server/start.ts';
import type { RequestOnForge, WorldForge } from './world-forge.ts';

const bot = 'fairlead-bot';

/** Finds or builds Gitea; answers how to start one with an account for Fairlead. The signal ends the building. */
export async function prepareGiteaForge(signal: AbortSignal): Promise<() => Promise<WorldForge>> {
  await giteaProgram({ signal });
  return () => startGiteaForge(signal);
}

async function startGiteaForge(signal: AbortSignal): Promise<WorldForge> {
  const server = await startGitea({ signal });
  const site = openSite(server);
  try {
    const token = await (await site.addUser(bot)).tokenWith(fairleadScopes);
    const env = signInWith(server.adminToken);
    return {
      kind: 'gitea',
      url: site.url,
      host: site.host,
      apiUrl: site.apiUrl,
      token,
      trouble: server.ended,
      createRepository: async (name) => ({
        remote: await site.addRepository({ name, collaborators: { [bot]: 'write' } }),
        env,
      }),
      requests: (repository) => requestsOf(site.admin, repository),
      close: server.close,
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}

interface ApiRequest {
  readonly number: number;
  readonly html_url: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly head: { readonly label: string; readonly sha: string };
}

async function requestsOf(api: GiteaApi, repository: string): Promise<readonly RequestOnForge[]> {
  const found = await api<readonly ApiRequest[]>('GET', `/repos/${repository}/pulls?state=all&limit=50`);
  return Promise.all(
    found.map(async ({ number, html_url: url, state, merged, head }) => ({
      number,
      url,
      state: merged ? 'merged' : state,
      head: { branch: head.label, sha: head.sha },
      comments: await api<RequestOnForge['comments']>('GET', `/repos/${repository}/issues/${number}/comments`),
    })),
  );
}

/** In variables only: a token in a URL or an argument is seen by everybody on the machine. */
function signInWith(token: string): Readonly<Record<string, string>> {
  const authorization = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${authorization}`,
  };
}
