import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFleet } from '../../fakes/flux/start.ts';
import type { FleetOptions, RunningFleet, Timings } from '../../fakes/flux/types.ts';
import { startStandInForge } from '../forge/stand-in-forge.ts';
import type { WorldForge, WorldRepository } from '../forge/world-forge.ts';
import { appRepository } from '../sample/app-repository.ts';
import { mainFiles } from '../sample/commits.ts';
import { configBranch } from '../sample/config-branch.ts';
import { environmentsIn, type RegionCount, type SampleEnvironment, sampleApps } from '../sample/environments.ts';
import { type Commit, commitTo, headOf, onForge } from './seed.ts';

/** How the world outside is set up. */
export interface WorldOptions {
  /** The folder below which everything is kept. */
  readonly directory: string;
  readonly soak?: string;
  /** Default: all three. */
  readonly regions?: RegionCount;
  /** The address of the Temporal UI, for links in requests. */
  readonly temporalUi?: string;
  /** The time between two looks of the worker at requests and at clusters, such as `500ms`. */
  readonly intervals?: { readonly merge: string; readonly health: string };
  /** Starts the forge in that folder. Default: the stand-in for GitHub. */
  readonly startForge?: (directory: string) => Promise<WorldForge>;
}

/** What the world needs of a fleet. */
export interface WorldFleet {
  readonly kubeconfigPath: string;
  close(): Promise<void>;
}

/** The world outside of Fairlead, on this machine: a forge with the sample's repositories, and a fleet. */
export interface DemoWorld<Fleet extends WorldFleet = RunningFleet> {
  readonly forge: WorldForge;
  readonly fleet: Fleet;
  readonly environments: readonly SampleEnvironment[];
  /** The URL of the source repository. */
  readonly source: string;
  /** The source repository's first commit on main. */
  readonly firstCommit: string;
  /** The environment variables of a worker and of the command line: settings, kubeconfig, the bot's token. */
  readonly env: Readonly<Record<string, string>>;
  /** Answers an environment. Throws where there is none of that name. */
  environment(name: string): SampleEnvironment;
  /** Answers the head of a branch of `owner/name` on the forge. */
  headOf(repository: string, branch: string): Promise<string>;
  /** Commits to the source repository's main, and answers the id. */
  commitToMain(change: Change): Promise<string>;
  /** Commits to an environment's config branch, and answers the id. */
  commitToConfig(environment: string, change: Change): Promise<string>;
  close(): Promise<void>;
}

/** A change of one branch, by Ann where nobody else is named. */
type Change = Omit<Commit, 'branch'>;

/** The sample's source repository on the forge. */
export const platform = 'acme/platform';

/** The patience of the clusters: a busy machine must not look like an unhealthy cluster. */
const patient = { healthTimeoutMs: 4_000 };

/** Starts forge and stand-in fleet and seeds the sample platform. Ports are free ones. */
export function startWorld({
  timings,
  ...options
}: WorldOptions & { readonly timings?: Partial<Timings> }): Promise<DemoWorld> {
  return startWorldWith(options, (fleet) => startFleet({ ...fleet, timings: { ...patient, ...timings } }));
}

/** Starts the forge, seeds the sample platform, and has the fleet started that follows it. */
export async function startWorldWith<Fleet extends WorldFleet>(
  options: WorldOptions,
  start: (options: FleetOptions) => Promise<Fleet>,
): Promise<DemoWorld<Fleet>> {
  const forge = await (options.startForge ?? startStandInForge)(options.directory);
  try {
    return await seedWorld(options, forge, start);
  } catch (error) {
    await forge.close();
    throw error;
  }
}

