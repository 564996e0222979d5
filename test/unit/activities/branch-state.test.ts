import { describe, expect, it } from 'vitest';
import { branchState } from '../../../src/activities/branch-state.ts';
import type { Revision } from '../../../src/promotion/status.ts';
import { useWorld } from './environment-world.ts';

const world = useWorld();

/** As of a rollout of this pair from that commit of the branch on. */
function state({ main, config }: Revision, commit: string) {
  const deadline = '2030-01-01T00:00:00.000Z';
  return branchState(world().parts, { ...world().place, main, config, commit, deadline, phase: 'rollout' });
}

describe('The branch during a rollout', () => {
  it('of an unchanged promotion stays current when a config change with its main commit is merged on top', async () => {
    const { revision, commit } = await world().deploy('promote', world().release('1'));
    const main = world().document('more');
    await world().note({ ...revision, main }, commit);
    expect(await state({ ...revision, main }, commit)).toMatchObject({ kind: 'current', configChanged: false });
    world().configure('3');
    const { commit: onTop } = await world().deploy('configure');
    const found = await state({ ...revision, main }, commit);
    expect(found).toMatchObject({ kind: 'current', configChanged: true });
    expect(found.kind === 'current' && found.acceptable.has(onTop)).toBe(true);
  });

  it('of an unchanged promotion stays current when hands commit to it', async () => {
    const { revision, commit } = await world().deploy('promote', world().release('1'));
    const main = world().document('more');
    const byHand = world().gitops.commit('qa', { 'README.md': 'by hand' });
    const found = await state({ ...revision, main }, commit);
    expect(found.kind === 'current' && [...found.acceptable]).toEqual([commit, byHand]);
  });

  it('is overtaken by a newer main commit, also of a config change, and reverted by an older one', async () => {
    const first = await world().deploy('promote', world().release('1'));
    const second = await world().deploy('promote', world().release('2'));
    expect(await state(first.revision, first.commit)).toEqual({ kind: 'overtaken', deployed: second.revision.main });
    await world().forge.revertBy('ann', second.commit, 'qa');
    expect(await state(second.revision, second.commit)).toEqual({ kind: 'reverted', deployed: first.revision.main });
  });
});
