import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeWorkflowBundle } from '../../src/worker/bundle.ts';
import { startPlatform } from '../promotions/support/platform.ts';
import { onTemporal, patiently, recorded } from './temporal-once.ts';

let directory: string;
let bundle: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-restored-'));
  bundle = join(directory, 'workflows.js');
  await writeWorkflowBundle(bundle);
});
afterAll(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

it('Temporal that is restored from a backup learns from forge and git what it has missed', async () => {
  const platform = await startPlatform([
    { name: 'dev', merge: 'approval' },
    { name: 'qa', merge: 'manual' },
  ]);
  const [database, backup] = [join(directory, 'temporal.db'), join(directory, 'backup.db')];
  const server = { bundle, taskQueue: 'restored' };
  const requests = async () => (await platform.requests()).map(({ base, state }) => `${base} ${state}`);
  try {
    await onTemporal(platform, { ...server, database }, async ({ run, states }) => {
      await run('promote', '--commit', platform.firstCommit);
      await expect.poll(states, patiently).toEqual(['awaiting approval', 'waiting']);
    });
    await copyFile(database, backup);
    await onTemporal(platform, { ...server, database }, async ({ run, states }) => {
      const [request] = await platform.requests();
      await run('approve', platform.firstCommit, 'dev', '--head', request?.head.sha ?? '', '--by', 'ann');
      await expect.poll(states, patiently).toEqual(['promoted', 'pull request open']);
    });
    const lines = recorded(platform, 'dev');
    expect(lines.map(({ event }) => event)).toEqual(['deployed', 'promoted']);

    await onTemporal(platform, { ...server, database: backup }, async ({ states }) => {
      await expect.poll(states, patiently).toEqual(['promoted', 'pull request open']);
      expect(await requests()).toEqual(['dev merged', 'qa open']);
      expect(recorded(platform, 'dev')).toEqual(lines);
      const open = (await platform.requests()).find(({ state }) => state === 'open');
      await platform.merge(open?.number ?? 0);
      await expect.poll(states, patiently).toEqual(['promoted', 'promoted']);
    });
    expect(await requests()).toEqual(['dev merged', 'qa merged']);
  } finally {
    await platform.close();
  }
}, 300_000);
