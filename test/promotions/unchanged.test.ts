import { describe, it } from 'vitest';
import { onPlatform } from './support/promotion.ts';

const dev = { name: 'dev' } as const;
const prod = { name: 'prod', merge: 'manual' } as const;

describe.concurrent('A promotion with nothing but its provenance to change', () => {
  it('goes through all environments without a request, and git remembers it, until somebody reverts a merge', async ({
    expect,
  }) => {
    await onPlatform([dev, prod], async ({ platform, test, promote, lane, deployed }) => {
      const { gitops, source } = platform;
      await (await promote()).reaches('prod', 'pull request open');
      await platform.merge(2);
      const second = await promote(platform.release('2'));
      await second.reaches('prod', 'pull request open');
      await platform.merge(4);
      const [{ mergeCommit = '' } = {}] = (await second.result()).environments;

      const main = source.commit('main', { 'README.md': 'Words alone.\n' });
      const promotion = await promote(main);
      await test.worker.restart();
      const { state, environments } = await promotion.result();
      expect(state).toBe('promoted');
      expect(environments).toMatchObject([
        { environment: 'dev', state: 'unchanged', fleet: { healthy: 1, total: 1 } },
        { environment: 'prod', state: 'unchanged', fleet: { healthy: 1, total: 1 } },
      ]);
      expect(await platform.requests()).toHaveLength(4);
      for (const name of ['dev', 'prod']) {
        expect(platform.provenance(name).main).not.toBe(main);
        expect(await deployed(name)).toEqual({ main, config: source.head(name) });
      }

      gitops.commit('dev', { 'one/apps/web/by-hand.yaml': 'kind: Note\n', 'two/note.yaml': 'kind: Note\n' });
      expect(await deployed('dev')).toMatchObject({ main });

      platform.revert('dev', mergeCommit);
      expect(await deployed('dev')).toMatchObject({ main: platform.firstCommit });
      expect(await deployed('prod')).toMatchObject({ main });
      const fix = platform.release('3');
      const next = await promote(fix);
      const words = `Ada Lovelace took the environment back from main ${main.slice(0, 8)} to ${platform.firstCommit.slice(0, 8)}`;
      await next.reaches('dev', 'held', words);
      expect((await lane('dev').status()).hold).toMatchObject({ by: 'Ada Lovelace', config: false });
      expect(await lane('dev').resume()).toBe('dev is not held any more');
      await next.reaches('prod', 'pull request open');
      expect(platform.versionOn('dev')).toEqual({ version: '3' });
      expect(await deployed('dev')).toMatchObject({ main: fix });
    });
  });
});