async function seedWorld<Fleet extends WorldFleet>(
  options: WorldOptions,
  forge: WorldForge,
  start: (options: FleetOptions) => Promise<Fleet>,
): Promise<DemoWorld<Fleet>> {
  const environments = environmentsIn(options.regions);
  const repositories = new Map<string, WorldRepository>();
  const create = async (name: string) => {
    const created = await forge.createRepository(name);
    repositories.set(name, created);
    return created;
  };
  const source = { repository: await create(platform), environments, forgeUrl: forge.url, soak: options.soak };
  const firstCommit = await seedSource(source);
  for (const repository of new Set(environments.map((each) => each.gitopsRepository)))
    await seedGitops(await create(repository), followersOf(environments, repository));
  for (const { tenant, app } of sampleApps)
    await seedApp(await create(`acme/${tenant}-${app}`), { app, branches: environments.map(({ name }) => name) });
  const clusters = environments.flatMap((environment) => clustersOf(environment, forge.url));
  const fleet = await start({ gitToken: forge.token, clusters });
  const repositoryOf = (name: string) => {
    const found = repositories.get(name);
    if (found === undefined) throw new Error(`The sample has no repository ${name}`);
    return found;
  };
  const commit = (branch: string, { files, ...change }: Change) =>
    commitTo(repositoryOf(platform), { branch, ...change, files: onForge(files, forge.url) });
  return {
    forge,
    fleet,
    environments,
    source: `${forge.url}/${platform}`,
    firstCommit,
    env: await environmentOf(options, forge, fleet),
    headOf: (repository, branch) => headOf(repositoryOf(repository), branch),
    environment: (name) => environmentNamed(environments, name),
    commitToMain: (change) => commit('main', change),
    commitToConfig: commit,
    close: async () => {
      await fleet.close();
      await forge.close();
    },
  };
}

function followersOf(environments: readonly SampleEnvironment[], repository: string): readonly SampleEnvironment[] {
  return environments.filter((each) => each.gitopsRepository === repository);
}

function environmentNamed(environments: readonly SampleEnvironment[], name: string): SampleEnvironment {
  const found = environments.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The sample has no environment ${name}`);
  return found;
}

async function seedSource({ repository, environments, forgeUrl, soak }: SourceSeed): Promise<string> {
  const files = onForge(await mainFiles(), forgeUrl);
  const commit = await commitTo(repository, { branch: 'main', message: 'Lay out the platform', files });
  for (const environment of environments) {
    const config = onForge(configBranch(environment, soak), forgeUrl);
    await commitTo(repository, {
      branch: environment.name,
      message: `Assign the ${environment.name} fleet`,
      files: config,
    });
  }
  return commit;
}

/** What the source repository is seeded with, and where it is. */
interface SourceSeed {
  readonly repository: WorldRepository;
  readonly environments: readonly SampleEnvironment[];
  readonly forgeUrl: string;
  readonly soak?: string;
}

async function seedGitops(repository: WorldRepository, environments: readonly SampleEnvironment[]): Promise<void> {
  for (const { name } of environments) {
    const files = new Map([['README.md', `Manifests of ${name}, rendered by Fairlead and applied by Flux.\n`]]);
    await commitTo(repository, { branch: name, message: `Begin ${name}`, files });
  }
}

async function seedApp(
  repository: WorldRepository,
  { app, branches }: { readonly app: string; readonly branches: readonly string[] },
): Promise<void> {
  for (const branch of ['main', ...branches])
    await commitTo(repository, { branch, message: `Deploy ${app}`, files: appRepository(app), author: 'Tom' });
}

function clustersOf({ name: environment, gitopsRepository, groups }: SampleEnvironment, forgeUrl: string) {
  return groups.map(({ cluster: name, group }) => ({
    name,
    environment,
    gitops: { url: `${forgeUrl}/${gitopsRepository}`, branch: environment },
    paths: [
      { name: 'infra', path: `${group}/infra` },
      { name: 'apps', path: `${group}/apps`, dependsOn: ['infra'] },
    ],
  }));
}

/** Writes the worker's settings, which name the forge like any other, and answers what points to them. */
async function environmentOf(
  { directory, intervals, temporalUi }: WorldOptions,
  forge: WorldForge,
  fleet: WorldFleet,
): Promise<Record<string, string>> {
  const settings = join(directory, 'worker.yaml');
  await mkdir(directory, { recursive: true });
  await writeFile(
    settings,
    `apiVersion: fairlead.dev/v1
kind: Worker
${temporalUi ? `temporalUi: ${temporalUi}\n` : ''}forges:
  - host: ${forge.host}
    kind: ${forge.kind}
    api: ${forge.apiUrl}
    token: { env: FAIRLEAD_DEMO_TOKEN }
kubeconfig: ${fleet.kubeconfigPath}
cache: ${join(directory, 'cache')}
intervals: { merge: ${intervals?.merge ?? '1s'}, health: ${intervals?.health ?? '1s'} }
`,
  );
  return { FAIRLEAD_SETTINGS: settings, FAIRLEAD_DEMO_TOKEN: forge.token };
}
