import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { RecordEntry } from '../../src/record/entry.ts';
import { shortSha } from '../../src/short-names.ts';
import { runConcurrently } from '../workflows/support/concurrency.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { failed, sha, unreachable, World } from '../workflows/support/world.ts';

/** Without time and workflow, which every entry has. */
function entries(record: readonly RecordEntry[]): readonly object[] {
  return record.map(({ time, workflow, ...rest }) => {
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(workflow).toMatch(/^(promote|configure)\/acme\//);
    return rest;
  });
}

describe('The record', () => {
  const config = sha('config');
  const healthy = { total: 2, healthy: 2 };

  it('says who approved what, and how many clusters became healthy', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [main = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      const { request } = await operation.reaches('dev', 'awaiting approval');
      await operation.decide('approve', { environment: 'dev', head: request?.head });
      await operation.result();
      expect(entries(world.at('dev').record)).toEqual([
        { event: 'deployed', operation: 'promotion', main, config, by: 'ann', request: 1 },
        { event: 'promoted', operation: 'promotion', main, config, by: 'ann', request: 1, clusters: healthy },
      ]);
    });
  });

  it('does not say who approved another commit, or merged another request', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [main = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.checksRun = true;
    dev.unhealthy = [failed('dev-1')];
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      const { request } = await operation.reaches('dev', 'awaiting approval');
      await operation.decide('approve', { environment: 'dev', head: request?.head });
      dev.moveOn();
      await eventually(async () => (await operation.environment('dev')).request?.head).not.toBe(request?.head);
      await operation.reaches('dev', 'awaiting approval');
      expect((await operation.environment('dev')).approval).toBeUndefined();
      dev.mergeByHand('bob');
      await operation.reaches('dev', 'needs attention');
      dev.moveOn();
      dev.deployed = { main: sha('before'), config };
      dev.unhealthy = [];
      dev.checksRun = false;
      dev.policy = { ...dev.policy, merge: 'auto' };
      await operation.decide('retry', { environment: 'dev' });
      await operation.result();
      expect(entries(dev.record)).toEqual([
        { event: 'deployed', operation: 'promotion', main, config, by: 'bob', byForge: true, request: 1 },
        { event: 'deployed', operation: 'promotion', main, config, request: 2 },
        { event: 'promoted', operation: 'promotion', main, config, request: 2, clusters: healthy },
      ]);
    });
  });

  it('says who merged on the forge', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [main = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      await operation.reaches('dev', 'pull request open');
      world.at('dev').mergeByHand('bob');
      await operation.result();
      expect(entries(world.at('dev').record)).toEqual([
        { event: 'deployed', operation: 'promotion', main, config, by: 'bob', byForge: true, request: 1 },
        {
          event: 'promoted',
          operation: 'promotion',
          main,
          config,
          by: 'bob',
          byForge: true,
          request: 1,
          clusters: healthy,
        },
      ]);
    });
  });

  it('names nobody where nobody was asked, and no request where nothing had to change', async () => {
    const world = new World([['dev'], ['qa']]);
    const [main = ''] = world.commitMains(1);
    world.at('qa').alike.add(main);
    await runConcurrently(world, async ({ promote }) => {
      await (await promote(main)).result();
      expect(entries(world.at('dev').record)).toEqual([
        { event: 'deployed', operation: 'promotion', main, config, request: 1 },
        { event: 'promoted', operation: 'promotion', main, config, request: 1, clusters: healthy },
      ]);
      expect(entries(world.at('qa').record)).toEqual([
        { event: 'deployed', operation: 'promotion', main, config },
        { event: 'promoted', operation: 'promotion', main, config, clusters: healthy },
      ]);
      expect(world.at('qa').deployed).toEqual({ main, config });
    });
  });

  it('calls accepted what a person accepted, with the clusters that are healthy, and the reason', async () => {
    const world = new World([['dev']]);
    const [main = ''] = world.commitMains(1);
    world.at('dev').unhealthy = [failed('dev-1')];
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      await operation.reaches('dev', 'needs attention');
      await operation.decide('accept', { environment: 'dev', reason: 'known', clusters: ['dev-1'] });
      await operation.result();
      const accepted = { by: 'ann', reason: 'known', clusters: { total: 2, healthy: 1 } };
      expect(entries(world.at('dev').record)).toEqual([
        { event: 'deployed', operation: 'promotion', main, config, request: 1 },
        { event: 'accepted', operation: 'promotion', main, config, request: 1, ...accepted },
      ]);
    });
  });

  it('says who rejected a request, and why', async () => {
    const world = new World([['dev', 'qa']], { dev: { merge: 'approval' }, qa: { merge: 'manual' } });
    const [main = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      await Promise.all([operation.reaches('dev', 'awaiting approval'), operation.reaches('qa', 'pull request open')]);
      await operation.decide('reject', { environment: 'dev', reason: 'not on a Friday' });
      world.at('qa').close('bob');
      await operation.result();
      const rejected = { event: 'rejected', operation: 'promotion', main, config, request: 1 };
      expect(entries(world.at('dev').record)).toEqual([{ ...rejected, by: 'ann', reason: 'not on a Friday' }]);
      const reason = '#1 was closed by bob without a merge';
      expect(entries(world.at('qa').record)).toEqual([{ ...rejected, by: 'bob', byForge: true, reason }]);
    });
  });

  it('keeps nothing of what was superseded or aborted before its merge', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote }) => {
      const older = await promote(m1);
      await older.reaches('dev', 'pull request open');
      const newer = await promote(m2);
      expect((await older.result()).state).toBe('superseded');
      await newer.reaches('dev', 'pull request open');
      await newer.decide('abort', { reason: 'not now' });
      expect((await newer.result()).state).toBe('aborted');
      expect(world.at('dev').record).toEqual([]);
    });
  });

  it('that cannot be written needs a person after a merge, and after the rollout: no further stage starts', async () => {
    const world = new World([['dev'], ['qa']]);
    const [main = ''] = world.commitMains(1);
    const dev = world.at('dev');
    const notesAreProtected = ApplicationFailure.nonRetryable('Notes are protected.');
    dev.recordFails = notesAreProtected;
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      expect((await operation.reaches('dev', 'needs attention')).message).toContain('Notes are protected.');
      dev.recordFails = undefined;
      await operation.decide('retry', { environment: 'dev' });
      await operation.reaches('dev', 'rolling out');
      dev.recordFails = notesAreProtected;
      dev.unhealthy = [];
      await eventually(async () => (await operation.environment('dev')).message).toContain(
        'healthy on every cluster, but that could not be recorded: Notes are protected. Retry when mended, or abort.',
      );
      expect((await operation.environment('qa')).state).toBe('waiting');
      dev.recordFails = undefined;
      await operation.decide('retry', { environment: 'dev' });
      expect((await operation.result()).state).toBe('promoted');
      expect(dev.record).toMatchObject([
        { event: 'deployed', main },
        { event: 'promoted', main },
      ]);
    });
  });

  it('that a person accepted, and that cannot be written, must be accepted again', async () => {
    const world = new World([['dev']]);
    const [main = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.unhealthy = [failed('dev-1')];
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      await operation.reaches('dev', 'needs attention');
      dev.recordFails = ApplicationFailure.nonRetryable('Notes are protected.');
      const accept = { environment: 'dev', reason: 'known', clusters: ['dev-1'] };
      await operation.decide('accept', accept);
      await eventually(async () => (await operation.environment('dev')).message).toContain('could not be recorded');
      dev.recordFails = undefined;
      await operation.decide('accept', accept);
      expect((await operation.result()).environments).toMatchObject([{ state: 'accepted' }]);
      expect(dev.record).toMatchObject([{ event: 'deployed' }, { event: 'accepted', by: 'ann', reason: 'known' }]);
    });
  });

  it('keeps what was given up after its merge, and why', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.unhealthy = [failed('dev-1')];
    dev.unhealthyAt = m1;
    await runConcurrently(world, async ({ promote }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'needs attention');
      const second = await promote(m2);
      expect((await first.result()).state).toBe('superseded');
      expect((await second.result()).state).toBe('promoted');
      const givenUp = { event: 'given up', main: m1, clusters: { total: 2, healthy: 1 }, request: 1 };
      expect(dev.record[1]).toMatchObject({ ...givenUp, reason: expect.stringContaining(`by main ${shortSha(m2)}`) });
      expect(dev.record.map(({ event }) => event)).toEqual(['deployed', 'given up', 'deployed', 'promoted']);
    });
  });

  it('keeps that somebody aborted it after its merge', async () => {
    const world = new World([['dev']]);
    const [main = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      await operation.reaches('dev', 'rolling out');
      await operation.decide('abort', { environment: 'dev', reason: 'seen enough' });
      await operation.result();
      expect(dev.record).toMatchObject([
        { event: 'deployed' },
        { event: 'given up', by: 'ann', reason: 'seen enough' },
      ]);
    });
  });

  it('says that it was merged also where it was aborted before that could be written', async () => {
    const world = new World([['dev']]);
    const [main = ''] = world.commitMains(1);
    const dev = world.at('dev');
    dev.recordFails = ApplicationFailure.create({ message: 'no answer', nextRetryDelay: 20 });
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      await eventually(() => dev.story).toEqual(['promotion merged']);
      await eventually(async () => (await operation.environment('dev')).deployedAs).toBe(dev.head);
      await operation.decide('abort', { environment: 'dev', reason: 'not this one' });
      dev.recordFails = undefined;
      expect((await operation.result()).state).toBe('aborted');
      expect(dev.record).toMatchObject([
        { event: 'deployed', main, request: 1 },
        { event: 'given up', main, by: 'ann' },
      ]);
      expect(dev.notedOn).toEqual([dev.head, dev.head]);
    });
  });

  it('counts clusters only where somebody looked at them', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(m1);
      await eventually(async () => (await operation.environment('dev')).fleet).toMatchObject({ total: 2, healthy: 1 });
      const nobody = { total: 0, healthy: 0, others: [], warnings: [] };
      dev.nextReport = { kind: 'overtaken', deployed: m2, digest: '', fleet: nobody };
      expect((await operation.result()).state).toBe('superseded');
      expect(dev.record.at(-1)).toMatchObject({ event: 'given up', clusters: { total: 2, healthy: 1 } });
    });
  });
});
