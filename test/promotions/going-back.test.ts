import { describe, it } from 'vitest';
import { holdStep } from '../support/gate.ts';
import { onPlatform, onWorker, type PlatformTest, withPlatform } from './support/promotion.ts';

const dev = { name: 'dev' } as const;
const manual = { name: 'dev', merge: 'manual' } as const;

/** Promotes main commits to the end, one after the other. */
async function promoteAll({ promote }: PlatformTest, commits: readonly string[]): Promise<void> {
  for (const commit of commits) await (await promote(commit)).result();
}

describe.concurrent('A rollback after its promotion has ended', () => {
  it("goes back by the record, with today's config, one further each time, and holds the lane until it is resumed", async ({
    expect,
  }) => {
    await onPlatform([dev], async (context) => {
      const { platform, test, promote, configure, rollBack, lane, deployed } = context;
      const second = platform.release('2');
      await promoteAll(context, [platform.firstCommit, second]);
      const config = platform.setValue('dev', 'blue');
      await (await configure('dev', config)).result();
      await promoteAll(context, [platform.release('3')]);

      const back = await (await rollBack('dev')).result();
      expect(back).toMatchObject({ state: 'rolled back', environments: [{ fleet: { healthy: 1, total: 1 } }] });
      expect(platform.versionOn('dev')).toEqual({ version: '2', value: 'blue' });
      expect(await deployed('dev')).toEqual({ main: second, config });
      const hold = { by: 'ann', reason: 'rolled back: checkout fails', config: false };
      expect((await lane('dev').status()).hold).toMatchObject(hold);

      const next = await promote(platform.release('4'));
      await next.reaches('dev', 'held', 'held by ann (as given): rolled back: checkout fails');
      await test.worker.restart();
      expect((await (await rollBack('dev', { reason: 'still fails' })).result()).state).toBe('rolled back');
      expect(platform.versionOn('dev')).toEqual({ version: '1', value: 'blue' });
      expect(await deployed('dev')).toEqual({ main: platform.firstCommit, config });
      await next.reaches('dev', 'held', 'still fails');

      await lane('dev').resume();
      expect((await next.result()).state).toBe('promoted');
      expect(platform.versionOn('dev')).toEqual({ version: '4', value: 'blue' });
      const labels = (await platform.requests()).map(({ labels: [label] }) => label);
      expect(labels.filter((label) => label === 'rolled-back')).toHaveLength(2);
    });
  });

  it('goes back to the recorded pair where that is asked for, and config changes are held, too', async ({ expect }) => {
    await onPlatform([dev], async (context) => {
      const { platform, configure, rollBack, lane, deployed } = context;
      const before = platform.source.head('dev') ?? '';
      await promoteAll(context, [platform.firstCommit, platform.release('2')]);
      await (await configure('dev', platform.setValue('dev', 'blue'))).result();
      await promoteAll(context, [platform.release('3')]);

      const back = await rollBack('dev', { config: 'recorded', to: platform.firstCommit });
      expect((await back.result()).state).toBe('rolled back');
      expect(platform.versionOn('dev')).toEqual({ version: '1' });
      expect(platform.provenance('dev')).toEqual({ main: platform.firstCommit, config: before });
      expect(await deployed('dev')).toEqual({ main: platform.firstCommit, config: before });
      expect((await lane('dev').status()).hold).toMatchObject({ by: 'ann', config: true });

      const config = platform.setValue('dev', 'green');
      const change = await configure('dev', config);
      await change.reaches('dev', 'held', 'checkout fails');
      await lane('dev').resume();
      expect((await change.result()).state).toBe('configured');
      expect(await deployed('dev')).toEqual({ main: platform.firstCommit, config });
    });
  });

  it('of all that it reached takes its environments back, last first, and holds each', async ({ expect }) => {
    await onPlatform([dev, { name: 'prod' }], async (context) => {
      const { platform, takeBack, lane, deployed } = context;
      const second = platform.release('2');
      await promoteAll(context, [platform.firstCommit, second]);
      expect((await (await takeBack(second)).result()).state).toBe('rolled back');
      const requests = (await platform.requests()).slice(4);
      expect(requests.map(({ base, state }) => `${base} ${state}`)).toEqual(['prod merged', 'dev merged']);
      for (const name of ['dev', 'prod']) {
        expect(await deployed(name)).toMatchObject({ main: platform.firstCommit });
        expect((await lane(name).status()).hold?.reason).toBe('rolled back: checkout fails');
      }
    });
  });
});

