import { describe, expect, it } from 'vitest';
import type { VerificationReport } from '../../src/activities/verify/contract.ts';
import type { VerifyCheck } from '../../src/platform/verify/verify-check.ts';
import { eventually } from './support/eventually.ts';
import { promoteOnDevServer } from './support/promotion.ts';
import { sha, unreachable, World } from './support/world.ts';

const minute = 60_000;
const smoke: VerifyCheck = { kind: 'object', object: { kind: 'Job', name: 'smoke' }, timeoutMs: minute };
const shop = {
  kind: 'http',
  url: 'https://shop.example.com/?token=x',
  expect: 200,
  forMs: 0,
  timeoutMs: minute,
} as const;
const runs = { name: 'dev-2', state: 'pending', awaited: 'Job tests/smoke runs: 0 of 1 succeeded' } as const;
const failed = { name: 'dev-2', state: 'failed', awaited: 'Job tests/smoke failed: BackoffLimitExceeded' } as const;
const awaited: Partial<VerificationReport> = { kind: 'progress', awaited: `dev-2: ${runs.awaited}`, clusters: [runs] };
const broken: Partial<VerificationReport> = {
  kind: 'failed',
  awaited: `dev-2: ${failed.awaited}`,
  clusters: [failed],
  mayRollBack: true,
};
const silent: Partial<VerificationReport> = {
  kind: 'late',
  awaited: 'https://shop.example.com/ must answer 200: it answers 503',
};

const withChecks = (verify: readonly VerifyCheck[], onFailure: 'wait' | 'rollback' = 'wait') =>
  new World([['dev'], ['qa']], { dev: { verify, onFailure } });

describe('The checks of an environment', () => {
  it('are made in order once every cluster is healthy, and the next stage starts after them', async () => {
    const world = withChecks([smoke, shop]);
    const asked: string[] = [];
    let isDone = false;
    world.at('dev').check = ({ check, commit }) => {
      expect(commit).toBe(world.at('dev').head);
      asked.push(check.kind);
      return isDone || check.kind === 'http' ? { kind: 'passed' } : awaited;
    };
    await promoteOnDevServer(world, async ({ reaches, environment, result }) => {
      await reaches('dev', 'verifying');
      await eventually(async () => (await environment('dev')).message).toContain(runs.awaited);
      expect(await environment('dev')).toMatchObject({
        message: expect.stringContaining('Job/smoke must be done on every cluster that has it, by '),
        check: { name: 'Job/smoke', clusters: [runs], open: 1 },
        fleet: { healthy: 2, total: 2 },
      });
      expect((await environment('qa')).state).toBe('waiting');
      isDone = true;
      const { environments } = await result();
      expect(environments.map(({ state }) => state)).toEqual(['promoted', 'promoted']);
      expect(environments[0]?.message).toBe('healthy on every cluster; checked Job/smoke, https://shop.example.com/');
      expect(environments[0]?.check).toBeUndefined();
      expect(asked.at(-1)).toBe('http');
      expect(world.at('dev').record.at(-1)).toMatchObject({ event: 'promoted', clusters: { total: 2, healthy: 2 } });
    });
  });

  it('know which clusters the rollout goes on without', async () => {
    const world = withChecks([smoke]);
    const fleet = { total: 2, healthy: 1, others: [unreachable('dev-1')], warnings: [], leftOut: ['dev-1'] };
    world.at('dev').nextReport = { kind: 'healthy', fleet };
    const asked: (readonly string[] | undefined)[] = [];
    world.at('dev').check = ({ leftOut }) => {
      asked.push(leftOut);
      return { kind: 'passed' };
    };
    await promoteOnDevServer(world, async ({ result }) => {
      expect((await result()).state).toBe('promoted');
      expect(asked).toEqual([['dev-1']]);
    });
  });
});

