import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { asActivity } from '../src/activities/as-activity.ts';
import { devServerOptions, temporalDevServer } from '../src/programs/temporal/dev-server.ts';
import { heartbeatMs, workerTimes } from '../src/temporal/task-times.ts';

/*
 * Says what the heartbeats of steps cost a worker: the processor time of this process while `steps` steps wait, with
 * heartbeats and without. `npm run bench:heartbeats`.
 */

const taskQueue = 'heartbeats';
const measuredMs = 30_000;
const settleMs = 3_000;

const server = await TestWorkflowEnvironment.createLocal({
  server: {
    executable: { type: 'existing-path', path: await temporalDevServer() },
    log: { format: 'pretty', level: 'error' },
    extraArgs: devServerOptions,
  },
});
try {
  const workflowsPath = fileURLToPath(new URL('../test/workflows/support/waiting-step.ts', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath });
  console.log(`a heartbeat every ${heartbeatMs} ms; processor time in % of one core\n`);
  console.log('| steps under way | without heartbeats | with | cost | for each heartbeat |\n|---|---|---|---|---|');
  for (const steps of [0, 1, 5, 10, 40]) {
    const [without, withThem] = [await measure(steps, false), await measure(steps, true)];
    const each = steps === 0 ? '–' : `${(((withThem - without) * heartbeatMs) / 100 / steps).toFixed(2)} ms`;
    console.log(`| ${steps} | ${percent(without)} | ${percent(withThem)} | ${percent(withThem - without)} | ${each} |`);
  }

  /** Answers the processor time in per cent of a core. */
  async function measure(steps: number, beats: boolean): Promise<number> {
    let isOver = false;
    const wait = async () => {
      while (!isOver) await pause(500);
    };
    const look = beats ? asActivity(wait) : wait;
    const { nativeConnection: connection, client } = server;
    const worker = await Worker.create({ ...workerTimes, connection, taskQueue, workflowBundle, activities: { look } });
    return worker.runUntil(async () => {
      const run = `${steps}-${beats}`;
      const started = Array.from({ length: steps }, (_, index) =>
        client.workflow.start('Waiting', {
          workflowId: `${run}-${index}`,
          taskQueue,
          workflowTaskTimeout: '4 seconds',
        }),
      );
      const handles = await Promise.all(started);
      await pause(settleMs);
      const before = process.cpuUsage();
      const began = performance.now();
      await pause(measuredMs);
      const { user, system } = process.cpuUsage(before);
      const used = (user + system) / 1000 / (performance.now() - began);
      isOver = true;
      await Promise.all(handles.map((handle) => handle.result()));
      return used * 100;
    });
  }
} finally {
  await server.teardown();
}

function percent(value: number): string {
  return `${value.toFixed(2)} %`;
}