describe.concurrent('A rollback while promotions are under way', () => {
  it('of an environment behind them ends what comes after it', async ({ expect }) => {
    await onPlatform([dev, { name: 'prod', merge: 'manual' }], async ({ platform, test, promote, rollBack }) => {
      await (await promote()).reaches('prod', 'pull request open');
      await platform.merge(2);
      await expect.poll(() => platform.versionOn('prod'), { timeout: 60_000 }).toEqual({ version: '1' });
      const promotion = await promote(platform.release('2'));
      await promotion.reaches('prod', 'pull request open');
      await test.worker.restart();
      expect((await (await rollBack('dev')).result()).state).toBe('rolled back');
      const { state, environments } = await promotion.result();
      expect(state).toBe('rolled back');
      expect(environments.map((each) => each.state)).toEqual(['rolled back', 'aborted']);
      expect((await platform.requests())[3]).toMatchObject({ base: 'prod', state: 'closed', endedBy: 'fairlead-bot' });
      expect(platform.versionOn('dev')).toEqual({ version: '1' });
      expect(platform.versionOn('prod')).toEqual({ version: '1' });
    });
  });

  const moments = [
    { merged: false, what: 'which is open: it is closed, and a person merges the rollback', end: 'superseded' },
    { merged: true, what: 'which a person merges meanwhile: it is taken back, too', end: 'rolled back' },
  ] as const;
  it.for(moments)('takes the turn of a request $what', async ({ merged, end }, { expect }) => {
    const closing = holdStep('closePullRequest');
    const body = async (context: PlatformTest) => {
      const { platform, promote, rollBack, deployed } = context;
      await promoteAll(context, [platform.firstCommit, platform.release('2')]);
      platform.setPolicy(manual);
      const promotion = await promote(platform.release('3'));
      await promotion.reaches('dev', 'pull request open');
      const rollback = await rollBack('dev');
      await closing.underWay;
      if (merged) await platform.merge(3);
      closing.letGo();
      await rollback.reaches('dev', 'pull request open');
      // It has not been taken back before the rollback is through.
      if (merged) await promotion.reaches('dev', 'rolling back');
      await platform.merge(4);
      expect((await rollback.result()).state).toBe('rolled back');
      expect((await promotion.result()).environments).toMatchObject([
        { state: end, message: expect.stringContaining(rollback.handle.workflowId) },
      ]);
      expect(platform.versionOn('dev')).toEqual({ version: '1' });
      expect(await deployed('dev')).toMatchObject({ main: platform.firstCommit });
      const states = (await platform.requests()).map(({ state }) => state);
      expect(states).toEqual(['merged', 'merged', merged ? 'merged' : 'closed', 'merged']);
    };
    await onPlatform([dev], body, { steps: closing.steps });
  });
});

describe.concurrent('A rollback whose request is open', () => {
  it('is rendered again when a config change is merged, and left alone when somebody pushes to it', async ({
    expect,
  }) => {
    await onPlatform([dev], async (context) => {
      const { platform, test, configure, rollBack, deployed } = context;
      const { gitops } = platform;
      await promoteAll(context, [platform.firstCommit, platform.release('2')]);
      platform.setPolicy(manual);
      const rollback = await rollBack('dev');
      const open = await rollback.reaches('dev', 'pull request open');
      const config = platform.setValue('dev', 'blue');
      const change = await configure('dev', config);
      const { request } = await change.reaches('dev', 'pull request open');
      await platform.merge(request?.number ?? 0);
      const again = await rollback.rendersAgain('dev', open.request?.head);
      expect(again.request?.number).toBe(open.request?.number);
      await test.worker.restart();

      const { branch = '', head = '', number = 0 } = again.request ?? {};
      gitops.commit(branch, { 'one/apps/web/by-hand.yaml': 'kind: Note\n' });
      await rollback.fails('dev', `Ada Lovelace pushed to ${branch}, which is ours`);
      gitops.setBranch(branch, head);
      await rollback.decide('retry', { environment: 'dev' });
      await rollback.reaches('dev', 'pull request open');
      await platform.merge(number);
      expect((await rollback.result()).state).toBe('rolled back');
      expect(await deployed('dev')).toEqual({ main: platform.firstCommit, config });
      expect(platform.versionOn('dev')).toEqual({ version: '1', value: 'blue' });
    });
  });
});

