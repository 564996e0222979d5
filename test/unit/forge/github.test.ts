import { expect } from 'vitest';
import { describeForge } from './contract.ts';
import { createGitHubWorld } from './github-world.ts';

describeForge('GitHub, through Octokit and its stand-in,', async () => {
  const world = await createGitHubWorld();
  return {
    ...world,
    async close() {
      await world.close();
      expect(world.exchanges.length).toBeGreaterThan(100);
      expect(world.drift(), "calls and answers differ from GitHub's published description").toEqual([]);
    },
  };
});
