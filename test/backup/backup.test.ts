import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeWorkflowBundle } from '../../src/worker/bundle.ts';
import { onServer, patiently, recorded, type TemporalOnce } from '../crash/temporal-once.ts';
import { startPlatform } from '../promotions/support/platform.ts';
import { freePorts } from '../support/network/free-ports.ts';
import { fairlead } from '../unit/cli/test-io.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { makeSchema, startTemporal } from './temporal.ts';

let directory: string;
let bundle: string;
let databases: string;
let postgres: Postgres;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fairlead-backup-'));
  bundle = join(directory, 'workflows.js');
  await writeWorkflowBundle(bundle);
  const [port = 0] = await freePorts(1);
  // A directory of its own: another user must be able to enter it.
  databases = await mkdtemp(join(tmpdir(), 'fairlead-postgres-'));
  postgres = await startPostgres(databases, port);
  await postgres.create();
  await makeSchema(port);
});
afterAll(async () => {
  await postgres?.stop();
  for (const each of [directory, databases]) await rm(each, { recursive: true, force: true, maxRetries: 5 });
});

const environments = [
  { name: 'dev', merge: 'approval' },
  { name: 'qa', merge: 'manual', beside: true },
  { name: 'held', beside: true },
  { name: 'freed', beside: true },
] as const;

it('A dump of PostgreSQL keeps approvals, holds and turns; an older one than the world doubles nothing', async () => {
  const platform = await startPlatform(environments);
  const dump = 'before-the-approval';
  const onTemporal = async (body: (temporal: TemporalOnce) => Promise<void>) => {
    const server = await startTemporal(directory, postgres.port);
    try {
      // A worker ends where search attributes are missing.
      expect(await fairlead(['setup'], { env: { TEMPORAL_ADDRESS: server.address } })).toMatchObject({ code: 0 });
      await onServer(platform, { server, bundle, taskQueue: 'backup' }, body);
    } finally {
      await server.kill();
    }
  };
  const requests = async () => (await platform.requests()).map(({ base, state }) => `${base} ${state}`).sort();
  const head = async (base: string) =>
    (await platform.requests()).find((each) => each.base === base && each.state === 'open')?.head.sha ?? '';
  const events = (name: string) => recorded(platform, name).map(({ event }) => event);
  try {
    await onTemporal(async ({ run, states }) => {
      await run('hold', 'held', '--reason', 'load test', '--by', 'ann');
      await run('hold', 'freed', '--reason', 'load test', '--by', 'ann');
      await run('promote', '--commit', platform.firstCommit);
      await expect.poll(states, patiently).toEqual(['awaiting approval', 'pull request open', 'held', 'held']);
      await postgres.dump(dump);
    });
    await postgres.drop();
    await postgres.restore(dump);

    await onTemporal(async ({ run, states }) => {
      await expect.poll(states, patiently).toEqual(['awaiting approval', 'pull request open', 'held', 'held']);
      expect(await requests()).toEqual(['dev open', 'qa open']);
      await run('approve', platform.firstCommit, 'dev', '--head', await head('dev'), '--by', 'ann');
      await expect.poll(states, patiently).toEqual(['promoted', 'pull request open', 'held', 'held']);
      await run('resume', 'freed', '--reason', 'it is over', '--by', 'ann');
      await expect.poll(states, patiently).toEqual(['promoted', 'pull request open', 'held', 'promoted']);
      expect(recorded(platform, 'held')).toMatchObject([{ event: 'held', by: 'ann', reason: 'load test' }]);
    });
    const before = {
      requests: await requests(),
      dev: recorded(platform, 'dev'),
      freed: recorded(platform, 'freed'),
      head: platform.gitops.head('freed'),
    };
    expect(before.requests).toEqual(['dev merged', 'freed merged', 'qa open']);

    // The world has gone on since the dump.
    await postgres.drop();
    await postgres.restore(dump);
    await onTemporal(async ({ run, states }) => {
      // What is merged is seen. That the hold of `freed` was ended is forgotten: its lane holds it as before.
      await expect.poll(states, patiently).toEqual(['promoted', 'pull request open', 'held', 'held']);
      expect(await requests()).toEqual(before.requests);
      expect(recorded(platform, 'dev')).toEqual(before.dev);
      expect(recorded(platform, 'freed')).toEqual(before.freed);
      await run('resume', 'freed', '--reason', 'it was over', '--by', 'ann');
      await expect.poll(states, patiently).toEqual(['promoted', 'pull request open', 'held', 'unchanged']);
      expect(await requests()).toEqual(before.requests);
      expect(platform.gitops.head('freed')).toBe(before.head);
      expect(events('freed')).toEqual(['held', 'resumed', 'deployed', 'promoted', 'resumed', 'promoted']);
      const open = (await platform.requests()).find(({ state }) => state === 'open');
      await platform.merge(open?.number ?? 0);
      await run('resume', 'held', '--reason', 'it is over', '--by', 'ann');
      await expect
        .poll(async () => (await states()).slice(0, 3), patiently)
        .toEqual(['promoted', 'promoted', 'promoted']);
      expect(await requests()).toEqual(['dev merged', 'freed merged', 'held merged', 'qa merged']);
    });
  } finally {
    await platform.close();
  }
}, 900_000);
