import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { listen, stop } from '../../fakes/github/listen.ts';
import type { AtWrite } from '../../fakes/github/writes.ts';
import { promotionStart } from '../../src/cli/temporal/starts.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { workerName } from '../../src/temporal/worker-identity.ts';
import { writeWorkflowBundle } from '../../src/worker/bundle.ts';
import { startOperation } from '../promotions/support/operations.ts';
import { type SmallEnvironment, type SmallPlatform, startPlatform } from '../promotions/support/platform.ts';
import { startWorkerProcess, type WorkerProcess } from '../promotions/support/worker-process.ts';
import { onTemporal, patiently, recorded } from './temporal-once.ts';

let directory: string;
let bundle: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-lost-'));
  bundle = join(directory, 'workflows.js');
  await writeWorkflowBundle(bundle);
});
afterAll(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

const environments = [
  { name: 'open', merge: 'manual' },
  { name: 'merged', merge: 'manual', beside: true },
  { name: 'held', beside: true },
] as const;

describe('When Temporal is lost with its database', () => {
  it('the next CI call adopts the open request, records the merged one, and keeps the hold', async () => {
    const platform = await startPlatform(environments);
    try {
      await onTemporal(platform, { bundle }, async ({ run, states }) => {
        await run('hold', 'held', '--reason', 'load test', '--by', 'ann');
        await run('promote', '--commit', platform.firstCommit);
        await expect.poll(states, patiently).toEqual(['pull request open', 'pull request open', 'held']);
        expect(recorded(platform, 'held')).toMatchObject([{ event: 'held', by: 'ann', reason: 'load test' }]);
      });
      const requests = await platform.requests();
      const ours = (branch: string) => requests.find(({ base }) => base === branch)?.number ?? 0;
      const merge = await platform.merge(ours('merged'));
      expect(recorded(platform, 'merged')).toEqual([]);

      await onTemporal(platform, { bundle }, async ({ run, states }) => {
        await run('promote', '--commit', platform.firstCommit);
        await expect.poll(states, patiently).toEqual(['pull request open', 'unchanged', 'held']);
        const all = await platform.requests();
        expect(all.map(({ number, state }) => [number, state])).toEqual(
          requests.map(({ number }) => [number, number === ours('merged') ? 'merged' : 'open']),
        );
        expect(platform.gitops.head('merged')).toBe(merge);
        expect(recorded(platform, 'merged')).toMatchObject([{ event: 'promoted', main: platform.firstCommit }]);
        expect(recorded(platform, 'held')).toHaveLength(1);

        await platform.merge(ours('open'));
        await run('resume', 'held', '--reason', 'it is over', '--by', 'ann');
        await expect.poll(states, patiently).toEqual(['promoted', 'unchanged', 'promoted']);
        const ends = (await platform.requests()).map(({ base, state }) => `${base} ${state}`);
        expect(ends.sort()).toEqual(['held merged', 'merged merged', 'open merged']);
      });
    } finally {
      await platform.close();
    }
  }, 300_000);
});

/** Both must go on within this time, on a busy machine, too; an idle one needs less than half of it. */
const soonMs = 25_000;

describe('A step that has looked for long', () => {
  it('goes on within seconds when its worker is killed in the middle of a look', async () => {
    await onWorkers(
      { environments: [{ name: 'dev', merge: 'manual' }] },
      async ({ platform, promote, startWorker }) => {
        const handle = await promote(platform.firstCommit);
        const first = startWorker();
        // By then Temporal would have waited half a minute, if it counted looks as failures.
        await expect.poll(async () => (await stepOf(handle))?.attempt, patiently).toBeGreaterThan(7);
        platform.forge.fail({ match: /^GET .*pulls/, times: 1_000, trouble: { kind: 'silence' } });
        await expect.poll(async () => (await stepOf(handle))?.isRunning, { ...patiently, interval: 30 }).toBe(true);
        await first.kill();
        const killed = Date.now();
        platform.forge.clearFaults();
        const { identity } = startWorker();
        await expect.poll(async () => (await stepOf(handle))?.worker, patiently).toBe(identity);
        expect(Date.now() - killed).toBeLessThan(soonMs);
      },
    );
  }, 200_000);
});

describe('A worker that is asked to stop', () => {
  it('hands back a step that would take minutes, and another one goes on with it', async () => {
    const server = createServer((_request, response) => void response.end());
    const url = await listen(server, 0);
    onTestFinished(() => stop(server));
    const verify = `{ http: "${url}", for: 5m, timeout: 9m }`;
    await onWorkers({ environments: [{ name: 'dev', verify }] }, async ({ platform, promote, startWorker }) => {
      const handle = await promote(platform.firstCommit);
      await appendFile(`${platform.env.FAIRLEAD_SETTINGS}`, `allow: { httpChecks: ["${new URL(url).host}"] }\n`);
      const first = startWorker();
      const watches = async () => {
        const step = await stepOf(handle);
        return step?.isRunning && step.type === 'awaitVerification' ? step.worker : undefined;
      };
      await expect.poll(watches, patiently).toBe(first.identity);
      const second = startWorker();
      await expect.poll(async () => (await second.log()).match(/the worker polls/g), patiently).toHaveLength(2);
      const began = Date.now();
      await Promise.all([first.stop(), expect.poll(watches, patiently).toBe(second.identity)]);
      expect(Date.now() - began).toBeLessThan(soonMs);
    });
  }, 200_000);
});

describe('A worker that stands still in the middle of a merge', () => {
  it.each([
    { name: 'before it has happened', moment: 'asked', answer: 'hang up' },
    { name: 'when it has happened', moment: 'done', answer: 'go on' },
  ] as const)(
    '$name, keeps no other from going on, and doubles nothing later',
    async ({ moment, answer }) => {
      let first: WorkerProcess | undefined;
      let stoodStill = false;
      const atWrite: AtWrite = ({ what }, now) => {
        if (first === undefined || stoodStill || !/^PUT .*merge/.test(what) || now !== moment) return 'go on';
        first.standStill();
        stoodStill = true;
        return answer;
      };
      const dev = { environments: [{ name: 'dev' }], atWrite };
      await onWorkers(dev, async ({ platform, startWorker, promote }) => {
        const one = await promote(platform.firstCommit);
        first = startWorker();
        await expect.poll(() => stoodStill, patiently).toBe(true);
        const second = startWorker();
        expect(await one.result()).toMatchObject({ state: 'promoted' });
        const lines = recorded(platform, 'dev').map(({ event, main }) => [event, main]);
        expect(lines).toEqual(['deployed', 'promoted'].map((event) => [event, platform.firstCommit]));

        first.goOn();
        await second.stop();
        const release = platform.release('2');
        expect(await (await promote(release)).result()).toMatchObject({ state: 'promoted' });
        const events = recorded(platform, 'dev').map(({ event, main }) => `${event} ${main}`);
        const wanted = [platform.firstCommit, release].flatMap((main) => [`deployed ${main}`, `promoted ${main}`]);
        expect(events.sort()).toEqual(wanted.sort());
        const requests = await platform.requests();
        expect(requests.map(({ state }) => state)).toEqual(['merged', 'merged']);
      });
    },
    200_000,
  );
});

interface OnWorkers {
  readonly platform: SmallPlatform;
  /** Starts the promotion of a commit. */
  promote(commit: string): Promise<WorkflowHandle>;
  startWorker(): WorkerProcess;
}

interface Wanted {
  readonly environments: readonly SmallEnvironment[];
  readonly atWrite?: AtWrite;
}

/** Promotes on the run's own server, while worker processes come and go. */
async function onWorkers(
  { environments: wanted, atWrite }: Wanted,
  body: (on: OnWorkers) => Promise<void>,
): Promise<void> {
  const platform = await startPlatform(wanted, { atWrite });
  const { address } = inject('temporal');
  const where = { address, namespace: 'default', taskQueue: `lost-${randomUUID().slice(0, 8)}` };
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const workers: WorkerProcess[] = [];
  const startWorker = () => {
    const worker = startWorkerProcess(platform, where, bundle);
    workers.push(worker);
    return worker;
  };
  const handles: WorkflowHandle[] = [];
  const promote = async (commit: string) => {
    const order = promotionStart(platformId(platform.url), { source: platform.url, commit }, true);
    const { handle } = await startOperation({ client, taskQueue: where.taskQueue }, order);
    handles.push(handle);
    return handle;
  };
  try {
    await body({ platform, promote, startWorker });
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
    for (const handle of handles) await handle.terminate('the test has ended').catch(whereEnded);
    await connection.close();
    await platform.close();
  }
}

function whereEnded(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

/** Answers the step that is pending; undefined: none is. */
async function stepOf(handle: WorkflowHandle) {
  const [step] = (await handle.describe()).raw.pendingActivities ?? [];
  if (!step) return undefined;
  const isRunning = step.state === proto.temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;
  return {
    type: step.activityType?.name,
    attempt: step.attempt ?? 0,
    worker: workerName(step.lastWorkerIdentity ?? ''),
    isRunning,
  };
}