describe('A check that fails', () => {
  it('needs a person, and is made again after a retry', async () => {
    const world = withChecks([smoke]);
    world.at('dev').check = () => broken;
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      const { message, check } = await reaches('dev', 'needs attention');
      expect(message).toMatch(
        /^Job\/smoke has failed in dev\. dev-2: Job tests\/smoke failed: BackoffLimitExceeded\. When it is mended: fairlead retry \w+ dev\. To go on although it has not passed: fairlead accept \w+ dev --cluster dev-2 --reason/,
      );
      expect(check).toMatchObject({ clusters: [failed] });
      world.at('dev').check = () => ({ kind: 'passed' });
      await decide('retry', { environment: 'dev' });
      expect((await result()).state).toBe('promoted');
    });
  });

  it('is accepted by a person who names its clusters, and recorded as that', async () => {
    const world = withChecks([smoke]);
    world.at('dev').check = () => broken;
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('dev', 'needs attention');
      const order = { environment: 'dev', reason: 'the test is wrong' };
      expect(await decide('accept', order)).toContain('name them too: dev-2');
      expect(await decide('accept', { ...order, clusters: ['dev-2'] })).toContain(
        'it is accepted that Job/smoke has not passed (dev-2)',
      );
      const [dev] = (await result()).environments;
      expect(dev).toMatchObject({
        state: 'accepted',
        message: 'ann (as given) accepted that Job/smoke has not passed (dev-2): the test is wrong',
      });
      expect(world.at('dev').record.map(({ event }) => event)).toContain('accepted');
    });
  });

  it('rolls back where the policy says so', async () => {
    const world = withChecks([smoke], 'rollback');
    world.mains = [];
    world.at('dev').check = () => broken;
    await promoteOnDevServer(world, async ({ result }) => {
      const { environments } = await result();
      expect(environments.map(({ state }) => state)).toEqual(['rolled back', 'not reached']);
      expect(world.at('dev').deployed?.main).toBe(sha('before'));
    });
  });

  it('does not roll back where it is only late', async () => {
    const world = withChecks([shop], 'rollback');
    world.at('dev').check = () => ({ ...silent, mayRollBack: true });
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      const { message } = await reaches('dev', 'needs attention');
      expect(message).toMatch(
        /^https:\/\/shop\.example\.com\/ did not pass by .*: it answers 503\. When it is mended: .* fairlead accept \w+ dev --reason/,
      );
      expect(await decide('accept', { environment: 'dev', reason: 'known' })).toContain('has not passed');
      expect((await result()).state).toBe('promoted');
    });
  });
});

describe('While a check is awaited', () => {
  it('a person can accept at once that it has not passed', async () => {
    const world = withChecks([shop]);
    world.at('dev').check = () => undefined;
    await promoteOnDevServer(world, async ({ reaches, decide, handle, result }) => {
      await reaches('dev', 'verifying');
      await handle.signal('nudge', {});
      await decide('accept', { environment: 'dev', reason: 'cannot wait' });
      expect((await result()).environments.map(({ state }) => state)).toEqual(['accepted', 'promoted']);
    });
  });

  it('a nudge makes it look again, and an abort ends it', async () => {
    const world = withChecks([smoke]);
    world.at('dev').check = () => awaited;
    await promoteOnDevServer(world, async ({ reaches, environment, decide, handle, result }) => {
      await reaches('dev', 'verifying');
      await handle.signal('nudge', {});
      await eventually(async () => (await environment('dev')).check?.open).toBe(1);
      await decide('abort', { environment: 'dev', reason: 'seen enough' });
      expect((await result()).environments.map(({ state }) => state)).toEqual(['aborted', 'not reached']);
      expect(world.at('dev').record.map(({ event }) => event)).toContain('given up');
    });
  });

  it('a rollback takes the environment back', async () => {
    const world = withChecks([smoke]);
    world.at('dev').check = () => undefined;
    await promoteOnDevServer(world, async ({ reaches, decide, result }) => {
      await reaches('dev', 'verifying');
      await decide('rollback', { environment: 'dev', reason: 'checkout fails' });
      expect((await result()).environments.map(({ state }) => state)).toEqual(['rolled back', 'not reached']);
    });
  });

  it('a newer commit that is merged supersedes this one', async () => {
    const world = withChecks([smoke]);
    world.at('dev').check = () => ({ kind: 'overtaken', deployed: sha('newer') });
    await promoteOnDevServer(world, async ({ result }) => {
      const [dev] = (await result()).environments;
      expect(dev).toMatchObject({
        state: 'superseded',
        message: expect.stringContaining('was merged in dev meanwhile'),
      });
    });
  });
});
