import { beforeEach, describe, expect, it } from 'vitest';
import type { ObservationOrder } from '../../../src/activities/lane/contract.ts';
import { observeLane } from '../../../src/activities/lane/observe-lane.ts';
import type { LaneObservation } from '../../../src/lane/types.ts';
import type { RecordEntry } from '../../../src/record/entry.ts';
import { useWorld } from '../activities/environment-world.ts';

const world = useWorld();

interface Deployment {
  readonly main: string;
  readonly commit: string;
}

let [first, second]: readonly Deployment[] = [];
const older = () => first ?? fail();
const newer = () => second ?? fail();

function fail(): never {
  throw new Error('outside of a test');
}

beforeEach(async () => {
  [first, second] = [await promote(world().release('1')), await promote(world().release('2'))];
});

/** Merged, and recorded as a promotion does. */
async function promote(main: string): Promise<Deployment> {
  const { revision, commit } = await world().deploy('promotion', main);
  await world().note({ ...revision }, commit);
  await world().note({ ...revision, event: 'promoted' }, commit);
  return { main, commit };
}

/** A person commits the branch's tree of that commit. */
function moveTo({ commit }: Deployment, branch = 'qa'): string {
  const { gitops } = world();
  const moved = gitops.git(['commit-tree', `${commit}^{tree}`, '-p', gitops.head(branch) ?? '', '-m', 'Revert']);
  gitops.setBranch(branch, moved);
  return moved;
}

async function found(more: Partial<ObservationOrder> = {}): Promise<LaneObservation['revert']> {
  const order = { ...world().place, entries: [], seenReverts: [], ...more };
  return (await observeLane(world().dependencies, order, Date)).revert;
}

function revertBy(commit: string): LaneObservation['revert'] {
  return { commit, by: 'Ada Lovelace', from: newer().main, to: older().main };
}

describe('A revert by hand', () => {
  it('is none while the branch holds what was recorded last', async () => {
    expect(await found()).toBeUndefined();
  });

  it('is told with its commit, its author, and both main commits', async () => {
    const moved = moveTo(older());
    expect(await found()).toEqual(revertBy(moved));
  });

  it('is the same whatever is committed on top of it', async () => {
    const moved = moveTo(older());
    world().gitops.commit('qa', { 'README.md': 'Reverted, see the chat.\n' });
    expect(await found()).toEqual(revertBy(moved));
  });

  it('is that of the branch where it came by a merge', async () => {
    const { gitops } = world();
    gitops.setBranch('revert', world().head);
    const reverting = moveTo(older(), 'revert');
    const parents = ['-p', world().head, '-p', reverting];
    const merge = gitops.git(['commit-tree', `${reverting}^{tree}`, ...parents, '-m', 'Merge the revert']);
    gitops.setBranch('qa', merge);
    expect(await found()).toEqual(revertBy(merge));
  });

  it('is told once', async () => {
    const moved = moveTo(older());
    expect(await found({ seenReverts: [moved] })).toBeUndefined();
    await promote(world().release('3'));
    const again = moveTo(older());
    expect(await found({ seenReverts: [moved] })).toMatchObject({ commit: again });
  });

  it('is not hidden by a config change on top of it', async () => {
    const moved = moveTo(older());
    world().configure('3');
    const { revision, commit } = await world().deploy('config change');
    expect(revision.main).toBe(older().main);
    await world().note({ ...revision, operation: 'config change' }, commit);
    await world().note({ ...revision, event: 'configured', operation: 'config change' }, commit);
    expect(await found()).toEqual(revertBy(moved));
  });

  it('takes back a promotion that had changed nothing, too', async () => {
    const main = world().document('more');
    const rendered = await world().render('promotion', main);
    if (rendered.kind !== 'unchanged') throw new Error(rendered.kind);
    await world().note({ ...rendered.revision });
    expect(await found()).toBeUndefined();
    const moved = moveTo(older());
    expect(await found()).toEqual({ ...revertBy(moved), from: main });
  });

  it('is none where a config change was merged under an unchanged promotion, and made its record void', async () => {
    const { source, head } = world();
    const main = source.commit('main', { 'apps/api/api.yaml': 'apiVersion: v1\nkind: ConfigMap\n' });
    const rendered = await world().render('promotion', main);
    if (rendered.kind !== 'unchanged') throw new Error(rendered.kind);
    source.commit('qa', { 'one/apps/api/.gitkeep': '' });
    world().configure('3');
    await world().deploy('config change');
    await world().note({ ...rendered.revision }, head);
    expect((await world().deployed())?.revision.main).toBe(newer().main);
    expect(await found()).toBeUndefined();
  });

  it('is no rollback, neither while it runs nor after it was recorded', async () => {
    const { revision, commit } = await world().deploy('rollback', older().main);
    const rollback = {
      id: 'r',
      operation: 'rollback',
      main: older().main,
      workflowId: 'r',
      firstRunId: 'run',
    } as const;
    world().running.add('r');
    expect(await found({ entries: [rollback] })).toBeUndefined();
    world().running.delete('r');
    expect(await found({ entries: [rollback] })).toMatchObject({ commit });
    await world().note({ ...revision, operation: 'rollback' }, commit);
    expect(await found()).toBeUndefined();
  });

  it('is no promotion that is not recorded yet', async () => {
    await world().deploy('promotion', world().release('3'));
    expect(await found()).toBeUndefined();
  });
});

describe('A revert by a forced push', () => {
  it('is known by the commit that is gone, and stays one whatever comes on top', async () => {
    world().gitops.setBranch('qa', older().commit);
    const revert = await found();
    expect(revert).toMatchObject({ commit: newer().commit, from: newer().main, to: older().main });
    world().gitops.commit('qa', { 'README.md': 'Pushed.\n' });
    expect(await found({ seenReverts: [newer().commit] })).toBeUndefined();
    expect(await found()).toMatchObject({ commit: newer().commit, by: 'Ada Lovelace' });
  });

  it('is not suspected within seconds of the record: a forge may show its branch later', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('3'));
    await world().note({ ...revision, time: new Date(Date.now() + 60_000).toISOString() }, commit);
    world().gitops.setBranch('qa', newer().commit);
    await expect(found()).rejects.toMatchObject({ type: 'Unavailable' });
  });

  it('is not waited for where the record is of a time to come', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('3'));
    await world().note({ ...revision, time: '2099-01-01T00:00:00.000Z' }, commit);
    world().gitops.setBranch('qa', newer().commit);
    expect(await found()).toMatchObject({ commit });
  });
});

describe('A forged record', () => {
  const forge = (entry: Partial<RecordEntry>) => world().note({ config: world().config, ...entry }, newer().commit);

  it('of a commit that is not on main says nothing', async () => {
    world().source.setBranch('feature', newer().main);
    await forge({ main: world().source.commit('feature', { 'apps/web/more.yaml': 'x: 1\n' }) });
    expect(await found()).toBeUndefined();
    const moved = moveTo(older());
    expect(await found()).toEqual(revertBy(moved));
  });

  it('of a commit that was never deployed here says nothing', async () => {
    await forge({ main: world().release('3') });
    expect(await found()).toBeUndefined();
  });
});
