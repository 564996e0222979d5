import { readFile } from 'node:fs/promises';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { noWorker, readPollers } from '../../../src/temporal/pollers.ts';
import { buildIdOf } from '../../../src/worker/versioning/build-id.ts';
import { neighbourWords } from '../../../src/worker/versioning/neighbours.ts';
import { ownOptions } from '../../../src/worker/versioning/own-worker.ts';
import { type VersionLine, watchVersion } from '../../../src/worker/versioning/watch-version.ts';
import { type PlantedChange, plantedBundle } from '../../histories/planted-bundle.ts';
import { productionWorkflows, workflowBundle } from '../../support/temporal-bundle.ts';
import { whileWorkersRun } from '../../support/temporal-worker.ts';
import { fairlead } from '../../unit/cli/test-io.ts';
import { eventually } from '../support/eventually.ts';
import { sha, World } from '../support/world.ts';

let connection: NativeConnection;

beforeAll(async () => {
  connection = await NativeConnection.connect({ address: inject('temporal').address });
});
afterAll(() => connection.close());

const lookEveryMs = { soon: 100, later: 200 };

/** A task queue and a deployment of the test's own, with workers of two releases: today's, and one that comes after it. */
function rig(world: World) {
  const name = `versions-${process.pid}-${Date.now()}`;
  const queue = { namespace: 'default', taskQueue: name };
  const { address, directory } = inject('temporal');
  const client = new Client({ connection, namespace: 'default' });
  const env = {
    TEMPORAL_ADDRESS: address,
    FAIRLEAD_TASK_QUEUE: name,
    FAIRLEAD_SOURCE: `https://forge.test/${name}/platform`,
  };
  const release = async (change?: PlantedChange) => {
    const codePath = await (change ? plantedBundle(directory, change) : workflowBundle(directory, productionWorkflows));
    const build = buildIdOf({ code: await readFile(codePath, 'utf8') });
    const version = { deployment: name, build };
    const own = { identity: { process: 1, host: 'one', build, settings: '00000000' }, version };
    const watch = (makeCurrent: boolean, lines: VersionLine[]) => {
      const report = (line: VersionLine) => lines.push(line);
      return watchVersion({ connection, queue, version, makeCurrent, report, lookEveryMs });
    };
    const whileRunning = async (makeCurrent: boolean, body: (lines: VersionLine[]) => Promise<void>) => {
      const lines: VersionLine[] = [];
      const workflowBundleOf = { codePath };
      const options = {
        ...ownOptions(own, []),
        connection,
        taskQueue: name,
        workflowBundle: workflowBundleOf,
        activities: world,
      };
      await whileWorkersRun({ ...options, stickyQueueScheduleToStartTimeout: '1s' }, async () => {
        const stop = watch(makeCurrent, lines);
        try {
          await body(lines);
        } finally {
          await stop();
        }
      });
    };
    return { own, version, watch, whileRunning };
  };
  const setCurrent = (build: string) =>
    connection.workflowService.setWorkerDeploymentCurrentVersion({
      namespace: 'default',
      deploymentName: name,
      buildId: build,
    });
  const absence = async () => {
    const failure = await noWorker(
      { client, connection: client.connection as never, namespace: 'default', address },
      name,
    );
    return failure?.message;
  };
  const run = (...args: readonly string[]) => fairlead(args, { env });
  const terminate = async () => {
    for await (const { workflowId } of client.workflow.list({
      query: `TaskQueue = '${name}' AND ExecutionStatus = 'Running'`,
    }))
      await client.workflow.getHandle(workflowId).terminate('the test has ended');
  };
  return { queue, release, setCurrent, absence, run, terminate, commit: sha(name) };
}

// A bundle is made on the way.
describe('A versioned worker', { timeout: 300_000 }, () => {
  it('says that it gets no task, and how to change that; the commands say so, too', async () => {
    const { release, run, commit, setCurrent, absence, queue, terminate } = rig(new World([['dev']]));
    const { whileRunning, version, own } = await release();
    await whileRunning(false, async (lines) => {
      const command = `--deployment-name '${version.deployment}' --build-id '${version.build}'`;
      await eventually(() => lines).toMatchObject([{ level: 'warn', words: expect.stringContaining(command) }]);
      expect(lines[0]?.words).toMatch(/^This worker gets no task: .*gives the tasks to workers without `versioning`/);
      const promoted = await run('promote', '--commit', commit);
      expect(promoted).toMatchObject({ code: 0, err: expect.stringContaining('none of them gets a task') });
      const shown = await run('status', commit);
      expect(shown).toMatchObject({ code: 3, err: expect.stringContaining(command) });
      await setCurrent(version.build);
      await eventually(() => lines.at(-1)).toMatchObject({
        level: 'info',
        words: expect.stringContaining('it gets tasks'),
      });
      // The render is a step of the other worker of the process: it belongs to the same version.
      await eventually(async () => (await run('status', commit)).out).toContain('promoted');
      expect(await absence()).toBeUndefined();
      const [words] = neighbourWords({ identity: own.identity }, await readPollers(connection, queue));
      expect(words).toContain('This worker gets no task, because it has no `versioning`');
    });
    await terminate();
  });

  it('makes its version the current one when it is new, and takes nothing back when it is not', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const { release, run, commit, setCurrent, terminate } = rig(world);
    const older = await release();
    const newer = await release('look-before-merge-patched');
    await older.whileRunning(true, async (olderLines) => {
      await eventually(() => olderLines.at(-1)?.words).toMatch('it gets tasks');
      await run('promote', '--commit', commit);
      await eventually(async () => (await run('status', commit)).code).toBe(4);
      await newer.whileRunning(true, async (newerLines) => {
        await eventually(() => newerLines.at(-1)?.words).toMatch('it gets tasks');
        await eventually(() => olderLines.at(-1)).toMatchObject({
          level: 'warn',
          words: expect.stringContaining(`${newer.version.build} of ${newer.version.deployment}, which came after`),
        });
        // An instance of the older release that starts again takes nothing back.
        const again: VersionLine[] = [];
        const stop = older.watch(true, again);
        await eventually(() => again).toMatchObject([{ level: 'warn' }]);
        await stop();
        expect(newerLines.at(-1)?.words).toMatch('it gets tasks');
        // Going back is one call, and everything goes on where no patch was passed.
        await setCurrent(older.version.build);
        await eventually(() => olderLines.at(-1)?.level).toBe('info');
        await eventually(async () => (await run('status', commit)).code).toBe(4);
        await setCurrent(newer.version.build);
        expect((await run('approve', commit, 'dev')).code).toBe(0);
        await eventually(async () => (await run('status', commit)).out).toContain('promoted');
      });
    });
    await terminate();
  });
});
