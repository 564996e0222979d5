import { describe, expect, it } from 'vitest';
import { runConcurrently } from '../workflows/support/concurrency.ts';
import { eventually } from '../workflows/support/eventually.ts';
import { source } from '../workflows/support/promotion.ts';
import { unreachable, World } from '../workflows/support/world.ts';

const elsewhere = 'https://forge.test/acme/elsewhere';

describe('A lane whose platform was moved', () => {
  it('takes the source of who comes last, and says so', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote, promoteFrom, lane }) => {
      expect((await (await promote(m1)).result()).state).toBe('promoted');
      expect(await lane('dev').status()).toMatchObject({ source });
      expect((await (await promoteFrom(elsewhere, m2)).result()).state).toBe('promoted');
      const reason = `the branch belongs to dev of ${elsewhere} now; before, it belonged to dev of ${source}`;
      expect(await lane('dev').status()).toMatchObject({
        source: elsewhere,
        environment: 'dev',
        movedFrom: { source, environment: 'dev' },
        refusals: [],
      });
      await eventually(async () => world.at('dev').record.filter(({ event }) => event === 'moved')).toEqual([
        expect.objectContaining({ by: 'Fairlead', reason }),
      ]);
      const { typedSearchAttributes } = await lane('dev').handle.describe();
      expect(typedSearchAttributes.getAll().map(({ value }) => value)).toContain('forge.test/acme/elsewhere');
    });
  });

  it('stays there when it continues as new', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    world.lanes = { historyLimit: 30 };
    await runConcurrently(world, async ({ promote, promoteFrom, lane }) => {
      expect((await (await promote(m1)).result()).state).toBe('promoted');
      const { runId } = await lane('dev').handle.describe();
      expect((await (await promoteFrom(elsewhere, m2)).result()).state).toBe('promoted');
      await eventually(async () => (await lane('dev').handle.describe()).runId !== runId).toBe(true);
      expect(await lane('dev').status()).toMatchObject({ source: elsewhere, movedFrom: { source } });
    });
  });

  it('takes another URL of the same platform without a word', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote, promoteFrom, lane }) => {
      await (await promote(m1)).result();
      const ssh = 'git@forge.test:Acme/platform.git';
      expect((await (await promoteFrom(ssh, m2)).result()).state).toBe('promoted');
      const status = await lane('dev').status();
      expect(status.source).toBe(ssh);
      expect(status.movedFrom).toBeUndefined();
    });
  });
});

describe('An operation of another platform', () => {
  it('needs attention with both sources, disturbs nobody, and can be aborted', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    world.foreignSources.add(elsewhere);
    world.at('dev').unhealthy = [unreachable('dev-1')];
    await runConcurrently(world, async ({ promote, promoteFrom, lane }) => {
      const first = await promote(m1);
      await first.reaches('dev', 'rolling out');
      const other = await promoteFrom(elsewhere, m2);
      const why = `the branch belongs to ${source}, not to ${elsewhere}`;
      expect((await other.reaches('dev', 'needs attention')).message).toContain(why);
      const { source: present, waiting, refusals } = await lane('dev').status();
      expect({ present, waiting }).toEqual({ present: source, waiting: [] });
      expect(refusals[0]?.reason).toContain(why);
      world.at('dev').unhealthy = [];
      expect((await first.result()).state).toBe('promoted');
      await other.decide('abort', { environment: 'dev', reason: 'a wrong branch' });
      expect((await other.result()).state).toBe('aborted');
    });
  });

  it('is asked about again by a retry', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    world.foreignSources.add(elsewhere);
    await runConcurrently(world, async ({ promote, promoteFrom }) => {
      await (await promote(m1)).result();
      const other = await promoteFrom(elsewhere, m2);
      await other.reaches('dev', 'needs attention');
      world.foreignSources.clear();
      await other.decide('retry', { environment: 'dev' });
      expect((await other.result()).state).toBe('promoted');
    });
  });

  it('does not wait with its request open, where the lane finds out only then', async () => {
    const world = new World([['dev']], { dev: { merge: 'approval' } });
    const [m1 = ''] = world.commitMains(1);
    await runConcurrently(world, async ({ promoteFrom, lane }) => {
      const other = await promoteFrom(elsewhere, m1);
      await other.reaches('dev', 'awaiting approval');
      await lane('dev').handle.terminate('a mistake');
      world.forgetsEarlierRuns = true;
      world.foreignSources.add(elsewhere);
      // The lane begins anew for the other platform, and calls who is there.
      await lane('dev').hold();
      expect((await other.reaches('dev', 'needs attention')).message).toContain(elsewhere);
    });
  });
});

describe('A lane that was terminated', () => {
  it('belongs to whom it belonged to before, whoever comes first', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = '', m3 = ''] = world.commitMains(3);
    world.foreignSources.add(elsewhere);
    await runConcurrently(world, async ({ promote, promoteFrom, lane }) => {
      expect((await (await promote(m1)).result()).state).toBe('promoted');
      await lane('dev').handle.terminate('a mistake');
      const other = await promoteFrom(elsewhere, m2);
      const why = `the branch belongs to ${source}, not to ${elsewhere}`;
      expect((await other.reaches('dev', 'needs attention')).message).toContain(why);
      expect(await lane('dev').status()).toMatchObject({ source, waiting: [] });
      const { typedSearchAttributes } = await lane('dev').handle.describe();
      expect(typedSearchAttributes.getAll().map(({ value }) => value)).toContain('forge.test/acme/platform');
      expect((await (await promote(m3)).result()).state).toBe('promoted');
      await other.decide('abort', { environment: 'dev', reason: 'a copy' });
    });
  });

  it('goes over to a platform that was moved meanwhile', async () => {
    const world = new World([['dev']]);
    const [m1 = '', m2 = ''] = world.commitMains(2);
    await runConcurrently(world, async ({ promote, promoteFrom, lane }) => {
      await (await promote(m1)).result();
      await lane('dev').handle.terminate('a mistake');
      expect((await (await promoteFrom(elsewhere, m2)).result()).state).toBe('promoted');
      expect(await lane('dev').status()).toMatchObject({ source: elsewhere, movedFrom: { source } });
    });
  });
});
