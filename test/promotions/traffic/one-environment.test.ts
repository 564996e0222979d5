import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { watchTraffic } from '../../../bench/promotion/traffic.ts';
import { healthyFleet } from '../../../bench/support/healthy-fleet.ts';
import { change, seed, settingsText } from '../../../bench/support/one-app-platform.ts';
import { commitTo } from '../../../demo/world/seed.ts';
import { git } from '../../../fakes/github/git/run.ts';
import { type RunningForge, startForge } from '../../../fakes/github/start.ts';
import { createActivities } from '../../../src/activities/create-activities.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import { promotionId, promotionWorkflow } from '../../../src/operation/messages.ts';
import { platformId } from '../../../src/platform/repository/platform-id.ts';
import { parseSettings } from '../../../src/settings/settings.ts';
import { createDependencies } from '../../../src/worker/dependencies.ts';
import type { PromoteMainCommit } from '../../../src/workflows/index.ts';
import { runOnDevServer } from '../../support/temporal.ts';

const token = 'traffic';
/** What a worker meets for the first time costs more. */
const warmUp = 2;

/** On a busy machine, what was seen seconds ago would be asked again: here the clock of what is remembered is slow. */
function slowDownMemory(): void {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() / 100);
}

afterEach(() => void vi.restoreAllMocks());

/** Runs with a forge of its own, and takes it away afterwards. */
async function onForge(
  watch: ReturnType<typeof watchTraffic>,
  body: (forge: RunningForge, cache: string) => Promise<void>,
) {
  const directory = await mkdtemp(join(tmpdir(), 'fairlead-traffic-'));
  const { onGitCall, onExchange } = watch;
  const forge = await startForge({ directory: join(directory, 'forge'), token, onGitCall, onExchange });
  try {
    await body(forge, join(directory, 'cache'));
  } finally {
    await forge.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Promotes these commits, one after the other. */
function promoteEach(dependencies: Dependencies, source: string, commits: AsyncIterable<string>): Promise<void> {
  return runOnDevServer({ activities: createActivities(dependencies) }, async ({ start }) => {
    for await (const commit of commits) {
      const promotion = await start<typeof PromoteMainCommit>(promotionWorkflow, {
        workflowId: promotionId(platformId(source), commit),
        args: [{ source, commit }],
      });
      expect(await promotion.result()).toMatchObject({ state: 'promoted' });
    }
  });
}

it('One environment takes seven connections of git and seven calls of the forge', { timeout: 180_000 }, async () => {
  slowDownMemory();
  const watch = watchTraffic();
  await onForge(watch, async (forge, cache) => {
    const source = await forge.createRepository('acme', 'platform');
    const gitops = await forge.createRepository('acme', 'gitops');
    await seed({ source: source.directory, gitops: gitops.directory, gitopsUrl: gitops.url, environments: ['dev'] });
    const env = { ...process.env, BENCH_TOKEN: token, FAIRLEAD_CACHE: cache };
    const settings = parseSettings(settingsText(forge.host, forge.apiUrl), 'settings of a test', env);
    const dependencies = await createDependencies(settings, () => undefined);
    const fleet = healthyFleet((branch) => git(gitops.directory, ['rev-parse', branch]));
    async function* commits() {
      for (let index = 0; index <= warmUp; index += 1) {
        const commit = await commitTo(source.directory, change(index));
        watch.reset();
        yield commit;
      }
    }
    try {
      await promoteEach({ ...dependencies, fleet }, source.url, commits());
    } finally {
      await dependencies.close();
    }
  });
  expect(watch.connections).toEqual([
    // The commit, and the policy.
    'acme/platform: fetch',
    // Branch, record and request, for the lane and the render.
    'acme/gitops: ask',
    // The request.
    'acme/gitops: push',
    // Branch and record, before the merge and after it.
    'acme/gitops: ask',
    'acme/gitops: fetch',
    // The record: deployed, and promoted.
    'acme/gitops: push',
    'acme/gitops: push',
  ]);
  const pulls = '/repos/acme/gitops/pulls';
  const number = warmUp + 1;
  const labels = `/repos/acme/gitops/issues/${number}/labels`;
  const calls = watch.calls.slice(0, 6);
  expect(calls).toEqual([
    `GET ${pulls}`,
    `POST ${pulls}`,
    `POST ${labels}`,
    `GET ${pulls}/${number}`,
    `PUT ${pulls}/${number}/merge`,
    `PUT ${labels}`,
  ]);
  // One call, or two where the rollout took so long that somebody may have labelled it since.
  expect([[`PUT ${labels}`], [`POST ${labels}`, `DELETE ${labels}/deployed`]]).toContainEqual(watch.calls.slice(6));
});
