import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFleet } from '../../fakes/flux/start.ts';
import type { RunningFleet, Timings } from '../../fakes/flux/types.ts';
import { type RunningForge, startForge } from '../../fakes/github/start.ts';
import { appRepository } from '../sample/app-repository.ts';
import { mainFiles } from '../sample/commits.ts';
import { configBranch } from '../sample/config-branch.ts';
import { type SampleEnvironment, sampleApps, sampleEnvironments } from '../sample/environments.ts';
import { type Commit, commitTo, onForge } from './seed.ts';

/** How the world outside is set up. */
export interface WorldOptions {
  /** The folder below which everything is kept. */
  readonly directory: string;
  readonly soak?: string;
  readonly timings?: Partial<Timings>;
  /** The address of the Temporal UI, for links in requests. */
  readonly temporalUi?: string;
  /** The time between two looks of the worker at requests and at clusters, such as `500ms`. */
  readonly intervals?: { readonly merge: string; readonly health: string };
}

/** The world outside of Fairlead, on this machine: a forge with the sample's repositories, and a fleet. */
export interface DemoWorld {
  readonly forge: RunningForge;
  readonly fleet: RunningFleet;
  readonly environments: readonly SampleEnvironment[];
  /** The URL of the source repository. */
  readonly source: string;
  /** The source repository's first commit on main. */
  readonly firstCommit: string;
  /** The environment variables of a worker and of the command line: settings, kubeconfig, the bot's token. */
  readonly env: Readonly<Record<string, string>>;
  /** Answers an environment. Throws where there is none of that name. */
  environment(name: string): SampleEnvironment;
  /** Answers the bare repository of `owner/name` on the forge. */
  directoryOf(repository: string): string;
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

export const botToken = 'demo-bot-token-that-opens-nothing-else';

/** The patience of the clusters: a busy machine must not look like an unhealthy cluster. */
const patient = { healthTimeoutMs: 4_000 };

/** Starts forge and fleet and seeds the sample platform. Ports are free ones. */
export async function startWorld(options: WorldOptions): Promise<DemoWorld> {
  const forge = await startForge({ directory: join(options.directory, 'forge'), token: botToken });
  const directories = new Map<string, string>();
  const create = async (repository: string) => {
    const [owner = '', name = ''] = repository.split('/');
    const created = await forge.createRepository(owner, name);
    directories.set(repository, created.directory);
    return created.directory;
  };
  const firstCommit = await seedSource(await create(platform), forge.url, options.soak);
  for (const repository of new Set(sampleEnvironments.map((each) => each.gitopsRepository)))
    await seedGitops(await create(repository), repository);
  for (const { tenant, app } of sampleApps) await seedApp(await create(`acme/${tenant}-${app}`), app);
  const fleet = await startFleet({
    gitToken: botToken,
    clusters: sampleEnvironments.flatMap((environment) => clustersOf(environment, forge.url)),
    timings: { ...patient, ...options.timings },
  });
  const directoryOf = (repository: string) => directories.get(repository) ?? '';
  const commit = (branch: string, { files, ...change }: Change) =>
    commitTo(directoryOf(platform), { branch, ...change, files: onForge(files, forge.url) });
  return {
    forge,
    fleet,
    environments: sampleEnvironments,
    source: `${forge.url}/${platform}`,
    firstCommit,
    env: await environmentOf(options, forge, fleet),
    directoryOf,
    environment: environmentNamed,
    commitToMain: (change) => commit('main', change),
    commitToConfig: commit,
    close: async () => {
      await fleet.close();
      await forge.close();
    },
  };
}

function environmentNamed(name: string): SampleEnvironment {
  const found = sampleEnvironments.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The sample has no environment ${name}`);
  return found;
}

async function seedSource(directory: string, forgeUrl: string, soak?: string): Promise<string> {
  const files = onForge(await mainFiles(), forgeUrl);
  const commit = await commitTo(directory, { branch: 'main', message: 'Lay out the platform', files });
  for (const environment of sampleEnvironments) {
    const config = onForge(configBranch(environment, soak), forgeUrl);
    await commitTo(directory, {
      branch: environment.name,
      message: `Assign the ${environment.name} fleet`,
      files: config,
    });
  }
  return commit;
}

async function seedGitops(directory: string, repository: string): Promise<void> {
  for (const { name } of sampleEnvironments.filter((each) => each.gitopsRepository === repository)) {
    const files = new Map([['README.md', `Manifests of ${name}, rendered by Fairlead and applied by Flux.\n`]]);
    await commitTo(directory, { branch: name, message: `Begin ${name}`, files });
  }
}

async function seedApp(directory: string, app: string): Promise<void> {
  for (const branch of ['main', ...sampleEnvironments.map(({ name }) => name)])
    await commitTo(directory, { branch, message: `Deploy ${app}`, files: appRepository(app), author: 'Tom' });
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
  forge: RunningForge,
  fleet: RunningFleet,
): Promise<Record<string, string>> {
  const settings = join(directory, 'worker.yaml');
  await mkdir(directory, { recursive: true });
  await writeFile(
    settings,
    `apiVersion: fairlead.dev/v1
kind: Worker
${temporalUi ? `temporalUi: ${temporalUi}\n` : ''}forges:
  - host: ${forge.host}
    kind: github
    api: ${forge.apiUrl}
    token: { env: FAIRLEAD_DEMO_TOKEN }
kubeconfig: ${fleet.kubeconfigPath}
cache: ${join(directory, 'cache')}
intervals: { merge: ${intervals?.merge ?? '1s'}, health: ${intervals?.health ?? '1s'} }
`,
  );
  return { FAIRLEAD_SETTINGS: settings, FAIRLEAD_DEMO_TOKEN: botToken };
}
