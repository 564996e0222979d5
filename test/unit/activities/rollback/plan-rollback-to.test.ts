import { describe, expect, it } from 'vitest';
import { healthy, mainOf, usePlans } from './rollback-plans.ts';

const { world, deploy, release, note, noteHealthy, plan } = usePlans();

const refusal = (words: RegExp) => ({ type: 'Refused', message: expect.stringMatching(words) });

describe('A rollback to a commit', () => {
  it('goes to one that was healthy here', async () => {
    const good = await release('1');
    await release('2');
    await release('3', false);
    expect(await plan({ to: mainOf(good) })).toMatchObject({
      kind: 'go',
      target: { main: mainOf(good) },
      subject: 'Release 1',
    });
  });

  it('says where it is there already', async () => {
    const there = await release('1');
    expect(await plan({ to: mainOf(there) })).toEqual({ kind: 'already there', deployed: there.revision });
  });

  it('is refused for one that was never healthy here, unless it is forced', async () => {
    const sick = await release('1', false);
    await release('2');
    await expect(plan({ to: mainOf(sick) })).rejects.toMatchObject(refusal(/never recorded healthy in qa.*--force/));
    expect(await plan({ to: mainOf(sick), force: true })).toMatchObject({ kind: 'go', target: { main: mainOf(sick) } });
  });

  it('is refused for one that lies ahead, forced or not', async () => {
    await release('1');
    const ahead = world().release('2');
    await expect(plan({ to: ahead, force: true })).rejects.toMatchObject(refusal(/not back but forward/));
  });

  it('is wrong for one that is not on main', async () => {
    const there = await release('1');
    world().source.setBranch('feature', mainOf(there));
    const aside = world().source.commit('feature', { 'README.md': 'Aside.\n' });
    for (const to of [aside, 'f'.repeat(40)])
      await expect(plan({ to, force: true })).rejects.toMatchObject({
        type: 'InvalidInput',
        message: expect.stringMatching(/is not on main/),
      });
  });

  it('that does not render with the config of today names the recorded pair that works', async () => {
    const good = await release('1-odd');
    await release('2', false);
    world().configure('few');
    const quarrel = ['1-odd', 'few'] as const;
    await expect(plan({ to: mainOf(good) }, quarrel)).rejects.toMatchObject({
      type: 'RenderFailed',
      message: expect.stringContaining(
        `they quarrel. \`--config recorded\` takes config ${good.revision.config.slice(0, 8)}, with which it was healthy on 2026-01-01.`,
      ),
    });
    expect(await plan({ to: mainOf(good), config: 'recorded' }, quarrel)).toMatchObject({
      kind: 'go',
      target: good.revision,
      recordedConfig: true,
    });
  });
});

describe('A rollback with the recorded config', () => {
  it('takes the newest pair that was healthy and renders to something else', async () => {
    await release('1');
    world().configure('3');
    const good = await deploy('config change');
    world().configure('4');
    const bad = await deploy('config change', undefined, false);
    expect(await plan({ config: 'recorded' })).toMatchObject({
      target: good.revision,
      recordedConfig: true,
      deployed: bad.revision,
    });
  });

  it('takes the newest healthy config of the commit that is asked for', async () => {
    const good = await release('1');
    world().configure('3');
    const later = await deploy('config change');
    await release('2', false);
    expect(later.revision.main).toBe(mainOf(good));
    expect(await plan({ to: mainOf(good), config: 'recorded' })).toMatchObject({ target: later.revision });
  });

  it('says where the pair is there already', async () => {
    const there = await release('1');
    expect(await plan({ to: mainOf(there), config: 'recorded' })).toMatchObject({ kind: 'already there' });
  });

  it('does not take a config that its reviewers have not seen', async () => {
    const good = await release('1');
    await release('2');
    world().source.setBranch('draft', world().config);
    const config = world().source.commit('draft', { 'one/apps/web/overlays/x.yaml': 'kind: Draft\n' });
    await note({ main: mainOf(good), config, event: 'promoted', ...healthy }, good.commit);
    expect(await plan({ config: 'recorded' })).toMatchObject({ target: good.revision });
  });

  it('is refused where none is recorded, also by force', async () => {
    const never = world().release('1');
    await release('2');
    const asked = { to: never, config: 'recorded' } as const;
    await expect(plan(asked)).rejects.toMatchObject(refusal(/never recorded healthy/));
    await expect(plan({ ...asked, force: true })).rejects.toMatchObject(refusal(/No config is recorded with main/));
  });

  it('takes by force what was deployed and never healthy', async () => {
    const sick = await release('1', false);
    await release('2');
    const forced = { to: mainOf(sick), config: 'recorded', force: true } as const;
    expect(await plan(forced)).toMatchObject({ target: sick.revision });
  });
});

describe('A rollback whose turn has come', () => {
  it('goes where it was planned to go, with the config of today', async () => {
    const good = await release('1');
    const bad = await release('2');
    await release('3');
    const config = world().remark('today');
    const planned = good.revision;
    expect(await plan({ planned })).toMatchObject({ kind: 'go', target: { main: mainOf(good), config } });
    expect(await plan({ planned, config: 'recorded' })).toMatchObject({ kind: 'go', target: planned });
    expect(await plan({ planned: bad.revision })).toMatchObject({ kind: 'go' });
  });

  it('to the same main commit with an earlier config goes there, also where today’s was healthy, too', async () => {
    const first = await release('1');
    world().configure('3');
    const second = await deploy('config change');
    const planned = first.revision;
    expect(await plan({ planned, config: 'recorded' })).toMatchObject({ kind: 'go', target: planned });
    expect(await plan({ planned: second.revision, config: 'recorded' })).toMatchObject({ kind: 'already there' });
  });

  it('is refused where somebody has gone back behind its target, and has nothing to do at it', async () => {
    await release('1');
    const planned = await release('2');
    await release('3');
    await world().forge.revertBy('ann', world().head, 'qa');
    expect(await plan({ planned: planned.revision })).toMatchObject({ kind: 'already there' });
    await world().forge.revertBy('ann', planned.commit, 'qa');
    await expect(plan({ planned: planned.revision })).rejects.toMatchObject({
      type: 'Refused',
      message: expect.stringContaining('not back but forward'),
    });
  });
});

describe('A rollback of a certain commit', () => {
  it('has nothing to do where another is deployed', async () => {
    await release('1');
    const bad = await release('2');
    expect(await plan({ of: mainOf(bad) })).toMatchObject({ kind: 'go' });
    const fix = await release('3');
    expect(await plan({ of: mainOf(bad) })).toEqual({ kind: 'not there', deployed: fix.revision });
  });

  it('takes back also what was merged over it meanwhile, unless that was seen healthy: it may be the fix', async () => {
    const good = await release('1');
    const bad = await release('2');
    const order = { of: mainOf(bad), planned: good.revision };
    const later = await release('3', false);
    expect(await plan(order)).toMatchObject({ kind: 'go', target: { main: mainOf(good) } });
    await noteHealthy(later);
    expect(await plan(order)).toEqual({ kind: 'not there', deployed: later.revision });
  });

  it('takes it back also where a later one that changed nothing is recorded', async () => {
    const good = await release('1');
    const bad = await release('2');
    const later = world().document('more');
    await noteHealthy({ revision: { ...bad.revision, main: later }, commit: bad.commit });
    expect(await plan({ of: mainOf(bad) })).toMatchObject({ kind: 'go', target: { main: mainOf(good) } });
    expect(await plan({ of: later })).toMatchObject({ kind: 'go', target: { main: mainOf(good) } });
  });
});
