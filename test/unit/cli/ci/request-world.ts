import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningForge, startForge } from '../../../../fakes/github/start.ts';
import { git, temporaryDirectory } from '../../../support/git.ts';
import { createWorld, type World } from '../environments/environment-world.ts';
import { manifest } from '../platform-repository.ts';

/** The source of a platform on a stand-in for GitHub, with a pull request of a person, as a job of GitHub finds it. */
export interface RequestWorld {
  readonly forge: RunningForge;
  /** A checkout of what the request would make of main. */
  readonly checkout: string;
  /** The URL of the source on the stand-in. */
  readonly source: string;
  /** The variables of a job for the request, with a token that may read all and comment. */
  readonly env: NodeJS.ProcessEnv;
  readonly world: World;
  /** The comments on the request. */
  comments(): Promise<readonly { readonly author: string; readonly body: string }[]>;
  close(): Promise<void>;
}

export const jobToken = 'ghp_job0123456789';
const personToken = 'ghp_person0123456789';

/** Makes the world: both environments are deployed as main is, and the request gives one object another size. */
export async function createRequestWorld(): Promise<RequestWorld> {
  const directory = temporaryDirectory('request');
  const world = createWorld();
  for (const name of ['dev', 'qa']) await world.deploy(name);
  const forge = await startForge({
    directory: join(directory.path, 'forge'),
    token: jobToken,
    login: 'github-actions[bot]',
    person: { login: 'ann', token: personToken },
  });
  world.change('large');
  const change = world.source.head('main') ?? '';
  world.source.setBranch('change', change);
  world.source.setBranch('main', world.source.git(['rev-parse', `${change}^`]));
  const { url: source, directory: onForge } = await forge.createRepository('acme', 'platform');
  world.source.git(['push', '--quiet', '--mirror', onForge]);
  const checkout = join(directory.path, 'platform');
  git(directory.path, ['clone', '--quiet', '--branch', 'change', onForge, checkout]);
  git(checkout, ['switch', '--quiet', '--detach']);
  git(checkout, ['remote', 'set-url', 'origin', source]);
  await openRequest(forge);
  const settings = join(directory.path, 'worker.yaml');
  const forges = `forges: [{ host: "${forge.host}", kind: github, api: "${forge.apiUrl}", token: { env: GITHUB_TOKEN } }]`;
  writeFileSync(
    settings,
    `apiVersion: fairlead.dev/v1\nkind: Worker\ncache: cache\nrenderer: { processes: 1 }\n${forges}\n`,
  );
  return {
    forge,
    checkout,
    source,
    world,
    env: {
      HOME: process.env.HOME,
      FAIRLEAD_RENDERER: process.env.FAIRLEAD_RENDERER,
      FAIRLEAD_SETTINGS: settings,
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: forge.url,
      GITHUB_API_URL: forge.apiUrl,
      GITHUB_REPOSITORY: 'acme/platform',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REF: 'refs/pull/1/merge',
      GITHUB_BASE_REF: 'main',
      GITHUB_HEAD_REF: 'change',
      GITHUB_SHA: change,
      GITHUB_TOKEN: jobToken,
    },
    comments: async () => (await forge.pullRequests('acme/platform'))[0]?.comments ?? [],
    async close() {
      await forge.close();
      world.close();
      directory.remove();
    },
  };
}

async function openRequest(forge: RunningForge): Promise<void> {
  const answer = await fetch(`${forge.apiUrl}/repos/acme/platform/pulls`, {
    method: 'POST',
    headers: { authorization: `token ${personToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'A large shop', head: 'change', base: 'main' }),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
}

/** The file of main that the request changes, with another size. */
export function shopOfSize(size: string): string {
  return `${manifest('ConfigMap', 'shop', 'shop')}data: { size: ${JSON.stringify(size)} }\n`;
}
