import { describe, expect, it } from 'vitest';
import { deployedNow } from '../../../src/gitops/deployed-now.ts';
import { revertByHand } from '../../../src/gitops/revert-by-hand.ts';
import { useWorld } from '../activities/environment-world.ts';

const world = useWorld();

/** Promotes two commits, of which the second was recorded so long ago; then git shows the branch as `then` makes it. */
async function lookAfter(recordedMs: number, then: (before: string) => void) {
  const first = await world().deploy('promotion', world().release('1'));
  await world().note({ event: 'promoted', ...first.revision }, first.commit);
  const second = await world().deploy('promotion', world().release('2'));
  const time = new Date(Date.now() - recordedMs).toISOString();
  await world().note({ time, event: 'promoted', ...second.revision }, second.commit);
  then(first.commit);
  const { dependencies, place } = world();
  const intervals = { ...dependencies.intervals, commitPatienceMs: 120_000 };
  const now = await deployedNow(dependencies, place);
  const found = revertByHand({ ...dependencies, intervals }, place, { now, seenReverts: [] });
  return { found, moved: { from: second.revision.main, to: first.revision.main } };
}

const goBack = (before: string) => world().gitops.setBranch('qa', before);

describe('A branch that is where it was before what is recorded', () => {
  it('is no revert while git may be late, for as long as the settings say', async () => {
    const { found } = await lookAfter(60_000, goBack);
    await expect(found).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringContaining('looking again'),
    });
  });

  it('is one after that: somebody has pushed it back by force', async () => {
    const { found, moved } = await lookAfter(180_000, goBack);
    expect(await found).toMatchObject(moved);
  });

  it('is one at once where it has gone another way', async () => {
    const { found, moved } = await lookAfter(60_000, (before) => {
      world().gitops.setBranch('qa', before);
      world().gitops.commit('qa', { 'README.md': 'somewhere else\n' });
    });
    expect(await found).toMatchObject(moved);
  });
});
