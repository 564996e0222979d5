import { describe, expect, it } from 'vitest';
import { branchState } from '../../../src/gitops/branch-state.ts';
import { earlierCommitsOf, mostEarlierCommits } from '../../../src/gitops/leaves/earlier-commits.ts';
import type { Revision } from '../../../src/operation/status.ts';
import { useWorld } from '../activities/environment-world.ts';
import { shortLook } from '../activities/rollout/short-look.ts';

const world = useWorld();
const clusters = { total: 2, healthy: 2 };

/** The commits whose objects may be left on a cluster after this deployment, newest first. */
async function earlier(
  { revision, commit }: { readonly revision: Revision; readonly commit: string },
  cluster = 'one',
) {
  const { dependencies, place } = world();
  const order = { ...place, operation: 'promotion', main: revision.main, commit } as const;
  const found = await branchState(dependencies, order, shortLook);
  if (found.kind !== 'current') throw new Error(found.kind);
  return earlierCommitsOf(cluster, found.earlier).map((each) => each.commit);
}

/** Deploys so many releases, one after the other. */
async function releases(count: number) {
  const all: Awaited<ReturnType<ReturnType<typeof world>['deploy']>>[] = [];
  for (let each = 1; each <= count; each += 1)
    all.push(await world().deploy('promotion', world().release(String(each))));
  return all as [(typeof all)[number], ...typeof all];
}

describe('What Flux may have applied before', () => {
  it('goes back to the last commit that was recorded healthy', async () => {
    const [first, second, third, fourth] = await releases(4);
    await world().note({ event: 'promoted', ...first.revision, clusters }, first.commit);
    await world().note({ event: 'promoted', ...second?.revision, clusters }, second?.commit);
    await world().note({ event: 'given up', ...third?.revision }, third?.commit);
    expect(fourth && (await earlier(fourth))).toEqual([third?.commit, second?.commit]);
  });

  it('counts the parent, though the awaited commit itself was healthy before', async () => {
    const [first, second] = await releases(2);
    await world().note({ event: 'promoted', ...first.revision, clusters }, first.commit);
    await world().note({ event: 'promoted', ...second?.revision, clusters }, second?.commit);
    expect(second && (await earlier(second))).toEqual([first.commit]);
  });

  it('goes further back for a cluster that was left out', async () => {
    const [first, second, third] = await releases(3);
    await world().note({ event: 'promoted', ...first.revision, clusters }, first.commit);
    const without = { clusters: { total: 2, healthy: 1 }, leftOut: ['two'] };
    await world().note({ event: 'promoted', ...second?.revision, ...without }, second?.commit);
    expect(third && (await earlier(third, 'two'))).toEqual([second?.commit, first.commit]);
    expect(third && (await earlier(third, 'one'))).toEqual([second?.commit]);
  });

  it('believes no entry that names another pair than its commit, or too few healthy clusters', async () => {
    const [first, second, third] = await releases(3);
    await world().note({ event: 'promoted', ...first.revision, clusters }, second?.commit);
    await world().note({ event: 'accepted', ...second?.revision, clusters: { total: 2, healthy: 1 } }, second?.commit);
    expect(third && (await earlier(third))).toEqual([second?.commit, first.commit]);
  });

  it('includes what was merged on top of the awaited commit, and is bounded', async () => {
    const first = await world().deploy('promotion', world().release('1'));
    world().configure('1');
    const change = await world().deploy('config change');
    world().configure('2');
    await world().deploy('config change');
    expect(await earlier(first)).toEqual([change.commit, first.commit]);
    for (let each = 0; each < mostEarlierCommits; each += 1) world().gitops.commit('qa', { 'README.md': `${each}` });
    expect(await earlier(first)).toHaveLength(mostEarlierCommits);
  });
});
