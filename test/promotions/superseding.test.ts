import { describe, it } from 'vitest';
import { holdStep } from '../support/gate.ts';
import { onPlatform } from './support/promotion.ts';

const manual = { name: 'dev', merge: 'manual' } as const;
const waiting = { ...manual, whenNewer: 'wait' } as const;

describe.concurrent('A newer commit', () => {
  it('takes the place of an older one that is not merged: its request is closed by itself, and says why', async ({
    expect,
  }) => {
    await onPlatform([manual], async ({ platform, test, promote, deployed }) => {
      const older = await promote();
      const { request } = await older.reaches('dev', 'pull request open');
      await test.worker.restart();
      const commit = platform.release('2');
      const newer = await promote(commit);
      expect((await older.result()).environments).toMatchObject([
        { state: 'superseded', message: expect.stringContaining(newer.handle.workflowId) },
      ]);
      const [closed] = await platform.requests();
      expect(closed).toMatchObject({ number: request?.number, state: 'closed', endedBy: 'fairlead-bot' });
      expect(closed?.comments.at(-1)?.body).toContain(commit);
      expect(platform.gitops.head(request?.branch ?? '')).toBeUndefined();

      await newer.reaches('dev', 'pull request open');
      await platform.merge(2);
      expect((await newer.result()).state).toBe('promoted');
      expect(await deployed('dev')).toMatchObject({ main: commit });
    });
  });

  it('under `wait` leaves an older one alone: it has its turn after the merge, and those between give way', async ({
    expect,
  }) => {
    await onPlatform([waiting], async ({ platform, test, promote }) => {
      const older = await promote();
      await older.reaches('dev', 'pull request open');
      const between = await promote(platform.release('2'));
      await between.reaches('dev', 'queued', older.handle.workflowId);
      const newest = await promote(platform.release('3'));
      expect((await between.result()).state).toBe('superseded');
      await newest.reaches('dev', 'queued');
      expect(await platform.requests()).toMatchObject([{ number: 1, state: 'open' }]);

      await test.worker.restart();
      await platform.merge(1);
      expect((await older.result()).state).toBe('promoted');
      const { request, previous } = await newest.reaches('dev', 'pull request open');
      expect(request?.number).toBe(2);
      expect(previous).toMatchObject({ main: platform.firstCommit });
      await platform.merge(2, 'squash');
      expect((await newest.result()).state).toBe('promoted');
      expect(platform.versionOn('dev')).toEqual({ version: '3' });
    });
  });
});

describe.concurrent('An older commit whose request a person merges', () => {
  it('right before a newer one asks for its turn is verified, and the newer one follows', async ({ expect }) => {
    await onPlatform([manual], async ({ platform, promote, deployed }) => {
      const older = await promote();
      await older.reaches('dev', 'pull request open');
      const commit = platform.release('2');
      await platform.merge(1, 'rebase');
      const newer = await promote(commit);
      expect((await older.result()).state).toBe('promoted');
      expect(await newer.reaches('dev', 'pull request open')).toMatchObject({
        request: { number: 2 },
        previous: { main: platform.firstCommit },
      });
      await platform.merge(2);
      expect((await newer.result()).state).toBe('promoted');
      expect(await deployed('dev')).toMatchObject({ main: commit });
    });
  });

  it('while it is being closed for a newer one is verified all the same, and the newer one follows', async ({
    expect,
  }) => {
    const closing = holdStep('closePullRequest');
    await onPlatform(
      [manual],
      async ({ platform, promote, deployed }) => {
        const older = await promote();
        await older.reaches('dev', 'pull request open');
        const commit = platform.release('2');
        const newer = await promote(commit);
        await closing.underWay;
        const mergeCommit = await platform.merge(1);
        closing.letGo();
        const { state, environments } = await older.result();
        expect(state).toBe('promoted');
        expect(environments).toMatchObject([{ state: 'promoted', mergeCommit, mergedBy: 'maintainer' }]);
        await newer.reaches('dev', 'pull request open');
        expect(await platform.requests()).toMatchObject([{ state: 'merged', comments: [] }, { state: 'open' }]);
        await platform.merge(2);
        expect((await newer.result()).state).toBe('promoted');
        expect(await deployed('dev')).toMatchObject({ main: commit });
      },
      { steps: closing.steps },
    );
  });
});

describe.concurrent('A promotion that was terminated', () => {
  it('leaves the lane to the next one, which closes its request; opened again, that cannot be merged any more', async ({
    expect,
  }) => {
    await onPlatform([waiting], async ({ platform, test, promote, lane, deployed }) => {
      const older = await promote();
      const { branch = '', head = '' } = (await older.reaches('dev', 'pull request open')).request ?? {};
      await older.handle.terminate('an operator slipped');
      await test.worker.restart();
      const commit = platform.release('2');
      const newer = await promote(commit);
      await newer.reaches('dev', 'pull request open');
      expect((await lane('dev').status()).current?.workflowId).toBe(newer.handle.workflowId);
      const [orphan] = await platform.requests();
      expect(orphan).toMatchObject({ state: 'closed', endedBy: 'fairlead-bot' });
      expect(orphan?.comments.at(-1)?.body).toContain(newer.handle.workflowId);
      expect(platform.gitops.head(branch)).toBeUndefined();

      // As of a step that outlived its promotion, or by a person's hand.
      const again = await platform.propose(branch, head, 'dev');
      await platform.merge(2);
      expect((await newer.result()).state).toBe('promoted');
      for (const method of ['merge', 'squash', 'rebase'] as const)
        await expect(platform.merge(again, method)).rejects.toThrow('Pull Request is not mergeable');
      expect(platform.versionOn('dev')).toEqual({ version: '2' });
      expect(await deployed('dev')).toMatchObject({ main: commit });
    });
  });
});
