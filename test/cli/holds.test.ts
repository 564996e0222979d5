import { describe, expect, it } from 'vitest';
import { eventually } from '../workflows/support/eventually.ts';
import { World } from '../workflows/support/world.ts';
import { withLanes } from './support/lanes.ts';

describe('hold and resume', () => {
  it('let a promotion wait before anything is rendered, visibly, until it is resumed', async () => {
    const world = new World([['qa']]);
    await withLanes(world, async ({ act, lane, promote, reaches, run, commit, source }) => {
      const held = await act('hold', '--reason', 'load test', '--json');
      expect(held.code).toBe(0);
      expect(JSON.parse(held.out)).toMatchObject({
        id: lane,
        action: 'hold',
        environment: 'qa',
        by: 'Ada',
        reason: 'load test',
        message: 'qa is held until somebody resumes it: promotions wait, config changes go on',
      });
      expect(await promote('--wait')).toMatchObject({
        code: 4,
        out: expect.stringMatching(/qa +held\n +qa is held by Ada \(as given\): load test\n/),
      });
      expect(world.at('qa').renders).toEqual([]);
      expect((await run('status', commit)).code).toBe(4);
      await eventually(async () => (await run('status')).out).toContain(
        `${lane} (qa): held by Ada (as given): load test\n`,
      );
      const shown = `  is held: the promotion of main ${commit.slice(0, 8)}`;
      expect((await run('status', lane)).out).toContain(shown);
      const named = ['status', '--environment', 'qa', '--source', source.path] as const;
      expect((await run(...named)).out).toContain(shown);
      expect(await run(...named, lane)).toMatchObject({
        code: 2,
        err: expect.stringContaining('both cannot be meant'),
      });
      const again = await act('hold', '--reason', 'audit', '--until', '4h');
      expect(again.out).toContain('qa is held until somebody resumes it: ');
      expect(again.out).toContain('It was held already by Ada (as given): load test');
      expect(await act('resume', '--reason', 'done')).toMatchObject({ code: 0, out: 'qa is not held any more.\n' });
      await reaches('qa', 'promoted');
      expect(await act('resume')).toMatchObject({ code: 2, err: 'resume refused: qa is not held\n' });
      await eventually(async () => (await run('status')).out).not.toContain(lane);
    });
  });

  it('end by themselves where they have an end', async () => {
    await withLanes(new World([['qa']]), async ({ act, promote }) => {
      const { out } = await act('hold', '--reason', 'a moment', '--until', '10s', '--config', '--json');
      const { until, config } = JSON.parse(out);
      expect({ config, ahead: Date.parse(until) > Date.now() - 10_000 }).toEqual({ config: true, ahead: true });
      expect(await promote('--wait')).toMatchObject({
        code: 0,
        err: expect.stringContaining(`qa held: qa is held by Ada (as given) until ${until}: a moment`),
      });
    });
  });

  it('say that no worker polls instead of hanging', async () => {
    await withLanes(new World([['qa']]), async ({ runAlone, source, lane, test }) => {
      const held = await runAlone('hold', 'qa', '--source', source.path, '--reason', 'x');
      expect(held).toMatchObject({ code: 3, out: '', err: expect.stringContaining('No worker is polling') });
      await test.client.workflow.getHandle(lane).terminate('the test has ended');
    });
  });
});

describe('approve --override', () => {
  it('lets in what a hold keeps out, and merges in spite of it, with a reason', async () => {
    const world = new World([['qa']], { qa: { merge: 'approval' } });
    await withLanes(world, async ({ act, promote, reaches, run, commit }) => {
      await act('hold', '--reason', 'load test');
      await promote();
      await reaches('qa', 'held');
      const plain = await run('approve', commit, 'qa');
      expect(plain).toMatchObject({
        code: 2,
        err: expect.stringContaining('qa is held by Ada (as given): load test. `--override --reason …`'),
      });
      const why = ['--override', '--reason', 'the shop is down', '--by', 'Bob'];
      expect(await run('approve', commit, 'qa', ...why)).toMatchObject({
        code: 0,
        out: 'qa is let in, in spite of what holds it.\n',
      });
      await reaches('qa', 'awaiting approval');
      const head = world.at('qa').open?.head;
      const approved = await run('approve', commit, 'qa', ...why, '--json');
      expect(JSON.parse(approved.out)).toMatchObject({ override: true, head });
      await reaches('qa', 'promoted');
      expect((await run('status', commit)).out).toContain(
        'goes on in spite of a hold, by Bob (as given): the shop is down',
      );
    });
  });

  it('merges an open request that a later hold keeps open', async () => {
    const world = new World([['qa']], { qa: { merge: 'approval' } });
    await withLanes(world, async ({ act, promote, reaches, run, commit }) => {
      await promote();
      await reaches('qa', 'awaiting approval');
      await act('hold', '--reason', 'load test');
      await eventually(async () => (await run('status', commit)).out).toContain('held by Ada (as given): load test');
      // What is advised is what is not refused.
      const advised = (await run('status', commit)).out;
      expect(advised).toContain('qa is held by Ada (as given): load test. After fairlead resume qa: fairlead approve ');
      expect(advised).toContain('--override --reason "…"');
      expect((await run('approve', commit, 'qa')).code).toBe(2);
      expect((await run('approve', commit, 'qa', '--override', '--reason', 'the shop is down')).code).toBe(0);
      await reaches('qa', 'promoted');
      expect(world.at('qa').deployed?.main).toBe(commit);
    });
  });
});
