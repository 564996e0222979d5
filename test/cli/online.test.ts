import { ApplicationFailure } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time.js';
import { describe, expect, it } from 'vitest';
import { fairlead } from '../unit/cli/test-io.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { failed, sha, unreachable, World } from '../workflows/support/world.ts';
import { withCommandLine } from './support/command-line.ts';

describe('promote', () => {
  it('starts a promotion and says how to follow it', async () => {
    await withCommandLine(
      new World([['dev']], { dev: { merge: 'manual' } }),
      async ({ promote, commit, id, platform, run }) => {
        const { code, out } = await promote();
        expect(code).toBe(0);
        expect(out).toContain(
          `The promotion ${id} has started.\n${platform} ${commit.slice(0, 8)} "Raise the limits": running\n`,
        );
        expect(out).toContain(`Follow it with: fairlead status ${commit.slice(0, 8)}\n`);
        expect((await promote()).out).toContain(`The promotion ${id} was started before.`);
        await eventually(async () => (await run('status')).out).toMatch(new RegExp(`running.*  ${id}\\n`));
      },
    );
  });

  it('waits for the end: progress on standard error, the outcome on standard output', async () => {
    await withCommandLine(new World([['dev'], ['prod']]), async ({ promote }) => {
      const { code, out, err } = await promote('--wait', '--json');
      expect(code).toBe(0);
      const view = JSON.parse(out);
      expect(view).toMatchObject({ state: 'promoted', environments: [{ state: 'promoted' }, { state: 'promoted' }] });
      expect(err).toMatch(/^\d\d:\d\d:\d\d prod promoted/m);
      expect((await promote('--wait', '--again')).out).toContain(': promoted\n');
    });
  });

  it('stops watching after --timeout, with the code for a person where one is awaited', async () => {
    await withCommandLine(new World([['dev']], { dev: { merge: 'manual' } }), async ({ promote, reaches }) => {
      await promote();
      await reaches('dev', 'pull request open');
      expect((await promote('--wait', '--timeout', '10ms')).code).toBe(4);
    });
    await withCommandLine(new World([['dev']], { dev: { soakMs: 600_000 } }), async ({ promote, reaches }) => {
      await promote();
      await reaches('dev', 'soaking');
      expect((await promote('--wait', '--timeout', '10ms')).code).toBe(5);
    });
  });

  it('ends with code 4 when nothing goes on without a person, and starts anew only with --again', async () => {
    const world = new World([['dev']]);
    world.at('dev').unhealthy = [failed('dev-1')];
    await withCommandLine(world, async ({ promote, run, commit }) => {
      const stuck = await promote('--wait');
      expect(stuck).toMatchObject({ code: 4, out: expect.stringContaining('needs attention') });
      expect(stuck.out).toContain('dev-1 failed: HealthCheckFailed: Deployment/shop is not ready');
      expect((await run('status', commit)).code).toBe(4);
      const aborted = await run('abort', commit, '--reason', 'wrong release', '--by', 'Ada Lovelace');
      expect(aborted).toMatchObject({ code: 0, out: expect.stringMatching(/aborted/) });
      // It runs on for a moment after dev is aborted: it gives its lane back.
      await eventually(() => run('status', commit)).toMatchObject({
        code: 1,
        out: expect.stringContaining('Ada Lovelace (as given): wrong release'),
      });
      expect(await promote()).toMatchObject({ code: 1, out: expect.stringContaining('Start it anew with --again.') });
      world.at('dev').unhealthy = [];
      expect((await promote('--again', '--wait')).code).toBe(0);
    });
  });

  it('tells in one sentence that the commit is unknown', async () => {
    const world = new World([['dev']]);
    world.readPlatform = () => Promise.reject(ApplicationFailure.nonRetryable('It has no commit 1234.', 'NotFound'));
    await withCommandLine(world, async ({ promote, run, id, commit }) => {
      expect(await promote()).toMatchObject({ code: 2, err: 'It has no commit 1234.\n', out: '' });
      expect((await promote()).err).toContain(`(That was the outcome of ${id}`);
      const again = await promote('--json');
      expect(JSON.parse(again.out)).toEqual({
        error: { type: 'NotFound', message: expect.stringContaining('It has no commit 1234.') },
      });
      await eventually(() => run('status', commit)).toMatchObject({
        code: 2,
        out: expect.stringContaining(': failed\n'),
      });
    });
  });

  it('says that no worker polls instead of hanging', async () => {
    await withCommandLine(new World([['dev']]), async ({ runAlone, id, commit, test }) => {
      const { code, err } = await runAlone('promote', '--commit', commit, '--wait');
      expect(code).toBe(3);
      expect(err).toContain(`No worker is polling the task queue "nobody-${test.taskQueue}"`);
      const approved = await runAlone('retry', commit, 'dev');
      expect(approved).toMatchObject({ code: 3, err: expect.stringContaining('No worker is polling') });
      await test.client.workflow.getHandle(id).terminate('the test has ended');
    });
  });
});

