import { describe, expect, it } from 'vitest';
import { shortSha } from '../../../src/short-names.ts';
import { runConcurrently } from '../../workflows/support/concurrency.ts';
import { eventually } from '../../workflows/support/eventually.ts';
import { sha, World } from '../../workflows/support/world.ts';

const before = sha('before');

describe('A revert by hand on the forge', () => {
  it('holds the lane in the name of whoever did it, once', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = '', m3 = ''] = world.commitMains(3);
    const dev = world.at('dev');
    dev.revert = { commit: sha('the revert'), by: 'bob', from: m1, to: before };
    await runConcurrently(world, async ({ promote, lane }) => {
      const operation = await promote(m2);
      expect((await operation.reaches('dev', 'held')).message).toBe(
        `dev is held by bob (as given): bob took the environment back from main ${shortSha(m1)} to ${shortSha(before)} on the forge`,
      );
      expect(dev.renders).toEqual([]);
      await lane('dev').resume({ reason: 'mended' });
      expect((await operation.result()).state).toBe('promoted');
      expect((await (await promote(m3)).result()).state).toBe('promoted');
      const events = dev.record.map(({ event, revert }) => [event, revert]);
      expect(events.filter(([event]) => event === 'held')).toEqual([['held', sha('the revert')]]);
    });
  });

  it('keeps a request from being merged over it that was open before', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    const dev = world.at('dev');
    dev.checksRun = true;
    await runConcurrently(world, async ({ promote, lane }) => {
      const operation = await promote(m2);
      await operation.reaches('dev', 'pull request open');
      dev.revert = { commit: sha('the revert'), by: 'bob', from: m1, to: before };
      dev.checksRun = false;
      const words = `bob took the environment back from main ${shortSha(m1)} to ${shortSha(before)} on the forge`;
      await eventually(async () => (await operation.environment('dev')).message).toBe(
        `#1 is not merged while dev is held by bob (as given): ${words}`,
      );
      for (let look = 0; look < 3; look += 1) await operation.handle.signal('nudge', {});
      expect(dev.story).toEqual(['promotion open']);
      expect(await lane('dev').resume()).toBe('dev is not held any more');
      expect((await operation.result()).state).toBe('promoted');
      expect(dev.record.filter(({ event }) => event === 'held')).toHaveLength(1);
    });
  });
});
