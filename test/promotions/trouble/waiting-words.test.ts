import { describe, it } from 'vitest';
import { onPlatform } from '../support/promotion.ts';

/** Checks come without a word, so that the forge is asked again and again: here not once a minute. */
const askMs = 1_000;

describe.concurrent('The status of a request that the forge does not let be merged', () => {
  it('says which check and whose review is missing, and what changes', async ({ expect }) => {
    await onPlatform(
      [{ name: 'dev' }],
      async ({ platform, promote }) => {
        const { forge, names } = platform;
        forge.protectBranch(names.gitops, 'dev', { requiredChecks: ['build', 'e2e'], requiredApprovals: 1 });
        const promotion = await promote();
        const { message } = await promotion.reaches('dev', 'pull request open', '0 of 1 approval');
        expect(message).toMatch(
          /^#1 waits since 20\S+Z: 0 of 2 required checks are green, `build` has not reported, `e2e` /,
        );
        await forge.passCheck(names.gitops, 1, 'build');
        await forge.reportCheck(names.gitops, 1, { name: 'e2e', state: 'running' });
        // A review shows in the request, so that it is tried again, and the forge names another rule.
        await forge.approve(names.gitops, 1);
        await promotion.reaches('dev', 'pull request open', '1 of 2 required checks are green, `e2e` is running since');
        await forge.passCheck(names.gitops, 1, 'e2e');
        expect((await promotion.result()).state).toBe('promoted');
      },
      { askMs },
    );
  });

  it('says where it is in the merge queue', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { forge, names } = platform;
      forge.protectBranch(names.gitops, 'dev', { mergeQueue: true });
      const promotion = await promote();
      await promotion.reaches('dev', 'pull request open', 'the merge queue, position 1 since');
      await forge.runMergeQueue(names.gitops);
      expect((await promotion.result()).state).toBe('promoted');
    });
  });
});
