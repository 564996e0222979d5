import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenForwarder } from '../../demo/sample/commits.ts';
import { type DemoWorld, startWorld } from '../../demo/world/world.ts';
import { createActivities } from '../../src/activities/create-activities.ts';
import { promotionId, promotionWorkflow, statusQuery } from '../../src/operation/messages.ts';
import type { EnvironmentStatus, OperationStatus } from '../../src/operation/status.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { loadSettings } from '../../src/settings/settings.ts';
import { createDependencies } from '../../src/worker/dependencies.ts';
import type { PromoteMainCommit } from '../../src/workflows/index.ts';
import { runOnDevServer, type TemporalTest } from '../support/temporal.ts';

// A busy machine must not look like an unhealthy cluster: what applications need is waited for.
const timings = { pullMs: 5000, intervalMs: 2000, retryMs: 150, applyMs: 20, healthMs: 20, healthTimeoutMs: 2000 };

let directory: string;
let world: DemoWorld;
let dependencies: Awaited<ReturnType<typeof createDependencies>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-promotion-'));
  world = await startWorld({ directory, soak: '500ms', timings, intervals: { merge: '100ms', health: '100ms' } });
  Object.assign(process.env, world.env);
  const settings = await loadSettings({ ...process.env, ...world.env, FAIRLEAD_CACHE: join(directory, 'cache') });
  dependencies = await createDependencies(settings, () => undefined);
}, 180_000);

afterAll(async () => {
  await dependencies?.close();
  await world?.close();
  await rm(directory, { recursive: true, force: true });
});

describe('A whole promotion, over git, forge and fleet', () => {
  it('promotes a commit to prod, and takes a broken one back in qa', async () => {
    await runOnDevServer({ activities: createActivities(dependencies) }, async (test) => {
      const first = await promote(test, world.firstCommit);
      const prod = await reaches(first, 'prod', 'awaiting approval');
      expect(prod.request?.url).toContain(`${world.forge.url}/acme/platform-gitops-prod/pull/1`);
      await decide(first, 'approve', { environment: 'prod', head: prod.request?.head });
      expect((await first.result()).environments.map((e) => [e.environment, e.state, e.fleet?.healthy])).toEqual([
        ['dev', 'promoted', 3],
        ['qa', 'promoted', 3],
        ['prod', 'promoted', 3],
      ]);

      const second = await world.commitToMain({
        message: 'Upgrade the log forwarder to 2.0',
        files: await brokenForwarder(),
      });
      const broken = await promote(test, second);
      const qa = await reaches(broken, 'qa', 'needs attention');
      expect(qa.message).toContain('DaemonSet/logging/log-forwarder');
      expect(qa.fleet?.others.map(({ name }) => name)).toContain('qa-west-us');
      await decide(broken, 'rollback', { environment: 'qa', reason: 'the forwarder does not start' });
      const { state, environments } = await broken.result();
      expect(state).toBe('rolled back');
      expect(environments.map((e) => e.state)).toEqual(['promoted', 'rolled back', 'not reached']);
      expect(versionOn('dev-west-us')).toBe('2.0');
      expect(versionOn('qa-west-us')).toBe('1.4');
      expect(versionOn('prod-west-us')).toBe('1.4');
    });
  }, 300_000);
});

async function promote(test: TemporalTest, commit: string) {
  return test.start<typeof PromoteMainCommit>(promotionWorkflow, {
    workflowId: promotionId(platformId(world.source), commit),
    args: [{ source: world.source, commit }],
  });
}

type Running = Awaited<ReturnType<typeof promote>>;

async function reaches(handle: Running, name: string, state: string): Promise<EnvironmentStatus> {
  for (const until = Date.now() + 120_000; ; ) {
    const { environments } = await handle.query<OperationStatus>(statusQuery);
    const seen = environments.find(({ environment }) => environment === name);
    if (seen?.state === state) return seen;
    const stuck = environments.some((each) => each.state === 'needs attention');
    if (stuck || Date.now() > until)
      throw new Error(`${name} did not get ${state}: ${JSON.stringify(environments, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function decide(handle: Running, action: string, decision: object): Promise<void> {
  await handle.executeUpdate<unknown, [object]>(action, { args: [{ by: 'ann', ...decision }] });
}

/** Which version of the log forwarder a cluster runs, read from the cluster. */
function versionOn(cluster: string): string | undefined {
  const [daemonSet] = world.fleet.cluster(cluster).objects('DaemonSet');
  const spec = daemonSet?.spec as { template?: { metadata?: { labels?: Record<string, string> } } } | undefined;
  return spec?.template?.metadata?.labels?.['app.kubernetes.io/version'];
}