describe.concurrent('A freeze', () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16).replace('T', ' ');
  const freeze = `{ from: "${day(-1)}", to: "${day(1)}", timeZone: UTC, reason: stocktaking }`;

  it('of the Environment file keeps a promotion out, but not an override, a config change or a rollback', async ({
    expect,
  }) => {
    await onPlatform([dev], async (context) => {
      const { platform, test, promote, configure, rollBack, lane } = context;
      await promoteAll(context, [platform.firstCommit, platform.release('2')]);
      platform.setPolicy({ ...dev, freeze });
      const held = await promote(platform.release('3'));
      await held.reaches('dev', 'held', 'dev is held by freeze until ');
      expect((await lane('dev').status()).freeze?.now).toMatchObject({ reason: 'stocktaking' });
      await test.worker.restart();
      await expect(lane('dev').resume()).rejects.toMatchObject({
        cause: { message: expect.stringContaining('dev is frozen until ') },
      });
      expect((await (await configure('dev', platform.setValue('dev', 'blue'))).result()).state).toBe('configured');
      expect((await (await rollBack('dev')).result()).state).toBe('rolled back');
      expect(platform.versionOn('dev')).toEqual({ version: '1', value: 'blue' });
      await held.reaches('dev', 'held', 'stocktaking');
      const decision = { environment: 'dev', override: true, reason: 'the shop is down' };
      expect(await held.decide('approve', decision)).toContain('dev is let in');
      expect((await held.result()).state).toBe('promoted');
      expect(platform.versionOn('dev')).toEqual({ version: '3', value: 'blue' });
    });
  });
});

describe.concurrent('A revert by hand on the forge', () => {
  it('keeps what waited for its approval from being merged over it, until the lane is resumed', async ({ expect }) => {
    await onPlatform([{ name: 'dev', merge: 'approval' }], async ({ platform, test, promote, lane, deployed }) => {
      const promoteApproved = async (main: string) => {
        const promotion = await promote(main);
        const { request } = await promotion.reaches('dev', 'awaiting approval');
        await promotion.decide('approve', { environment: 'dev', head: request?.head });
        return (await promotion.result()).environments[0]?.mergeCommit ?? '';
      };
      await promoteApproved(platform.firstCommit);
      const mergeCommit = await promoteApproved(platform.release('2'));
      const promotion = await promote(platform.release('3'));
      const open = await promotion.reaches('dev', 'awaiting approval');

      const revert = platform.revert('dev', mergeCommit);
      const { request } = await promotion.rendersAgain('dev', open.request?.head);
      await promotion.decide('approve', { environment: 'dev', head: request?.head });
      await promotion.reaches('dev', 'pull request open', 'is not merged while dev is held by Ada Lovelace');
      await test.worker.restart();
      expect((await lane('dev').status()).hold).toMatchObject({ by: 'Ada Lovelace', revert });
      expect(await deployed('dev')).toMatchObject({ main: platform.firstCommit });
      expect((await platform.requests()).map(({ state }) => state)).toEqual(['merged', 'merged', 'open']);

      expect(await lane('dev').resume()).toBe('dev is not held any more');
      expect((await promotion.result()).state).toBe('promoted');
      expect(platform.versionOn('dev')).toEqual({ version: '3' });
    });
  });
});

describe.concurrent('A Temporal that has lost everything', () => {
  it('learns from git what is deployed, and that it is held', async ({ expect }) => {
    await withPlatform([dev], async (platform) => {
      await onWorker(platform, async (context) => {
        await promoteAll(context, [platform.firstCommit, platform.release('2')]);
        expect((await (await context.rollBack('dev')).result()).state).toBe('rolled back');
      });
      const inNewWorld = async ({ promote, lane, deployed }: PlatformTest) => {
        expect(await deployed('dev')).toMatchObject({ main: platform.firstCommit });
        const main = platform.release('3');
        const next = await promote(main);
        await next.reaches('dev', 'held', 'held by ann (as given): rolled back: checkout fails');
        await lane('dev').resume();
        const { state, environments } = await next.result();
        expect(state).toBe('promoted');
        expect(environments).toMatchObject([{ previous: { main: platform.firstCommit } }]);
        expect(await deployed('dev')).toMatchObject({ main });
      };
      await onWorker(platform, inNewWorld, { caches: ['another-cache'] });
    });
  });
});
