import { describe, expect, it } from 'vitest';
import { healthy, mainOf, usePlans } from './rollback-plans.ts';

const { world, release, note, noteHealthy, plan } = usePlans();

const refusal = (words: RegExp) => ({ type: 'Refused', message: expect.stringMatching(words) });

describe('A rollback without a target', () => {
  it('goes to the latest commit recorded healthy behind what is deployed, with the config of today', async () => {
    await release('1');
    const good = await release('2');
    await release('3', false);
    const bad = await release('4', false);
    const config = world().remark('today');
    expect(await plan()).toEqual({
      kind: 'go',
      target: { main: mainOf(good), config },
      recordedConfig: false,
      subject: 'Release 2',
      deployed: bad.revision,
    });
  });

  it('goes behind what is deployed also where that was healthy', async () => {
    const good = await release('1');
    await release('2');
    expect(await plan()).toMatchObject({ target: { main: mainOf(good) } });
  });

  it('passes over what renders to what is there', async () => {
    const good = await release('1');
    const first = await release('2');
    const same = await world().render('promotion', world().document('more'));
    if (same.kind !== 'unchanged') throw new Error(same.kind);
    await noteHealthy({ revision: same.revision, commit: first.commit });
    expect(await plan()).toMatchObject({ deployed: same.revision, target: { main: mainOf(good) } });
  });

  it('is not misled by a config change that waits to be merged', async () => {
    const good = await release('1');
    await release('2');
    const same = world().document('more');
    await noteHealthy({ revision: { main: same, config: world().config }, commit: world().head });
    world().configure('3');
    expect(await plan()).toMatchObject({ deployed: { main: same }, target: { main: mainOf(good) } });
  });

  it('passes over what does not render with the config of today', async () => {
    const good = await release('1');
    await release('2-odd');
    await release('3', false);
    world().configure('few');
    const quarrel = ['2-odd', 'few'] as const;
    expect(await plan({}, quarrel)).toMatchObject({ target: { main: mainOf(good) } });
  });

  it('is refused where nothing is left, with what failed and the pair that works', async () => {
    const good = await release('1-odd');
    await release('2', false);
    world().configure('few');
    const quarrel = ['1-odd', 'few'] as const;
    await expect(plan({}, quarrel)).rejects.toMatchObject(
      refusal(
        new RegExp(
          `^qa has nowhere to go back to.*they quarrel\\. Back to main ${mainOf(good).slice(0, 8)}, ` +
            `\`--config recorded\` takes config ${good.revision.config.slice(0, 8)}, with which it was healthy on 2026-01-01\\.$`,
        ),
      ),
    );
  });

  it('is refused where nothing is deployed', async () => {
    await expect(plan()).rejects.toMatchObject(refusal(/^Nothing is deployed in qa/));
  });

  it('is refused where nothing was recorded healthy', async () => {
    await release('1', false);
    await release('2', false);
    await expect(plan()).rejects.toMatchObject(refusal(/no commit behind it was recorded healthy here.*--to.*--force/));
  });

  it('is refused where all that was healthy renders to what is there', async () => {
    const first = await release('1');
    const same = world().document('more');
    await note({ main: same }, first.commit);
    await expect(plan()).rejects.toMatchObject(refusal(/renders to what is there already/));
  });

  it('does not believe a record of what was never there, or is not on main', async () => {
    const good = await release('1');
    const never = world().release('2');
    const bad = await release('3', false);
    await note({ main: never, event: 'promoted', ...healthy }, bad.commit);
    world().source.setBranch('feature', mainOf(good));
    const aside = world().source.commit('feature', { 'apps/web/web.yaml': 'kind: Elsewhere\n' });
    await note({ main: aside, event: 'promoted', ...healthy }, good.commit);
    expect(await plan()).toMatchObject({ target: { main: mainOf(good) } });
  });
});
