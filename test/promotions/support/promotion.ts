import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Activities } from '../../../src/activities/contract.ts';
import { createActivities } from '../../../src/activities/create-activities.ts';
import {
  configStart,
  promotionStart,
  rollbackPromotionStart,
  rollbackStart,
  type Start,
} from '../../../src/cli/temporal/starts.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { deployedNow } from '../../../src/gitops/deployed-now.ts';
import type { RollbackInput } from '../../../src/operation/messages.ts';
import type { Revision } from '../../../src/operation/status.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import type { Renderer } from '../../../src/render/types.ts';
import { gitCredentials } from '../../../src/settings/git-credentials.ts';
import type { Secret } from '../../../src/settings/secret.ts';
import { loadSettings, type Settings } from '../../../src/settings/settings.ts';
import { clientConverter, workerConverter } from '../../../src/temporal/codec/data-converter.ts';
import type { CodecKey } from '../../../src/temporal/codec/keys.ts';
import { createDependencies } from '../../../src/worker/dependencies.ts';
import { runOnDevServer, type TemporalTest } from '../../support/temporal.ts';
import { type TestLane, talkToLane } from './lane.ts';
import { type Running, startOperation } from './operations.ts';
import { type SmallEnvironment, type SmallPlatform, startPlatform } from './platform.ts';

// Each test starts a worker, a renderer, and git hundreds of times: more of them side by side only wait for each other.
vi.setConfig({ maxConcurrency: 2, testTimeout: 180_000 });

/** What a worker and the commands need to know of a platform, whatever its forge is. */
export interface OperatedPlatform extends Pick<SmallPlatform, 'directory' | 'env' | 'url' | 'names' | 'firstCommit'> {
  readonly forge: Pick<SmallPlatform['forge'], 'url'>;
}

export interface PlatformTest<Platform extends OperatedPlatform = SmallPlatform> {
  readonly platform: Platform;
  readonly test: TemporalTest;
  /** Starts the promotion of a commit. Default: the first one of main. */
  promote(commit?: string): Promise<Running>;
  /** Does what `fairlead apply-config` does: tells the config change that runs of the commit, or starts one. */
  configure(environment: string, commit: string): Promise<Running>;
  rollBack(environment: string, input?: Partial<RollbackInput>): Promise<Running>;
  /** Does what `fairlead rollback --promotion` does: takes back all that the promotion reached. */
  takeBack(commit: string): Promise<Running>;
  lane(environment: string): TestLane;
  /** Answers what git alone says is deployed there, read with an empty cache. */
  deployed(environment: string): Promise<Revision | undefined>;
}

/** How the workers of a test differ from one worker of production. */
export interface WorkerSetup {
  /** Makes the activities of one set for each of `caches`. Default: the first set. */
  readonly steps?: (...workers: readonly Activities[]) => object;
  /** The folders of the workers' caches, one worker each. Default: one. */
  readonly caches?: readonly string[];
  /** The keys that workers and client encrypt with. Default: none. */
  readonly keys?: readonly CodecKey[];
  /** The key that workers sign the record with. Default: none. */
  readonly signingKey?: Secret;
  /** How far git and the forge may be behind. Default: a second, because two minutes are no test's time. */
  readonly forgeLagMs?: number;
  /** The shortest time between two questions about what a request lacks. Default: that of production. */
  readonly askMs?: number;
}

/** Starts a small platform and a worker with the dependencies of production, and takes all away afterwards. */
export async function onPlatform(
  environments: readonly SmallEnvironment[],
  body: (test: PlatformTest) => Promise<void>,
  setup?: WorkerSetup,
): Promise<void> {
  await withPlatform(environments, (platform) => onWorker(platform, body, setup));
}

/** Starts a platform that outlives those who work on it, and takes it away when `body` has ended. */
export async function withPlatform(
  environments: readonly SmallEnvironment[],
  body: (platform: SmallPlatform) => Promise<void>,
): Promise<void> {
  const platform = await startPlatform(environments);
  try {
    await body(platform);
  } finally {
    await platform.close();
  }
}

/** Starts a worker on a task queue of its own. Of what ran on it, nothing runs afterwards. */
export async function onWorker<Platform extends OperatedPlatform>(
  platform: Platform,
  body: (test: PlatformTest<Platform>) => Promise<void>,
  setup: WorkerSetup = {},
): Promise<void> {
  const { steps = (only) => only ?? {}, caches = ['cache'], keys, signingKey } = setup;
  const { forgeLagMs = 1_000, askMs } = setup;
  const settings = await loadSettings({ ...process.env, ...platform.env });
  const workers: Awaited<ReturnType<typeof createDependencies>>[] = [];
  try {
    for (const cache of caches) {
      const cacheDirectory = join(platform.directory, cache);
      const timeouts = { ...settings.timeouts, forgeLagMs };
      const parts = await createDependencies({ ...settings, cacheDirectory, signingKey, timeouts }, () => undefined);
      workers.push({ ...parts, intervals: { ...parts.intervals, askMs } });
    }
    const [dependencies] = workers;
    if (!dependencies) throw new Error('there is no worker without a cache');
    const deployed = (environment: string) =>
      deployedAnew(platform, { renderer: dependencies.renderer, settings }, environment);
    const converters = keys && {
      worker: { dataConverter: workerConverter(keys) },
      client: { dataConverter: clientConverter(keys) },
    };
    await runOnDevServer(
      { activities: steps(...workers.map((worker) => createActivities(worker))), ...converters },
      (test) => body({ platform, test, deployed, ...commandsOf(platform, test) }),
    );
  } finally {
    for (const dependencies of workers) await dependencies.close();
  }
}

type Commands = Pick<PlatformTest, 'promote' | 'configure' | 'rollBack' | 'takeBack' | 'lane'>;

function commandsOf({ url: source, forge, names, firstCommit }: OperatedPlatform, test: TemporalTest): Commands {
  const id = platformId(source);
  const start = (order: Start) => startOperation(test, order);
  const asked = { source, by: 'ann', reason: 'checkout fails', config: 'today' } as const;
  return {
    promote: (commit = firstCommit) => start(promotionStart(id, { source, commit }, true)),
    configure: (environment, commit) => start(configStart(id, { source, environment, commit })),
    rollBack: (environment, input) => start(rollbackStart(id, { ...asked, environment, force: false, ...input })),
    takeBack: (commit) => start(rollbackPromotionStart(id, { ...asked, commit })),
    lane: (environment) => talkToLane(test, `${forge.url}/${names.gitops}`, environment),
  };
}

async function deployedAnew(
  { directory, names, forge, url: source }: OperatedPlatform,
  { renderer, settings }: { readonly renderer: Renderer; readonly settings: Settings },
  environment: string,
): Promise<Revision | undefined> {
  const cacheDir = join(directory, `fresh-${randomUUID()}`);
  const repositories = createGitRepositories({ cacheDir, credentials: gitCredentials(settings) });
  const gitops = { repository: `${forge.url}/${names.gitops}`, branch: environment };
  return (await deployedNow({ repositories, renderer }, { source, environment, gitops })).deployed?.revision;
}
