import { access, appendFile, chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Activities } from '../../src/activities/contract.ts';
import { writeWorkflowBundle } from '../../src/worker/bundle.ts';
import { freePorts } from '../support/network/free-ports.ts';
import type { SmallPlatform } from './support/platform.ts';
import { onPlatform, type PlatformTest } from './support/promotion.ts';
import { startWorkerProcess } from './support/worker-process.ts';

const manual = { name: 'dev', merge: 'manual' } as const;

let directory: string;
let bundle: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-workers-'));
  bundle = join(directory, 'workflows.js');
  await writeWorkflowBundle(bundle);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

// Temporal notices a dead worker by its heartbeats, 3 to 4 seconds after each kill.
describe.concurrent('A promotion whose worker is killed', { timeout: 300_000 }, () => {
  it('in the middle of rendering goes on with another one; nothing is done twice', async ({ expect }) => {
    await onWorkerProcesses([{ name: 'dev' }], async ({ platform, promote }, startWorker) => {
      const push = await holdPushes(platform);
      const first = startWorker();
      const promotion = await promote();
      await expect.poll(push.isUnderWay, { timeout: 80_000 }).toBe(true);
      await first.kill();
      await push.letGo();
      startWorker();
      expect((await promotion.result()).state).toBe('promoted');
      await expectOneOfEach(expect, platform);
    });
  });

  it('while a merge is awaited, and while it rolls out, goes on with others', async ({ expect }) => {
    await onWorkerProcesses([manual], async ({ platform, promote }, startWorker) => {
      platform.fleet.cluster('dev').setReachable(false);
      const first = startWorker();
      const promotion = await promote();
      await promotion.reaches('dev', 'pull request open');
      await promotion.awaits('waiting for a person');
      await first.kill();
      await platform.merge(1);
      const second = startWorker();
      await promotion.awaits('cannot be reached');
      await second.kill();
      platform.fleet.cluster('dev').setReachable(true);
      startWorker();
      const { environments } = await promotion.result();
      expect(environments[0]).toMatchObject({ state: 'promoted', mergedBy: 'maintainer' });
      await expectOneOfEach(expect, platform);
    });
  });
});

describe.concurrent('A worker that is asked to stop', { timeout: 120_000 }, () => {
  it('ends within its grace, says which step it leaves, and another one goes on with that', async ({ expect }) => {
    await onWorkerProcesses([{ name: 'dev' }], async ({ platform, promote }, startWorker) => {
      const push = await holdPushes(platform);
      const first = startWorker();
      const promotion = await promote();
      await expect.poll(push.isUnderWay, { timeout: 80_000 }).toBe(true);
      const began = performance.now();
      expect(await first.stop()).toBe(0);
      expect(performance.now() - began).toBeLessThan(28_000);
      const lines = (await first.log()).split('\n').filter((line) => line.includes('hands this step back'));
      expect(lines.map((line) => JSON.parse(line))).toMatchObject([
        { step: 'renderEnvironment', environment: 'dev', operation: promotion.handle.workflowId },
      ]);
      await push.letGo();
      startWorker();
      expect((await promotion.result()).state).toBe('promoted');
      await expectOneOfEach(expect, platform);
    });
  });
});

describe.concurrent('A worker that serves metrics', () => {
  it('counts the attempts of steps, and what is under way', async ({ expect }) => {
    await onWorkerProcesses([manual], async ({ platform, promote }, startWorker) => {
      const [port] = await freePorts(1);
      await appendFile(`${platform.env.FAIRLEAD_SETTINGS}`, `metrics: { address: "127.0.0.1:${port}" }\n`);
      startWorker();
      const promotion = await promote();
      await promotion.reaches('dev', 'pull request open');
      const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const counted = /^fairlead_step_attempts_total\{[^}]*outcome="done"[^}]*step="renderEnvironment"[^}]*\} 1$/m;
      await expect.poll(metrics, { timeout: 30_000 }).toMatch(counted);
      const text = await metrics();
      expect(text).toMatch(/^fairlead_step_duration_seconds_bucket\{.*step="renderEnvironment"/m);
      expect(text).toMatch(/^fairlead_environments_held\{?.*\}? 0$/m);
      expect(text).toMatch(/^fairlead_operations\{[^}]*older_than="0"[^}]*state="pull request open"[^}]*\} \d$/m);
      const left = /^fairlead_forge_budget_left_ratio\{[^}]*host="127\.0\.0\.1:\d+"[^}]*\} (0\.9\d*|1)$/m;
      await expect.poll(metrics, { timeout: 30_000 }).toMatch(left);
      expect(text).toMatch(/^temporal_worker_task_slots_available\{/m);
      await platform.merge(1);
      expect((await promotion.result()).state).toBe('promoted');
    });
  });
});

