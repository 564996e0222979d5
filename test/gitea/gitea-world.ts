import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { createForges, type ForgesOptions } from '../../src/forge/forges.ts';
import { createGiteaReports } from '../../src/forge/gitea/reports/reports.ts';
import type { Forge } from '../../src/forge/port.ts';
import type { ForgeReports } from '../../src/forge/reports/port.ts';
import { checkRepositoryUrl } from '../../src/platform/repository/repository-url.ts';
import { createWorkbench, type ForgeWorld, type Workbench } from '../unit/forge/world.ts';
import type { GiteaApi } from './server/api.ts';
import { fairleadScopes, type GiteaSite, openSite, type SiteUser } from './server/site.ts';

export const giteaTokenName = 'environment variable GITEA_TOKEN';

/** One empty repository on the run's Gitea, with users of its own. */
export interface GiteaWorld extends ForgeWorld {
  readonly site: GiteaSite;
  /** `owner/name`. */
  readonly repository: string;
  readonly bot: SiteUser;
  readonly maintainer: SiteUser;
  /** With another token, or other limits. */
  forgeWith(token: string | undefined, options?: Omit<ForgesOptions, 'forges'>): Forge;
  /** Calls the API below the repository, as a maintainer. */
  readonly asMaintainer: GiteaApi;
}

/** Makes the world. All names are its own, because all tests share one server. */
export async function createGiteaWorld(settings: object = {}): Promise<GiteaWorld> {
  const site = openSite(inject('gitea'));
  const own = randomUUID().slice(0, 8);
  const repository = `acme/gitops-${own}`;
  const [bot, maintainer] = [await site.addUser(`bot-${own}`), await site.addUser(`ann-${own}`)];
  const collaborators = { [bot.name]: 'write', [maintainer.name]: 'admin' } as const;
  const url = await site.addRepository({ name: repository, collaborators, settings });
  const token = await bot.tokenWith(fairleadScopes);
  const forgeWith: GiteaWorld['forgeWith'] = (given, options = {}) => {
    const { host, apiUrl } = site;
    const setting = { host, kind: 'gitea', apiUrl, token: async () => given, tokenName: giteaTokenName } as const;
    return createForges({ forges: [setting], ...options }).for(url);
  };
  const asMaintainer: GiteaApi = (method, path, body) => maintainer.api(method, `/repos/${repository}${path}`, body);
  return {
    site,
    repository,
    bot,
    maintainer,
    forgeWith,
    asMaintainer,
    forge: forgeWith(token),
    remote: { url, token },
    names: { ours: bot.name, person: maintainer.name },
    person: {
      async merge(number, method) {
        await merge(asMaintainer, number, method);
        return (await asMaintainer<{ merge_commit_sha: string }>('GET', `/pulls/${number}`)).merge_commit_sha;
      },
      close: async (number) => void (await asMaintainer('PATCH', `/pulls/${number}`, { state: 'closed' })),
    },
    async shows(branches) {
      for (const branch of branches)
        await eventually(() => asMaintainer('GET', `/branches/${encodeURIComponent(branch)}`), /: (404|500) /);
    },
    async comments(number) {
      const found = await asMaintainer<readonly { readonly body: string }[]>('GET', `/issues/${number}/comments`);
      return found.map(({ body }) => body);
    },
    close: async () => undefined,
  };
}

/** Makes a workbench whose branches the forge shows. */
export async function workbenchOf(world: GiteaWorld, directory: string, pairs: number): Promise<Workbench> {
  const bench = await createWorkbench(directory, world.remote, pairs);
  await world.shows?.(bench.local.git(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads']).split('\n'));
  return bench;
}

/** Merges as a person would, who tries again while the forge computes whether it can be merged. */
function merge(api: GiteaApi, number: number, method: string): Promise<unknown> {
  return eventually(() => api('POST', `/pulls/${number}/merge`, { Do: method }), /try again later/);
}

/** Does something again, for half a minute, as long as the forge says that it is not there yet. */
async function eventually<T>(act: () => Promise<T>, notYet: RegExp): Promise<T> {
  for (let left = 150; ; left -= 1) {
    try {
      return await act();
    } catch (error) {
      if (left === 0 || !notYet.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Opens what is written beside the requests of a world's repository, all of it, by our own token where no other is given. */
export function reportsOf(world: GiteaWorld, token: string = world.remote.token): ForgeReports {
  const { url } = world.remote;
  const repository = checkRepositoryUrl(url).webAddress;
  if (repository === undefined) throw new Error(`${url} is no address`);
  const signIn = { token: async () => token, tokenName: giteaTokenName };
  const wanted = { statuses: true, comments: true, deployments: true };
  return createGiteaReports({ apiUrl: world.site.apiUrl, repository, ...signIn }, wanted);
}
