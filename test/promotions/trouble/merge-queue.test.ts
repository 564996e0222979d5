import { describe, it } from 'vitest';
import { nudgeSignal } from '../../../src/operation/messages.ts';
import { onPlatform } from '../support/promotion.ts';

describe.concurrent('A request that the merge queue throws out', () => {
  it('needs a person with what the queue said, and a retry puts it in again', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { forge, names } = platform;
      forge.protectBranch(names.gitops, 'dev', { mergeQueue: true });
      const promotion = await promote();
      await promotion.awaits('the merge queue, position 1');
      await forge.throwOutOfQueue(names.gitops, 1, 'failed_checks');
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toMatch(
        /The merge queue threw it out \(.*by github-merge-queue\): failed checks\. A retry puts it in/,
      );
      // The forge tells time in whole seconds.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await promotion.decide('retry', { environment: 'dev' });
      await promotion.awaits('the merge queue, position 1');
      await forge.runMergeQueue(names.gitops);
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('is not put in again by a nudge, which makes the step anew', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { forge, names } = platform;
      forge.protectBranch(names.gitops, 'dev', { mergeQueue: true });
      const promotion = await promote();
      await promotion.awaits('the merge queue, position 1');
      await forge.throwOutOfQueue(names.gitops, 1, 'timed out');
      await promotion.handle.signal(nudgeSignal, {});
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toContain('timed out');
    });
  });
});