describe.concurrent('Workers that share nothing but the task queue', () => {
  it('do the steps of a promotion in turns, each with a cache of its own', async ({ expect }) => {
    const body = async ({ platform, promote }: PlatformTest) => {
      const older = await promote();
      await older.reaches('dev', 'pull request open');
      await platform.merge(1, 'squash');
      expect((await older.result()).state).toBe('promoted');
      const newer = await promote(platform.release('2'));
      const { request } = await newer.reaches('dev', 'pull request open');
      platform.gitops.commit('dev', { 'two/note.yaml': 'kind: Note\n' });
      await newer.rendersAgain('dev', request?.head);
      await platform.merge(2, 'rebase');
      expect((await newer.result()).state).toBe('promoted');
      expect(platform.versionOn('dev')).toEqual({ version: '2' });
      for (const cache of ['one', 'other'])
        expect(await readdir(join(platform.directory, cache, 'mirrors'))).toHaveLength(2);
    };
    await onPlatform([manual], body, { steps: inTurns, caches: ['one', 'other'] });
  });
});

/** Gives the body a way to start worker processes, which have ended when it has. */
function onWorkerProcesses(
  environments: Parameters<typeof onPlatform>[0],
  body: (test: PlatformTest, startWorker: () => ReturnType<typeof startWorkerProcess>) => Promise<void>,
): Promise<void> {
  return onPlatform(environments, async (context) => {
    await context.test.worker.stop();
    const started: ReturnType<typeof startWorkerProcess>[] = [];
    try {
      await body(context, () => {
        const worker = startWorkerProcess(context.platform, context.test, bundle);
        started.push(worker);
        return worker;
      });
    } finally {
      await Promise.all(started.map((worker) => worker.kill()));
    }
  });
}

/** Makes the forge hold the first push to a request's branch until it is let go. */
async function holdPushes({ directory: root, forge, gitops, names }: SmallPlatform) {
  const [underWay, going] = [join(root, 'push-under-way'), join(root, 'push-going')];
  // Hooks run where there are rules.
  forge.protectBranch(names.gitops, 'unrelated', {});
  const hook = join(gitops.path, 'hooks', 'update');
  await writeFile(hook, `#!/bin/sh\ntouch ${underWay}\nuntil [ -e ${going} ]; do sleep 0.05; done\n`);
  await chmod(hook, 0o755);
  const exists = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );
  return { isUnderWay: () => exists(underWay), letGo: () => writeFile(going, '') };
}

async function expectOneOfEach(expect: typeof import('vitest').expect, platform: SmallPlatform): Promise<void> {
  expect(await platform.requests()).toMatchObject([{ number: 1, state: 'merged', comments: [] }]);
  expect(platform.gitops.git(['rev-list', '--count', '--merges', 'dev'])).toBe('1');
  expect(platform.gitops.git(['for-each-ref', '--format=%(refname)', 'refs/heads/deploy']).split('\n')).toHaveLength(1);
  expect(platform.versionOn('dev')).toEqual({ version: '1' });
}

/** Each step by the next worker. */
function inTurns(...workers: readonly Activities[]): object {
  let turn = 0;
  const names = Object.keys(workers[0] ?? {}) as (keyof Activities)[];
  const inTurn = (name: keyof Activities) => (order: never) => {
    turn += 1;
    const step: ((order: never) => Promise<unknown>) | undefined = workers[turn % workers.length]?.[name];
    return step?.(order);
  };
  return Object.fromEntries(names.map((name) => [name, inTurn(name)]));
}
