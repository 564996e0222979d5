import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { productionWorkflows } from '../support/temporal-bundle.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { sha, World } from '../workflows/support/world.ts';
import { fixture, withBundles } from './support/bundles.ts';
import { withCommandLine } from './support/command-line.ts';
import { withLanes } from './support/lanes.ts';

/** Makes a step fail as long as `isDown` says so, with a next try that comes soon. */
function failing<Order, Answer>(step: (order: Order) => Promise<Answer>, message: string) {
  const down = { isDown: true };
  const failingStep = async (order: Order): Promise<Answer> => {
    if (down.isDown) throw ApplicationFailure.create({ type: 'Unavailable', message, nextRetryDelay: 100 });
    return step(order);
  };
  return { down, failingStep };
}

describe('A step that fails for ever', () => {
  it('is told by status, the list and --wait, with its reason, until it gets through', async () => {
    const world = new World([['qa']]);
    const { down, failingStep } = failing(world.openPullRequest, 'Could not open a pull request on forge.test: 503.');
    world.openPullRequest = failingStep;
    await withCommandLine(world, async ({ promote, run, commit, id }) => {
      expect((await promote()).code).toBe(0);
      const words =
        /qa: could not open the pull request, \d+ times since 2\S+Z: Could not open a pull .*: 503\. It is /;
      await eventually(() => run('status', commit)).toMatchObject({ code: 3, out: expect.stringMatching(words) });
      const [step] = JSON.parse((await run('status', commit, '--json')).out).troubles;
      expect(step).toMatchObject({ kind: 'step', step: 'openPullRequest', environment: 'qa' });
      expect(step.failure.type).toBe('Unavailable');
      const { out, code } = await run('status');
      expect({ code, named: out.split('\n').filter((line) => line.startsWith(`${id}: qa: could not open`)) }).toEqual({
        code: 0,
        named: [expect.stringContaining('503')],
      });
      const watched = await promote('--wait', '--timeout', '1s');
      expect(watched).toMatchObject({ code: 3, err: expect.stringMatching(words) });
      expect(watched.err.match(/could not open the pull request/g)).toHaveLength(1);
      down.isDown = false;
      expect((await promote('--wait')).code).toBe(0);
    });
  });

  it('of a lane is told by whoever waits there, by the lane and by the list', async () => {
    const world = new World([['qa']]);
    const { down, failingStep } = failing(world.observeLane, 'git is away');
    world.observeLane = failingStep;
    await withLanes(world, async ({ promote, run, lane, commit }) => {
      await promote();
      await eventually(() => run('status', commit)).toMatchObject({
        code: 3,
        out: expect.stringMatching(new RegExp(`^ {2}${lane}: could not see what runs.*git is away`, 'm')),
      });
      await eventually(async () => (await run('status')).out).toMatch(
        new RegExp(`^${lane}: could not see what runs, .* times since \\S+: git is away`, 'm'),
      );
      expect(await run('status', lane)).toMatchObject({
        code: 3,
        out: expect.stringContaining('could not see what runs'),
      });
      const listed: { lanes: { id: string; troubles?: object[] }[] } = JSON.parse((await run('status', '--json')).out);
      expect(listed.lanes.find(({ id }) => id === lane)?.troubles).toHaveLength(1);
      down.isDown = false;
      expect((await promote('--wait')).code).toBe(0);
    });
  });
});

describe('Without a worker', () => {
  it('what was started is done, with a warning; whoever asks more is told that nobody answers', async () => {
    await withCommandLine(new World([['dev']], { dev: { merge: 'manual' } }), async (line) => {
      const { promote, run, commit, id, test, reaches } = line;
      await promote();
      await reaches('dev', 'pull request open');
      await test.worker.stop();
      for (const args of [
        ['status', commit],
        ['retry', commit, 'dev'],
        ['approve', commit, 'dev'],
      ]) {
        const { code, err } = await run(...args);
        expect({ args, code, err }).toEqual({ args, code: 3, err: expect.stringMatching(/^No worker (is|answered)/) });
      }
      expect((await run('status')).out).toContain(id);
    });
  });

  it('promote that started is done, and warns', async () => {
    await withCommandLine(new World([['dev']]), async ({ runAlone, id, commit, test }) => {
      const started = await runAlone('promote', '--commit', commit);
      expect(started).toMatchObject({ code: 0, err: expect.stringContaining('nobody carries it out yet. No worker') });
      expect(started.out).toContain(`The promotion ${id} has started.\n`);
      expect((await runAlone('promote', '--commit', commit)).code).toBe(3);
      const json = await runAlone('promote', '--commit', sha('another'), '--json');
      expect(JSON.parse(json.out)).toMatchObject({ started: true, state: 'running', commit: sha('another') });
      expect((await runAlone('promote', '--commit', sha('a third'), '--wait')).code).toBe(3);
      for (const each of [commit, sha('another'), sha('a third')])
        await test.client.workflow.getHandle(id.replace(commit, each)).terminate('the test has ended');
    });
  });
});

describe('A workflow that its worker cannot carry on', () => {
  it('is named by status, the list and decisions, with the reason and what helps', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    await withBundles(world, async ({ client, run, commit, id, withWorker }) => {
      await withWorker(productionWorkflows, async () => {
        await run('promote', '--commit', commit);
        await eventually(async () => (await run('status', commit)).out).toContain('pull request open');
      });
      await withWorker(fixture('other-release.ts'), async () => {
        const unfit = /the worker cannot carry it on.*: what it has done does not fit the release that its worker runs/;
        const idle = await run('status', commit);
        expect(idle).toMatchObject({ code: 1, out: expect.stringMatching(unfit) });
        await client.workflow.getHandle(id).signal('nudge');
        await eventually(async () => (await run('status')).out).toMatch(new RegExp(`^${id}: ${unfit.source}`, 'm'));
        const shown = await run('status', commit);
        expect(shown).toMatchObject({ code: 1, out: expect.stringMatching(/, \d+ times since 2.*TMPRL1100/) });
        expect(shown.out).toContain(`temporal workflow terminate --workflow-id '${id}'`);
        const refused = { code: 1, out: '', err: expect.stringMatching(unfit) };
        expect(await run('approve', commit, 'dev')).toMatchObject(refused);
        expect(await run('abort', commit, '--reason', 'x')).toMatchObject(refused);
      });
      await withWorker(productionWorkflows, async () => {
        await eventually(() => run('status', commit)).toMatchObject({ code: 4, err: '' });
      });
    });
  });

  it('because a newer release handed it on waits for that release, and is not ended', async () => {
    await withBundles(new World([['dev']]), async ({ run, commit, withWorker }) => {
      await withWorker(fixture('newer-memory.ts'), async () => {
        await run('promote', '--commit', commit);
        const words =
          /does not fit the release that its worker runs \(what it handed on to itself cannot be read by this release: it has version 2, of a newer release; this one knows 1/;
        await eventually(() => run('status', commit)).toMatchObject({ code: 1, out: expect.stringMatching(words) });
      });
      await withWorker(fixture('newer-release.ts'), async () => {
        expect(await run('promote', '--commit', commit, '--wait')).toMatchObject({ code: 0 });
      });
    });
  });
});
