import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { runConcurrently } from './support/concurrency.ts';
import { eventually } from './support/eventually.ts';
import { commit, promoteOnDevServer, promoteTimeSkipping } from './support/promotion.ts';
import { World } from './support/world.ts';

describe('The last word of an environment that the forge has not taken', () => {
  it('is told again by another worker when its own is gone', async () => {
    const world = new World([['dev']]);
    const dev = world.at('dev');
    dev.isUntold = true;
    await runConcurrently(world, async ({ test, promote }) => {
      const { result, environment } = await promote(commit);
      await eventually(() => dev.toldAgain.length).toBe(1);
      expect(await environment('dev')).toMatchObject({ state: 'promoted' });
      expect(dev.toldAgain[0]).toMatchObject({ kind: 'recorded', environment: 'dev', entry: { event: 'promoted' } });
      await test.worker.restart();
      dev.isUntold = false;
      expect((await result()).state).toBe('promoted');
    });
  });

  it('is told of a request that is withdrawn, too', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    dev.isUntold = true;
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('dev', 'pull request open');
      await decide('abort', { environment: 'dev', reason: 'too late' });
      await eventually(() => dev.toldAgain.length).toBe(1);
      const reason = expect.stringContaining('too late');
      expect(dev.toldAgain[0]).toMatchObject({ kind: 'closed', branch: `deploy/${commit}/dev`, reason });
      dev.isUntold = false;
      expect((await result()).state).toBe('aborted');
    });
  });

  it('is told of a request that could not be closed, so that nothing stays pending', async () => {
    const world = new World([['dev']], { dev: { merge: 'manual' } });
    const dev = world.at('dev');
    dev.beforeClose = () => Promise.reject(ApplicationFailure.nonRetryable('the token may not', 'Unauthorized'));
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('dev', 'pull request open');
      await decide('abort', { environment: 'dev', reason: 'too late' });
      expect((await result()).message).toContain('could not be closed, close it yourself: the token may not');
      expect(dev.toldAgain).toMatchObject([{ kind: 'closed', reason: expect.stringContaining('too late') }]);
    });
  });

  it('keeps the next stage waiting for so long only, and costs nothing where the forge has taken it', async () => {
    const world = new World([['dev'], ['qa']]);
    world.at('dev').isUntold = true;
    await promoteTimeSkipping(world, async ({ result }) => {
      expect((await result()).state).toBe('promoted');
      expect(world.at('dev').toldAgain).toHaveLength(1);
      expect(world.at('qa').toldAgain).toEqual([]);
    });
  });
});
