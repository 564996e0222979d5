import { describe, expect, it } from 'vitest';
import type { CatchUpResult } from '../../src/catch-up/look.ts';
import { catchUpId } from '../../src/catch-up/messages.ts';
import { promotionId } from '../../src/operation/messages.ts';
import { type CommandLine, withCommandLine } from '../cli/support/command-line.ts';
import { eventually } from './support/eventually.ts';
import { sha, World } from './support/world.ts';

/** A commit that is the test's own, like its platform. */
const newest = (line: CommandLine) => sha(`newest of ${line.test.taskQueue}`);

/** Lets the schedule look once more, and answers what came of it. */
async function look({ test, platform }: CommandLine): Promise<CatchUpResult> {
  const schedule = test.client.schedule.getHandle(catchUpId(platform));
  const looks = async () => (await schedule.describe()).info.recentActions;
  const before = (await looks()).length;
  // What is started beside others neither gets the last result nor leaves one.
  await schedule.trigger('SKIP');
  await eventually(async () => (await looks()).length).toBe(before + 1);
  const action = (await looks()).at(-1)?.action;
  if (action?.type !== 'startWorkflow') throw new Error('the schedule has started no workflow');
  expect(action.workflow.workflowId).toMatch(new RegExp(`^catch-up/${platform}-\\d{4}-`));
  const handle = test.client.workflow.getHandle(action.workflow.workflowId, action.workflow.firstExecutionRunId);
  const result: CatchUpResult = await handle.result();
  expect((await handle.describe()).historyLength).toBeLessThan(40);
  // The schedule hands the result on when it has heard of the end.
  await eventually(async () => (await schedule.describe()).info.runningActions.length).toBe(0);
  return result;
}

/** Answers the ids of all that `status --all` lists of the platform, running or ended. */
async function listed({ platform, run }: CommandLine): Promise<readonly string[]> {
  const { out } = await run('status', '--all', '--limit', '200', '--json');
  const { operations } = JSON.parse(out) as { readonly operations: readonly { readonly id: string }[] };
  return operations.map(({ id }) => id).filter((id) => id.includes(platform));
}

async function withSchedule(world: World, body: (line: CommandLine) => Promise<void>): Promise<void> {
  await withCommandLine(world, async (line) => {
    expect(await line.run('setup', '--catch-up', '2h')).toMatchObject({
      code: 0,
      out: `Made the schedule catch-up/${line.platform}: main is looked at every 2h.\n`,
    });
    try {
      await body(line);
    } finally {
      await line.run('setup', '--catch-up', 'off');
    }
  });
}

describe('The schedule of a source', () => {
  it('starts the promotion of a head that nobody promotes for two looks, and is no part of any list', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    await withSchedule(world, async (line) => {
      const { platform, reaches } = line;
      const head = newest(line);
      world.mains = [sha('before'), head];
      expect(await look(line)).toMatchObject({ commit: head, state: 'seen' });
      expect(await listed(line)).toEqual([]);
      expect(await look(line)).toMatchObject({ commit: head, state: 'started' });
      await reaches('dev', 'pull request open', promotionId(platform, head));
      expect(await look(line)).toMatchObject({ commit: head, state: 'started' });
      expect(await listed(line)).toEqual([promotionId(platform, head)]);
    });
  });

  it('leaves alone what CI has promoted, what a person has stopped, and what is deployed or older', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    await withSchedule(world, async (line) => {
      const { commit, promote, run, reaches } = line;
      world.mains = [sha('before'), commit];
      expect(await look(line)).toMatchObject({ state: 'seen' });
      await promote();
      await reaches('dev', 'pull request open');
      expect(await look(line)).toMatchObject({ commit, state: 'known' });
      await run('abort', commit, '--reason', 'not this one', '--by', 'Ada');
      await eventually(async () => (await run('status', commit)).out).toContain('aborted');
      expect(await look(line)).toMatchObject({ commit, state: 'known' });
      expect(await listed(line)).toEqual([line.id]);

      const deployed = newest(line);
      world.mains = [...world.mains, deployed];
      world.at('dev').deployed = { main: deployed, config: sha('config') };
      expect(await look(line)).toMatchObject({ commit: deployed, state: 'seen' });
      expect(await look(line)).toMatchObject({ commit: deployed, state: 'deployed' });
      world.mainHead = sha(`older of ${line.test.taskQueue}`);
      world.mains = [world.mainHead, ...world.mains];
      await look(line);
      expect(await look(line)).toMatchObject({ state: 'overtaken' });
      expect(await listed(line)).toEqual([line.id]);
    });
  });

  it('is one for a source: made once, changed by the next call, left paused, and removed', async () => {
    await withSchedule(new World([['dev']]), async ({ platform, run, test }) => {
      const handle = test.client.schedule.getHandle(catchUpId(platform));
      await handle.pause('while we move');
      expect(await run('setup', '--catch-up', '90m', '--json')).toMatchObject({ code: 0 });
      const { spec, state, policies, action } = await handle.describe();
      expect(spec).toMatchObject({ intervals: [{ every: 5_400_000 }], jitter: 540_000 });
      expect(state).toMatchObject({ paused: true, note: 'while we move' });
      expect(policies).toMatchObject({ overlap: 'SKIP' });
      expect(action).toMatchObject({ workflowType: 'CatchUp', taskQueue: test.taskQueue });
      expect((await run('setup', '--catch-up', '3h')).out).toContain('Somebody has paused it');
      expect((await run('setup', '--catch-up', 'off')).out).toContain(`Removed the schedule catch-up/${platform}`);
      expect(await run('setup', '--catch-up', 'off')).toMatchObject({
        code: 0,
        out: `There is no schedule catch-up/${platform}: main is not looked at.\n`,
      });
    });
  });
});
