import { describe, it } from 'vitest';
import { onPlatform } from './support/promotion.ts';

const manual = { name: 'dev', merge: 'manual' } as const;
const because = { environment: 'dev', reason: 'wrong release' };

describe.concurrent('A promotion with an open request', () => {
  it('that is aborted closes it with the reason and deletes its branch; started again, it has a new one', async ({
    expect,
  }) => {
    await onPlatform([manual], async ({ platform, promote }) => {
      const before = platform.gitops.head('dev');
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      await promotion.decide('abort', because);
      expect((await promotion.result()).state).toBe('aborted');
      const [closed] = await platform.requests();
      expect(closed).toMatchObject({ state: 'closed', endedBy: 'fairlead-bot' });
      expect(closed?.comments).toMatchObject([
        { body: expect.stringContaining('abort by ann (as given): wrong release') },
      ]);
      expect(platform.gitops.head(request?.branch ?? '')).toBeUndefined();
      expect(platform.gitops.head('dev')).toBe(before);

      const again = await promote();
      expect((await again.reaches('dev', 'pull request open')).request).toMatchObject({ number: 2 });
      await platform.merge(2);
      expect((await again.result()).state).toBe('promoted');
    });
  });

  it('that is cancelled in Temporal does the same', async ({ expect }) => {
    await onPlatform([manual], async ({ platform, promote }) => {
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      await promotion.handle.cancel();
      await expect(promotion.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
      const [closed] = await platform.requests();
      expect(closed).toMatchObject({ state: 'closed', endedBy: 'fairlead-bot' });
      expect(closed?.comments).toMatchObject([{ body: expect.stringContaining('cancelled') }]);
      expect(platform.gitops.head(request?.branch ?? '')).toBeUndefined();
    });
  });

  it('of which it has not heard yet closes that too', async ({ expect }) => {
    await onPlatform([manual], async ({ platform, promote }) => {
      platform.forge.fail({ match: /^POST .*\/pulls$/, trouble: { kind: 'lose the answer' } });
      const promotion = await promote();
      await expect.poll(platform.requests, { timeout: 60_000 }).toHaveLength(1);
      await promotion.decide('abort', because);
      expect((await promotion.result()).state).toBe('aborted');
      const [request, ...others] = await platform.requests();
      expect(request).toMatchObject({ state: 'closed', endedBy: 'fairlead-bot' });
      expect(others).toEqual([]);
      expect(platform.gitops.head(request?.head.branch ?? '')).toBeUndefined();
    });
  });

  it('on whose branch somebody else committed leaves them that branch', async ({ expect }) => {
    await onPlatform([manual], async ({ platform, promote }) => {
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      const theirs = platform.gitops.commit(request?.branch ?? '', { 'note.md': 'mine\n' });
      await promotion.reaches('dev', 'needs attention');
      await promotion.decide('abort', because);
      const [dev] = (await promotion.result()).environments;
      expect(dev).toMatchObject({
        state: 'aborted',
        message: expect.stringContaining('somebody else committed there'),
      });
      expect(await platform.requests()).toMatchObject([{ state: 'closed' }]);
      expect(platform.gitops.head(request?.branch ?? '')).toBe(theirs);
    });
  });

  it('whose branch the forge keeps is aborted all the same, and says that it stays', async ({ expect }) => {
    await onPlatform([manual], async ({ platform, promote }) => {
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      platform.forge.protectBranch(platform.names.gitops, request?.branch ?? '', {});
      await promotion.decide('abort', because);
      const [dev] = (await promotion.result()).environments;
      expect(dev).toMatchObject({ state: 'aborted', request: { open: false } });
      expect(dev?.message).toMatch(/#1 is closed, its branch stays: .*Protected branch/s);
      expect(await platform.requests()).toMatchObject([{ state: 'closed' }]);
    });
  });
});
