import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFleet } from '../../../fakes/flux/start.ts';
import type { RunningFleet } from '../../../fakes/flux/types.ts';
import {
  clustersOf,
  mainFiles,
  policy,
  type SmallEnvironment,
  timings,
  version,
  workerSettings,
} from '../../promotions/support/platform-files.ts';
import { type OperatedPlatform, onWorker, type PlatformTest } from '../../promotions/support/promotion.ts';
import { createWorkbench, type Workbench } from '../../unit/forge/world.ts';
import { createGiteaWorld, type GiteaWorld } from '../gitea-world.ts';

/** A platform of one application whose repositories are on a real Gitea, and whose clusters are stand-ins. */
export interface GiteaPlatform extends OperatedPlatform {
  readonly world: GiteaWorld;
  readonly fleet: RunningFleet;
  /** What people push to, with the maintainer's token. */
  readonly source: Workbench;
  readonly gitops: Workbench;
  /** Commits a version of the application to main, and answers the id. */
  release(name: string): Promise<string>;
  /** Answers the latest status of each name at a commit, of the source or of the GitOps repository. */
  statuses(repository: 'source' | 'gitops', sha: string): Promise<ReadonlyMap<string, string>>;
  /** Gives the worker another token. */
  setToken(token: string): Promise<void>;
  /** Answers the head of a branch of the GitOps repository. */
  head(branch: string): Promise<string>;
  close(): Promise<void>;
}

/** How a platform differs from others. */
export interface GiteaPlatformOptions {
  /** Of the GitOps repository, as the API's EditRepoOption takes them. */
  readonly settings?: object;
  /** The worker writes statuses and comments. Default: it does not. */
  readonly hasReports?: boolean;
  /** The worker's user may write to the source, and so write statuses there. Default: as `hasReports`. */
  readonly mayWriteSource?: boolean;
  /** How often an open request is looked at. Default: `500ms`. */
  readonly mergeInterval?: string;
}

/** Starts a platform and a worker with the dependencies of production, and takes all away afterwards. */
export async function onGiteaPlatform(
  environments: readonly SmallEnvironment[],
  body: (test: PlatformTest<GiteaPlatform>) => Promise<void>,
  options: GiteaPlatformOptions = {},
): Promise<void> {
  const platform = await startGiteaPlatform(environments, options);
  try {
    await onWorker(platform, body);
  } finally {
    await platform.close();
  }
}

async function startGiteaPlatform(
  environments: readonly SmallEnvironment[],
  { settings = {}, hasReports = false, mayWriteSource = hasReports, mergeInterval = '500ms' }: GiteaPlatformOptions,
): Promise<GiteaPlatform> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-gitea-platform-'));
  const world = await createGiteaWorld(settings);
  const { site, maintainer } = world;
  const names = { source: `acme/source-${randomUUID().slice(0, 8)}`, gitops: world.repository };
  const asBot = { [world.bot.name]: 'write' } as const;
  const collaborators = { [maintainer.name]: 'admin', ...(mayWriteSource && asBot) } as const;
  const url = await site.addRepository({ name: names.source, collaborators });
  const bench = (name: string, remote: string) =>
    createWorkbench(join(directory, name), { url: remote, token: maintainer.token });
  const [source, gitops] = [await bench('source', url), await bench('gitops', world.remote.url)];
  const firstCommit = source.local.commit('main', { ...mainFiles(world.remote.url, environments), ...version('1') });
  for (const environment of environments) {
    source.local.commit(environment.name, { 'fairlead.yaml': policy(environment), 'one/apps/web/.gitkeep': '' });
    gitops.local.commit(environment.name, { 'README.md': `Manifests of ${environment.name}.\n` });
  }
  // Gitea makes the first branch that comes the default one.
  await source.push('main');
  for (const { push } of [source, gitops]) await push('refs/heads/*:refs/heads/*');
  const clusters = clustersOf(environments, world.remote.url);
  const fleet = await startFleet({ gitToken: world.bot.token, clusters, timings });
  const setToken = (token: string) => writeFile(join(directory, 'token'), token);
  await setToken(world.remote.token);
  const file = join(directory, 'worker.yaml');
  await writeFile(
    file,
    workerSettings(directory, { ...site, kind: 'gitea', hasReports }, fleet)
      .replace('forge: 1s', 'forge: 20s')
      .replace('merge: 500ms', `merge: ${mergeInterval}`),
  );
  return {
    directory,
    names,
    world,
    fleet,
    source,
    gitops,
    url,
    firstCommit,
    forge: { url: site.url },
    env: { FAIRLEAD_SETTINGS: file },
    setToken,
    async release(name) {
      const commit = source.local.commit('main', version(name), { message: `Release ${name}` });
      await source.push('main');
      return commit;
    },
    async statuses(repository, sha) {
      type Status = { readonly context: string; readonly status: string; readonly description: string };
      const { statuses } = await maintainer.api<{ readonly statuses: readonly Status[] | null }>(
        'GET',
        `/repos/${names[repository]}/commits/${sha}/status`,
      );
      return new Map((statuses ?? []).map((one) => [one.context, `${one.status}: ${one.description}`]));
    },
    async head(branch) {
      await gitops.fetch(`+refs/heads/${branch}:refs/heads/seen`);
      return gitops.local.head('seen') ?? '';
    },
    async close() {
      await fleet.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