describe('decisions', () => {
  it('approve what is removed only where that is said', async () => {
    const world = new World([['prod']]);
    world.at('prod').removals = { removed: 1, before: 9, objects: ['Namespace a'], guarded: 1, groups: [], emptied: 0 };
    await withCommandLine(world, async ({ run, promote, reaches, commit }) => {
      await promote();
      await reaches('prod', 'awaiting approval');
      const { out } = await run('status', commit);
      const [, command = ''] =
        /#1 removes Namespace a\. Look at it, then: fairlead (approve \S+ prod --head \S+) --removals\n/.exec(out) ??
        [];
      const plain = await run(...command.split(' '));
      expect(plain).toMatchObject({
        code: 2,
        err: expect.stringContaining('prod removes Namespace a. If that is meant'),
      });
      const approved = await run(...command.split(' '), '--removals', '--json');
      expect(JSON.parse(approved.out)).toMatchObject({ action: 'approve', removals: true });
      expect((await promote('--wait')).code).toBe(0);
      expect((await run('status', commit)).out).toContain('(as given) (removals)');
    });
  });

  it('approve what status shows, and refuse what is stale', async () => {
    await withCommandLine(
      new World([['prod']], { prod: { merge: 'approval' } }),
      async ({ promote, run, commit, reaches }) => {
        await promote();
        await reaches('prod', 'awaiting approval');
        const stale = await run('approve', commit, 'prod', '--head', 'abcdef1');
        expect(stale).toMatchObject({ code: 2, err: expect.stringContaining('the approval is for abcdef1') });
        const approved = await run('approve', commit.slice(0, 10), 'prod', '--by', 'Ada', '--reason', 'seen', '--json');
        expect(approved.code).toBe(0);
        expect(JSON.parse(approved.out)).toMatchObject({
          action: 'approve',
          by: 'Ada',
          environment: 'prod',
          message: expect.any(String),
        });
        expect((await promote('--wait')).code).toBe(0);
        const late = await run('approve', commit, 'prod');
        expect(late).toMatchObject({ code: 2, err: expect.stringContaining('has ended as promoted.\n') });
      },
    );
  });

  it('name the environments that there are, and the clusters that are left', async () => {
    const world = new World([['qa']]);
    world.at('qa').unhealthy = [failed('qa-1'), failed('qa-2')];
    await withCommandLine(world, async ({ promote, run, commit, reaches }) => {
      await promote();
      await reaches('qa', 'needs attention');
      expect((await run('retry', commit, 'prod')).err).toContain(
        'there is no environment prod in this promotion; it has qa',
      );
      expect((await run('approve', commit, 'prod')).err).toContain('there is no environment prod');
      const some = await run('accept', commit, 'qa', '--cluster', 'qa-1', '--reason', 'known');
      expect(some).toMatchObject({ code: 2, err: expect.stringContaining('name them too: qa-2') });
      const all = await run('accept', commit, 'qa', '--cluster', 'qa-1', '--cluster', 'qa-2', '--reason', 'known');
      expect(all.code).toBe(0);
      expect((await promote('--wait')).code).toBe(0);
    });
  });

  it('accept more clusters than can be named by their groups, or all that give no answer', async () => {
    const world = new World([['qa']], { qa: { rolloutTimeoutMs: 0 } });
    const inGroup = (group: string) => (_: unknown, index: number) => ({ ...unreachable(`${group}-${index}`), group });
    world.at('qa').unhealthy = ['us', 'eu'].flatMap((group) => Array.from({ length: 30 }, inGroup(group)));
    await withCommandLine(world, async ({ promote, run, commit, reaches }) => {
      await promote();
      await reaches('qa', 'needs attention');
      const accept = (...args: readonly string[]) => run('accept', commit, 'qa', ...args, '--reason', 'a storm');
      expect((await run('status', commit)).out).toContain(' qa --all-unknown --reason');
      expect((await accept('--cluster', 'us-1')).err).toContain('too many to name: accept them with --all-unknown');
      expect((await accept('--group', 'us')).err).toContain('accept their groups too: 30 of eu');
      const accepted = await accept('--group', 'us', '--all-unknown');
      expect(accepted).toMatchObject({
        code: 0,
        out: 'qa goes on with 30 of the group us, 60 unknown ones unhealthy.\n',
      });
      expect((await promote('--wait')).out).toContain('accepted 30 of the group us, 60 unknown ones: a storm');
    });
  });

  it('of promotions that do not exist say so', async () => {
    await withCommandLine(new World([['dev']]), async ({ run }) => {
      expect(await run('status', '0000000')).toMatchObject({
        code: 2,
        err: expect.stringContaining('There is no promotion of 0000000.'),
      });
      expect(await run('abort', `acme/platform/${sha('none')}`, '--reason', 'x')).toMatchObject({ code: 2 });
      expect(await run('status', 'the-latest')).toMatchObject({
        code: 2,
        err: expect.stringContaining('names nothing that Fairlead runs'),
      });
    });
  });
});

describe('setup', () => {
  it('registers what is missing, once, and a promotion before that says to run it', async () => {
    await withCommandLine(new World([['dev']]), async ({ test }) => {
      const namespace = `setup-${test.taskQueue}`;
      await test.client.connection.workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: msToTs('1 day'),
      });
      const env = { TEMPORAL_ADDRESS: test.address, TEMPORAL_NAMESPACE: namespace };
      // A new namespace is known everywhere after a moment.
      await eventually(async () => (await fairlead(['status'], { env })).err).toContain('Run `fairlead setup` once.');
      const early = await fairlead(['promote', '--source', '/srv/a/b.git', '--commit', sha('x')], { env });
      expect(early).toMatchObject({ code: 2, err: expect.stringContaining('Run `fairlead setup` once.') });
      const first = await fairlead(['setup'], { env });
      expect(first.out).toContain('FairleadPlatform, FairleadCommit, FairleadEnvironment, FairleadState');
      const second = await fairlead(['setup', '--json'], { env });
      expect(JSON.parse(second.out)).toMatchObject({ namespace, added: [] });
    });
  });

  it('in a namespace that is not there says how to go on', async () => {
    await withCommandLine(new World([['dev']]), async ({ test }) => {
      const env = { TEMPORAL_ADDRESS: test.address, TEMPORAL_NAMESPACE: 'nowhere' };
      expect(await fairlead(['status'], { env })).toMatchObject({
        code: 2,
        err: `Temporal at ${test.address} has no namespace "nowhere". Create it, or set TEMPORAL_NAMESPACE.\n`,
      });
    });
  });
});
