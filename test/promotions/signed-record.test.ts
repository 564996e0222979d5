import { describe, it } from 'vitest';
import { laneId } from '../../src/lane/messages.ts';
import { platformId } from '../../src/platform/repository/platform-id.ts';
import { recordName } from '../../src/record/entry.ts';
import { newKey, type TestKey } from '../support/fixtures/signing-keys.ts';
import type { SmallPlatform } from './support/platform.ts';
import { onWorker, type PlatformTest, withPlatform } from './support/promotion.ts';

const dev = { name: 'dev' } as const;
const key = newKey();
const notes = `--ref=${recordName('dev')}`;

/** Lists the keys in the Platform file of main; answers the commit. */
function list({ source }: SmallPlatform, keys: readonly TestKey[]): string {
  const before = source.git(['show', 'main:fairlead.yaml']).split('\nrecord:')[0] ?? '';
  const listed = keys.map((each) => `    - ${each.listed}\n`).join('');
  return source.commit('main', { 'fairlead.yaml': `${before}\nrecord:\n  publicKeys:\n${listed}` });
}

/** Writes into the record of dev that it is held, or not any more, as whoever may push can. */
function forge({ gitops }: SmallPlatform, event: 'held' | 'resumed'): void {
  const time = new Date(Date.now() + 1).toISOString();
  const forged = JSON.stringify({ time, v: 1, event, by: 'ops' });
  gitops.git(['notes', notes, 'append', '-m', forged, gitops.head('dev') ?? '']);
}

/** Begins the lane anew, as after a loss: it knows what the record says and nothing else. */
async function loseLane({ platform, test }: PlatformTest): Promise<void> {
  const id = laneId(platformId(`${platform.forge.url}/${platform.names.gitops}`), 'dev');
  await test.client.workflow.getHandle(id).terminate('a loss');
}

describe.concurrent('A promotion on a platform that lists the keys of its record', () => {
  it('signs all that it records, and a forged or removed line lifts no hold when the lane begins anew', async ({
    expect,
  }) => {
    await withPlatform([dev], async (platform) => {
      const first = list(platform, [key]);
      await onWorker(
        platform,
        async (context) => {
          const { promote, rollBack, lane, deployed } = context;
          for (const commit of [first, platform.release('2')]) await (await promote(commit)).result();
          expect((await (await rollBack('dev')).result()).state).toBe('rolled back');
          expect((await lane('dev').status()).hold).toMatchObject({ by: 'ann' });
          const recorded = () => platform.gitops.git(['grep', '-h', '', `refs/notes/${recordName('dev')}`]).split('\n');
          await expect.poll(recorded, { timeout: 60_000 }).toContainEqual(expect.stringContaining('"held"'));
          for (const line of recorded()) expect(line).toMatch(/"key":"[0-9a-f]{16}","signature":"[^"]+"}$/);

          forge(platform, 'resumed');
          await loseLane(context);
          const next = await promote(platform.release('3'));
          await next.reaches('dev', 'held', 'rolled back: checkout fails');
          expect(await deployed('dev')).toMatchObject({ main: first });

          await lane('dev').resume();
          expect((await next.result()).state).toBe('promoted');
          await expect
            .poll(recorded, { timeout: 60_000 })
            .toContainEqual(expect.stringMatching(/"resumed".*"holds":2/));
          await (await promote(platform.release('4'))).result();
          for (const [commit] of platform.gitops.git(['notes', notes, 'list']).matchAll(/[0-9a-f]{40}$/gm)) {
            const lines = platform.gitops.git(['notes', notes, 'show', commit]).split('\n');
            const left = lines.filter((line) => line !== '' && !line.includes('"resumed"'));
            if (left.length > 0) platform.gitops.git(['notes', notes, 'add', '-f', '-m', left.join('\n'), commit]);
          }
          await loseLane(context);
          const last = await promote(platform.release('5'));
          await last.reaches('dev', 'held', 'missing from the record');
          await lane('dev').resume();
          expect((await last.result()).state).toBe('promoted');
        },
        { signingKey: key.secret },
      );
    });
  });

  it('begins nothing with a key that is not listed, and goes on when it is', async ({ expect }) => {
    await withPlatform([dev], async (platform) => {
      const first = list(platform, [newKey()]);
      await onWorker(
        platform,
        async ({ promote }) => {
          const promotion = await promote(first);
          const { message } = await promotion.reaches('dev', 'needs attention', 'record.publicKeys');
          expect(message).toContain(`- ${key.listed}`);
          expect(await platform.requests()).toEqual([]);
          list(platform, [newKey(), key]);
          await promotion.decide('retry', { environment: 'dev' });
          expect((await promotion.result()).state).toBe('promoted');
        },
        { signingKey: key.secret },
      );
    });
  });
});

describe.concurrent('A hold on a platform that lists no keys', () => {
  it('is known to the lane that begins anew after a loss, although a forged line has ended it in the record', async ({
    expect,
  }) => {
    await withPlatform([dev], async (platform) => {
      await onWorker(platform, async (context) => {
        const { promote, rollBack, lane } = context;
        for (const commit of [platform.firstCommit, platform.release('2')]) await (await promote(commit)).result();
        await (await rollBack('dev')).result();
        expect((await lane('dev').status()).hold).toMatchObject({ by: 'ann' });
        forge(platform, 'resumed');
        await loseLane(context);
        const next = await promote(platform.release('3'));
        await next.reaches('dev', 'held', 'and the record does not say so');
        await lane('dev').resume();
        expect((await next.result()).state).toBe('promoted');
      });
    });
  });

  it('stays a hold where only the record shows it, which the lane says, until somebody writes to both', async ({
    expect,
  }) => {
    await withPlatform([dev], async (platform) => {
      await onWorker(platform, async ({ promote, lane }) => {
        await (await promote()).result();
        forge(platform, 'held');
        const before = platform.gitops.head('dev');
        const next = await promote(platform.release('2'));
        await next.awaits('does not hold it, but the record does, by ops (as given)');
        const trouble = async () => (await lane('dev').status()).trouble;
        await expect.poll(trouble, { timeout: 60_000 }).toContain('nothing is merged until they agree');
        expect(platform.gitops.head('dev')).toBe(before);
        await lane('dev').hold('a look at the record');
        await lane('dev').resume();
        expect((await next.result()).state).toBe('promoted');
      });
    });
  });
});
