import { describe, expect, test, vi } from 'vitest';
import { clusterVerdict } from '../../../src/fleet/verdict.ts';
import { group } from './gitops.ts';
import { expecting, first, soon, standIns } from './stand-ins.ts';

const { gitops, start } = standIns();

describe('asking Flux to look now', () => {
  const slow = { pullMs: 600_000, intervalMs: 600_000 };

  test('brings a commit to a cluster that would not have looked for long, and leaves evidence of a look since', async () => {
    const earlier = gitops().commit('ask', group('west', 'v1'));
    const { look, ask } = await start('ask', [{ name: 'qa' }], slow);
    await vi.waitFor(
      async () => expect(clusterVerdict(await look('qa'), expecting(earlier)).state).toBe('healthy'),
      soon,
    );
    const second = gitops().commit('ask', group('west', 'v2'));
    expect(await ask('qa')).toBe(true);
    await vi.waitFor(
      async () => expect(clusterVerdict(await look('qa'), expecting(second)).state).toBe('healthy'),
      soon,
    );

    const time = new Date(Date.now() + 1).toISOString();
    const soaked = expecting(second, { reconciledSince: { time, token: 'after-the-soak' } });
    expect(clusterVerdict(await look('qa'), soaked)).toMatchObject({
      state: 'pending',
      awaited: expect.stringContaining('has not been reconciled since'),
    });
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(Date.parse(time)));
    expect(await ask('qa', { token: 'after-the-soak', ask: 'reconcile' })).toBe(true);
    await vi.waitFor(async () => expect(clusterVerdict(await look('qa'), soaked).state).toBe('healthy'), soon);
  });

  test('where only GitRepositories may be patched the fetch still comes, and it is said that not all is allowed', async () => {
    const earlier = gitops().commit('half', group('west', 'v1'));
    const { look, ask } = await start('half', [{ name: 'qa', permissions: { patch: ['gitrepositories'] } }], slow);
    await vi.waitFor(async () => expect(first(await look('qa')).lastAppliedRevision).toBe(earlier), soon);
    const second = gitops().commit('half', group('west', 'v2'));
    expect(await ask('qa')).toBe(true);
    await vi.waitFor(async () => expect(first(await look('qa')).lastAppliedRevision).toBe(second), soon);
    expect(await ask('qa', { ask: 'reconcile' })).toBe(false);
    expect(first(await look('qa')).lastHandledReconcileAt).toBeUndefined();
  });

  test('without any permission, or without the cluster, the answer is no', async () => {
    const { ask, running } = await start('dev', [{ name: 'qa', permissions: { patch: [] } }]);
    expect(await ask('qa')).toBe(false);
    running.cluster('qa').setReachable(false);
    expect(await ask('qa')).toBe(false);
    expect(await ask('missing')).toBe(false);
  });
});
