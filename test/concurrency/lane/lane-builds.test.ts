import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { emptyLane } from '../../../src/lane/decide.ts';
import { handOn } from '../../../src/lane/memory.ts';
import type { EnvironmentLane } from '../../../src/workflows/index.ts';
import { productionWorkflows, workflowBundle } from '../../support/temporal-bundle.ts';
import {
  type ConcurrencyTest,
  runConcurrently,
  runConcurrentlySkippingTime,
} from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { source } from '../../workflows/support/promotion.ts';
import { unreachable, World } from '../../workflows/support/world.ts';

const week = 7 * 24 * 3_600_000;

describe('A lane that another build takes over', () => {
  it('continues as new when it is idle, with all that it knows; with the same build it goes on', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote, lane, test }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'rolling out');
      await lane('dev').hold();
      const run = await runOf(lane('dev'));
      await test.worker.restart();
      await lane('dev').hold({ reason: 'longer' });
      expect(await runOf(lane('dev'))).toBe(run);
      await test.worker.restart(await anotherBuild());
      await lane('dev').hold({ reason: 'longest' });
      await eventually(() => runOf(lane('dev'))).not.toBe(run);
      const { current, hold } = await lane('dev').status();
      expect(current).toMatchObject({ main: m1, phase: 'merged' });
      expect(hold).toMatchObject({ by: 'ann', reason: 'load test; longer; longest' });
      const second = await promote(m2);
      await second.reaches('dev', 'held');
      const now = await runOf(lane('dev'));
      await lane('dev').resume();
      dev.unhealthy = [];
      expect((await first.result()).state).toBe('promoted');
      expect((await second.result()).state).toBe('promoted');
      expect(await runOf(lane('dev'))).toBe(now);
    });
  });

  it('does so when a timer wakes it, without a message', async () => {
    await runConcurrently(new World([['dev']]), async ({ lane, test }) => {
      await lane('dev').hold({ until: new Date(Date.now() + 4_000).toISOString() });
      const run = await runOf(lane('dev'));
      await test.worker.restart(await anotherBuild());
      await eventually(() => runOf(lane('dev'))).not.toBe(run);
      await eventually(async () => (await lane('dev').status()).hold).toBeUndefined();
    });
  });

  it('is woken by a timer within a week, also when nothing is awaited', async () => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await runConcurrentlySkippingTime(world, async ({ promote, lane, test }) => {
      expect((await (await promote(m1)).result()).state).toBe('promoted');
      await lane('dev').isEmpty();
      expect(await eventsOf(lane('dev'))).not.toContain('timerFiredEventAttributes');
      await test.sleep(week + 60_000);
      await eventually(() => eventsOf(lane('dev'))).toContain('timerFiredEventAttributes');
    });
  });
});

describe('A lane that began before lanes rested', () => {
  it('goes on without the timer, and rests when it has been needed', async () => {
    const world = new World([['dev']]);
    await runConcurrently(world, async ({ lane, test }) => {
      await test.worker.restart({ patchActivationCallback: () => false });
      await lane('dev').hold();
      const before = await eventsOf(lane('dev'));
      expect(before).not.toContain('timerStartedEventAttributes');
      expect(before).not.toContain('markerRecordedEventAttributes');
      // What docs/releasing.md asks Temporal before a patch is deprecated, and before it is removed.
      const running = async (patch: string) => {
        const query = `TaskQueue = '${test.taskQueue}' AND ExecutionStatus = 'Running' AND TemporalChangeVersion ${patch}`;
        return (await test.client.workflow.count(query)).count;
      };
      await eventually(() => running('IS NULL')).toBe(1);
      await test.worker.restart({ patchActivationCallback: () => true });
      await lane('dev').resume();
      await eventually(() => eventsOf(lane('dev'))).toContain('timerStartedEventAttributes');
      await eventually(() => running("= 'lane-rests'")).toBe(1);
      expect(await running('IS NULL')).toBe(0);
    });
  });
});

describe('A lane that somebody starts with a memory', () => {
  it.each([
    ['an empty object', () => ({})],
    ['the state of a newer release', () => ({ version: 99 })],
    ['a state that nothing holds', () => handOn(emptyLane)],
  ])('says so and begins anew from the record: %s', async (_, state) => {
    const world = new World([['dev']]);
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote, lane, test }) => {
      await lane('dev').hold();
      await eventually(() => world.at('dev').record).toMatchObject([{ event: 'held' }]);
      const { workflowId } = lane('dev').handle;
      await lane('dev').handle.terminate('for the test');
      const { gitops } = await world.readEnvironment({ source, environment: 'dev' });
      const input = { gitops, source, environment: 'dev', state: state() as never };
      await test.start<typeof EnvironmentLane>('EnvironmentLane', { workflowId, args: [input] });
      await eventually(async () => (await lane('dev').status()).hold?.reason).toBe('load test');
      expect((await lane('dev').status()).refusals).toMatchObject([
        { action: 'begin', reason: expect.stringContaining('only an earlier run hands one on') },
      ]);
      const operation = await promote(m1);
      await operation.reaches('dev', 'held');
      await lane('dev').resume();
      expect((await operation.result()).state).toBe('promoted');
    });
  });
});

/** Answers the options of a worker whose bundle is another build of the same workflows. */
async function anotherBuild() {
  const { directory } = inject('temporal');
  const codePath = join(directory, `another-build-${process.pid}.js`);
  const code = await readFile(await workflowBundle(directory, productionWorkflows), 'utf8');
  await writeFile(codePath, `// another build\n${code}`);
  return { workflowBundle: { codePath } };
}

async function runOf({ handle }: ReturnType<ConcurrencyTest['lane']>): Promise<string> {
  return (await handle.describe()).runId;
}

/** Names what the events of the present run are about. */
async function eventsOf({ handle }: ReturnType<ConcurrencyTest['lane']>): Promise<readonly string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap((event) =>
    Object.entries(event).flatMap(([key, value]) => (key.endsWith('Attributes') && value ? [key] : [])),
  );
}
