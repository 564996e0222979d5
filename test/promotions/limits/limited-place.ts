import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { healthyFleet } from '../../../bench/support/healthy-fleet.ts';
import { change, settingsText } from '../../../bench/support/one-app-platform.ts';
import { git } from '../../../fakes/github/git/run.ts';
import type { Exchange } from '../../../fakes/github/server.ts';
import { startForge } from '../../../fakes/github/start.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import { createForges } from '../../../src/forge/forges.ts';
import { parseSettings } from '../../../src/settings/settings.ts';
import { createDependencies } from '../../../src/worker/dependencies.ts';
import { createTestRepository } from '../../support/git.ts';
import { mainFiles, policy, type SmallEnvironment } from '../support/platform-files.ts';
import { type ScaledTime, startScaledTime } from './scaled-time.ts';

const token = 'limited';
/** Sixty times as fast: a minute of the forge's limits is a second. */
const scale = 60;

/** What a forge allows: calls an hour, and what is created in a minute and an hour. */
export interface Allowed {
  readonly calls: number;
  readonly perMinute: number;
  readonly perHour: number;
}

/** A commit that is to be promoted. */
export interface ToPromote {
  /** The URL of its source. */
  readonly source: string;
  readonly commit: string;
}

/** Platforms of one environment each on a forge that limits what is called and created, and what a worker needs. */
export interface LimitedPlace {
  readonly time: ScaledTime;
  readonly dependencies: Dependencies;
  readonly exchanges: readonly (Exchange & { readonly at: number })[];
  /** Makes a platform with a commit. `gitops`: the repository where its environment is a branch. */
  platform(environment: SmallEnvironment, gitops: string): Promise<ToPromote>;
}

/** Starts a forge with these limits, and takes it away afterwards. */
export async function onLimitedForge(allowed: Allowed, body: (place: LimitedPlace) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-limited-'));
  const time = startScaledTime(scale);
  const exchanges: (Exchange & { readonly at: number })[] = [];
  const forge = await startForge({
    directory: join(directory, 'forge'),
    token,
    hourlyLimit: allowed.calls,
    contentLimits: { ...allowed, counts: /^POST \/repos/ },
    now: () => new Date(time.now()),
    onExchange: (exchange) => void exchanges.push({ ...exchange, at: time.now() }),
  });
  const env = { ...process.env, BENCH_TOKEN: token, FAIRLEAD_CACHE: join(directory, 'cache') };
  const settings = parseSettings(settingsText(forge.host, forge.apiUrl), 'settings of a test', env);
  const parts = await createDependencies(settings, () => undefined);
  const targets = new Map<string, Awaited<ReturnType<typeof forge.createRepository>>>();
  const own = randomUUID().slice(0, 8);
  const target = async (name: string) => {
    const found = targets.get(name) ?? (await forge.createRepository('acme', `${name}-${own}`));
    targets.set(name, found);
    return found;
  };
  const branches = new Map<string, string>();
  const dependencies: Dependencies = {
    ...parts,
    forges: time.forges(createForges({ forges: settings.forges, now: time.now })),
    fleet: healthyFleet((branch) => git(branches.get(branch) ?? '', ['rev-parse', branch])),
    // As often in the time of the limits as in production.
    intervals: { ...parts.intervals, mergePollMs: 30_000 / scale, healthPollMs: 400 },
  };
  try {
    await body({
      time,
      dependencies,
      exchanges,
      async platform(environment, name) {
        const gitops = await target(name);
        const source = await forge.createRepository('acme', `source-${environment.name}-${own}`);
        const repository = createTestRepository(source.directory);
        const { 'fairlead.yaml': platform = '' } = mainFiles(gitops.url, [environment]);
        repository.commit(environment.name, { 'fairlead.yaml': policy(environment), 'one/apps/shop/.gitkeep': '' });
        createTestRepository(gitops.directory).commit(environment.name, { 'README.md': 'Manifests.\n' });
        branches.set(environment.name, gitops.directory);
        const files = { 'fairlead.yaml': platform, ...Object.fromEntries(change(1).files) };
        return { source: source.url, commit: repository.commit('main', files) };
      },
    });
  } finally {
    await parts.close();
    await forge.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
