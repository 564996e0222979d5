import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { stillWaiting } from '../../../src/activities/still-waiting.ts';
import { type HoldAnswer, holdQuery } from '../../../src/lane/messages.ts';
import { type ConcurrencyTest, runConcurrentlyWith } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import type { TestLane } from '../../workflows/support/lane.ts';
import { unreachable, World } from '../../workflows/support/world.ts';

/** The signals that the server takes for one run: far fewer than those after which an operation continues as new. */
const mostSignals = 30;

function withFewSignals(world: World, body: (concurrent: ConcurrencyTest) => Promise<void>): Promise<void> {
  return runConcurrentlyWith([`history.maximumSignalsPerExecution=${mostSignals}`], world, body);
}

/** Sends nudges until Temporal takes no signal for the run any more. */
async function useUpSignals(handle: WorkflowHandle): Promise<void> {
  const nudge = () => handle.signal('nudge', { environment: 'nowhere' });
  await Promise.allSettled(Array.from({ length: mostSignals }, nudge));
  const details = 'exceeded workflow execution limit for signal events';
  await expect(nudge()).rejects.toMatchObject({ cause: { details } });
}

/**
 * Has the step that merges ask the lane what holds an entry, as the real one does, but nobody else: the record, which the
 * real one asks where the lane does not know, does not save what the lane forgets. Answers the list of the lane's answers.
 */
function askLaneBeforeMerge(world: World, { handle }: TestLane, entry: string | undefined): readonly HoldAnswer[] {
  const answers: HoldAnswer[] = [];
  world.at('dev').beforeMerge = async () => {
    const question = { entry, now: new Date().toISOString() };
    const answer = await handle.query<HoldAnswer, [object]>(holdQuery, question);
    answers.push(answer);
    if (answer.hold) throw stillWaiting('its lane is held', world.intervalMs);
  };
  return answers;
}

/** Polls until the lane has found out what became of the one that had it and took no message. */
async function hasAsked(lane: TestLane, main: string): Promise<void> {
  await eventually(async () => {
    const { current, trouble } = await lane.status();
    return current?.main !== main || trouble !== undefined;
  }).toBe(true);
}

describe('A promotion whose signals are used up', () => {
  it('stays in its lane: it is not merged while that is held, and nobody comes in before it has left', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval', whenNewer: 'wait' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    await withFewSignals(world, async ({ promote, lane }) => {
      const first = await promote(m1);
      const { request } = await first.reaches('dev', 'awaiting approval');
      const { id } = (await lane('dev').status()).current ?? {};
      const answers = askLaneBeforeMerge(world, lane('dev'), id);
      await useUpSignals(first.handle);
      await lane('dev').hold();
      await hasAsked(lane('dev'), m1);
      // It has not heard of the hold.
      expect((await first.environment('dev')).hold).toBeUndefined();
      const approval = { environment: 'dev', head: request?.head };
      expect(await first.decide('approve', approval)).toContain('dev is approved');
      await eventually(() => answers.length > 1 || dev.open === undefined).toBe(true);
      expect(dev.story).toEqual(['promotion open']);
      expect(answers[0]).toMatchObject({ known: true, hold: { by: 'ann', reason: 'load test' } });

      const second = await promote(m2);
      await second.reaches('dev', 'held');
      const { current, trouble } = await lane('dev').status();
      expect(current).toMatchObject({ main: m1 });
      expect(trouble).toContain(`${first.handle.workflowId} runs, but takes no message`);

      dev.unhealthy = [unreachable('dev-1')];
      await lane('dev').resume();
      await first.reaches('dev', 'rolling out');
      await second.reaches('dev', 'queued');
      expect((await lane('dev').status()).current).toMatchObject({ main: m1, phase: 'merged' });
      expect(dev.renders.map(({ main }) => main)).toEqual([m1]);
      dev.unhealthy = [];
      dev.beforeMerge = undefined;
      expect((await first.result()).state).toBe('promoted');
      const next = await second.reaches('dev', 'awaiting approval');
      await second.decide('approve', { environment: 'dev', head: next.request?.head });
      expect((await second.result()).state).toBe('promoted');
      expect(dev.story).toEqual(['promotion merged', 'promotion merged']);
    });
  });

  it('keeps a newer one out, for which it was to give way, until it has left', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    await withFewSignals(world, async ({ promote, lane }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'awaiting approval');
      await useUpSignals(first.handle);
      const newer = await promote(m2);
      await hasAsked(lane('dev'), m1);
      expect((await lane('dev').status()).current).toMatchObject({ main: m1, supersededBy: { main: m2 } });
      await newer.reaches('dev', 'queued');
      expect(dev.renders.map(({ main }) => main)).toEqual([m1]);
      await first.decide('abort', { reason: 'it takes no message' });
      expect((await first.result()).state).toBe('aborted');
      const { request } = await newer.reaches('dev', 'awaiting approval');
      await newer.decide('approve', { environment: 'dev', head: request?.head });
      expect((await newer.result()).state).toBe('promoted');
      expect(dev.story).toEqual(['promotion closed', 'promotion merged']);
    });
  });
});
