import { describe, it } from 'vitest';
import { holdStep } from '../support/gate.ts';
import { onPlatform, type PlatformTest } from './support/promotion.ts';

const manual = { name: 'dev', merge: 'manual' } as const;

/** Version 1 is there; then a person merges. */
async function begin({ platform, promote }: PlatformTest): Promise<string> {
  const first = await promote();
  await first.reaches('dev', 'pull request open');
  await platform.merge(1);
  await first.result();
  return platform.provenance('dev').config;
}

describe.concurrent('A promotion and a config change that are open at once', () => {
  const orders = [
    { first: 'promotion', methods: ['squash', 'rebase'], workers: 'with one worker' },
    { first: 'config change', methods: ['merge', 'squash'], workers: 'with the worker restarted in the middle' },
    { first: 'config change', methods: ['rebase', 'merge'], workers: 'with one worker' },
  ] as const;

  it.for(orders)('both arrive when the $first is merged first, by $methods, $workers', async (order, { expect }) => {
    await onPlatform([manual], async (context) => {
      const { platform, test, promote, configure, deployed } = context;
      await begin(context);
      const main = platform.release('2');
      const promotion = await promote(main);
      const promoted = (await promotion.reaches('dev', 'pull request open')).request;
      const config = platform.setValue('dev', 'blue');
      const change = await configure('dev', config);
      const configured = (await change.reaches('dev', 'pull request open')).request;
      // What travels by its own is no reason to disturb what is being looked at.
      expect((await promotion.reaches('dev', 'pull request open')).request).toEqual(promoted);

      const both = [
        { operation: promotion, number: promoted?.number ?? 0, head: promoted?.head },
        { operation: change, number: configured?.number ?? 0, head: configured?.head },
      ] as const;
      const [one, other] = order.first === 'promotion' ? both : [both[1], both[0]];
      const [method, otherMethod] = order.methods;
      await platform.merge(one.number, method);
      await expect(platform.merge(other.number, otherMethod)).rejects.toThrow('Pull Request is not mergeable');
      if (order.workers !== 'with one worker') await test.worker.restart();
      await other.operation.rendersAgain('dev', other.head);
      await one.operation.result();
      await platform.merge(other.number, otherMethod);

      expect((await promotion.result()).state).toBe('promoted');
      expect((await change.result()).state).toBe('configured');
      expect(platform.versionOn('dev')).toEqual({ version: '2', value: 'blue' });
      expect(platform.provenance('dev')).toEqual({ main, config });
      expect(await deployed('dev')).toEqual({ main, config });
      expect(await platform.requests()).toHaveLength(3);
    });
  });
});

describe.concurrent('What changes nothing', () => {
  it('of a promotion is recorded when the open request of a config change carries it, and is not forgotten', async ({
    expect,
  }) => {
    let held = '';
    const rendering = holdStep(
      'renderEnvironment',
      ({ operation, main }) => operation === 'promotion' && main === held,
    );
    const body = async (context: PlatformTest) => {
      const { platform, test, promote, configure, deployed } = context;
      const before = await begin(context);
      const words = platform.source.commit('main', { 'README.md': 'Words alone.\n' });
      held = words;
      const promotion = await promote(words);
      await rendering.underWay;
      const config = platform.setValue('dev', 'blue');
      const change = await configure('dev', config);
      const { request } = await change.reaches('dev', 'pull request open');
      expect(platform.provenance('configure/dev')).toEqual({ main: platform.firstCommit, config });
      rendering.letGo();
      expect((await promotion.result()).environments).toMatchObject([{ state: 'unchanged' }]);
      expect(await deployed('dev')).toEqual({ main: words, config: before });
      const again = await change.rendersAgain('dev', request?.head);
      expect(again.request?.number).toBe(request?.number);
      expect(platform.provenance('configure/dev')).toEqual({ main: words, config });

      await test.worker.restart();
      await platform.merge(request?.number ?? 0, 'squash');
      expect((await change.result()).state).toBe('configured');
      expect(platform.provenance('dev')).toEqual({ main: words, config });
      expect(await deployed('dev')).toEqual({ main: words, config });
      expect(await platform.requests()).toHaveLength(2);
    };
    await onPlatform([manual], body, { steps: rendering.steps });
  });

  it('of a config change is recorded when the open request of a promotion carries it; its approval is void', async ({
    expect,
  }) => {
    await onPlatform([manual], async (context) => {
      const { platform, promote, configure, deployed } = context;
      await begin(context);
      platform.setPolicy({ ...manual, merge: 'approval' });
      const main = platform.release('2');
      const promotion = await promote(main);
      const { request } = await promotion.reaches('dev', 'awaiting approval');
      const config = platform.setPolicy({ ...manual, merge: 'approval', rolloutTimeout: '59s' });
      const change = await configure('dev', config);
      expect((await change.result()).state).toBe('unchanged');
      expect(await deployed('dev')).toEqual({ main: platform.firstCommit, config });
      const again = (await promotion.rendersAgain('dev', request?.head)).request;
      expect(again?.number).toBe(request?.number);
      expect(platform.provenance(again?.branch ?? '')).toEqual({ main, config });

      const approve = (head: string | undefined) => promotion.decide('approve', { environment: 'dev', head });
      expect(await approve(request?.head)).toMatch(/look at .* again/);
      await approve(again?.head);
      expect((await promotion.result()).state).toBe('promoted');
      expect(platform.provenance('dev')).toEqual({ main, config });
    });
  });
});
