import { describe, expect, it } from 'vitest';
import { moreNames } from '../../src/operation/listed-names.ts';
import { runConcurrently } from '../workflows/support/concurrency.ts';
import { World } from '../workflows/support/world.ts';

describe('What is listed of a promotion', () => {
  it('that was started by hand is its platform, its commit, and what it reached, also when it has ended', async () => {
    const world = new World([['dev'], ['qa'], ['prod']]);
    const [main = ''] = world.commitMains(1);
    world.at('qa').policy = { ...world.at('qa').policy, merge: 'manual' };
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      await operation.reaches('qa', 'pull request open');
      const attributes = async () => (await operation.handle.describe()).searchAttributes;
      expect(await attributes()).toMatchObject({ FairleadCommit: [main], FairleadEnvironment: ['qa'] });
      await operation.decide('reject', { environment: 'qa', reason: 'not today' });
      const { platform } = await operation.status();
      await operation.result();
      expect(await attributes()).toMatchObject({
        FairleadPlatform: [platform],
        FairleadEnvironment: ['dev', 'qa'],
        FairleadState: ['rejected'],
      });
    });
  });

  it('through fifty environments with long names side by side fits what Temporal takes', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(100, '-x'));
    const world = new World([names]);
    const [main = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      expect(await operation.result()).toMatchObject({ state: 'promoted' });
      const { searchAttributes } = await operation.handle.describe();
      expect(searchAttributes.FairleadEnvironment).toEqual([moreNames, ...names.slice(-14)]);
    });
  });

  it('says why a request does not have the label of its state, and holds nothing up', async () => {
    const world = new World([['dev']]);
    const [main = ''] = world.commitMains(1);
    world.at('dev').unlabelled = '#1 could not be labelled deployed. The rate limit is used up.';
    await runConcurrently(world, async ({ promote }) => {
      const operation = await promote(main);
      const { state, environments } = await operation.result();
      expect(state).toBe('promoted');
      expect(environments[0]?.unlabelled).toContain('#1 could not be labelled');
    });
  });
});
