import { describe, expect, it } from 'vitest';
import type { MergeMethod } from '../../../fakes/github/model.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { gitTestEnvironment, temporaryDirectory } from '../../support/git.ts';
import { useWorld } from '../activities/environment-world.ts';

const world = useWorld();

describe('What is deployed', () => {
  it('is unknown where nothing of ours is', async () => {
    expect(await world().deployed()).toBeUndefined();
  });

  it.each<MergeMethod>(['merge', 'squash', 'rebase'])('is what the branch names after a %s', async (method) => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'), { method });
    await world().note({ ...revision }, commit);
    await world().note({ ...revision, event: 'promoted' }, commit);
    expect(await world().deployed()).toMatchObject({ revision, ignoredNotes: [] });
    expect((await world().deployed())?.record).toBeUndefined();
  });

  it('is found without a render where no record names another pair, however long the record is', async () => {
    for (const version of ['1', '2', '3']) {
      const { revision, commit } = await world().deploy('promotion', world().release(version));
      await world().note({ ...revision }, commit);
    }
    const before = world().renders;
    expect(await world().deployed()).toMatchObject({ revision: { main: world().source.head('main') } });
    expect(world().renders).toBe(before);
  });
});

describe('A promotion that changed nothing', () => {
  async function unchanged() {
    const first = await world().deploy('promotion', world().release('1'));
    await world().note({ ...first.revision }, first.commit);
    const main = world().document('more');
    const rendered = await world().render('promotion', main);
    if (rendered.kind !== 'unchanged') throw new Error(`${rendered.kind}`);
    return { first, later: rendered.revision };
  }

  it('is remembered by its record', async () => {
    const { first, later } = await unchanged();
    const noted = await world().note({ ...later }, first.commit);
    expect(await world().deployed()).toMatchObject({
      revision: later,
      provenance: { revision: first.revision },
      record: { ...noted, commit: first.commit },
      ignoredNotes: [],
    });
  });

  it('is known to whoever starts with nothing but a clone', async () => {
    const { first, later } = await unchanged();
    await world().note({ ...later }, first.commit);
    const { path: cacheDir, remove } = temporaryDirectory('clone');
    const repositories = createGitRepositories({ cacheDir, environment: gitTestEnvironment });
    expect(await world().deployed({ ...world().dependencies, repositories })).toMatchObject({ revision: later });
    remove();
  });

  it('stays remembered after commits that people made on the branch, also when they merged the wrong way round', async () => {
    const { first, later } = await unchanged();
    await world().note({ ...later }, first.commit);
    world().gitops.commit('qa', { 'one/apps/web/web.yaml': 'by hand\n' });
    expect(await world().deployed()).toMatchObject({ revision: later });
    const beforeIt = world().gitops.git(['rev-parse', `${first.commit}^1`]);
    world().gitops.setBranch('side', beforeIt);
    const side = world().gitops.commit('side', { 'notes.txt': 'mine\n' });
    const tree = world().gitops.git(['rev-parse', 'qa^{tree}']);
    const foxtrot = world().gitops.git(['commit-tree', tree, '-p', side, '-p', world().head, '-m', 'Merge qa']);
    world().gitops.setBranch('qa', foxtrot);
    expect(await world().deployed()).toMatchObject({ revision: later });
  });

  it('goes on with the config that is merged after it', async () => {
    const { first, later } = await unchanged();
    await world().note({ ...later }, first.commit);
    world().configure('3');
    const { revision } = await world().deploy('config change');
    expect(revision).toEqual({ main: later.main, config: world().config });
    expect(await world().deployed()).toMatchObject({ revision, ignoredNotes: [] });
    expect((await world().deployed())?.record).toBeUndefined();
  });

  it('is not forgotten when a config change that does not know of it is merged at the same time', async () => {
    const { first, later } = await unchanged();
    const config = world().configure('3');
    await world().deploy('config change');
    await world().note({ ...later }, first.commit);
    expect(await world().deployed()).toMatchObject({ revision: { main: later.main, config }, ignoredNotes: [] });
  });

  it('ends with the revert of the merge that it stood on', async () => {
    const before = await world().deploy('promotion', world().release('0.9'));
    const { first, later } = await unchanged();
    await world().note({ ...later }, first.commit);
    await world().forge.revertBy('ann', first.commit, 'qa');
    expect(await world().deployed()).toMatchObject({ revision: before.revision, ignoredNotes: [] });
  });

  it('is taken back by a rollback alone, not by an older record that comes late', async () => {
    const { first, later } = await unchanged();
    await world().note({ ...later }, first.commit);
    await world().note({ ...first.revision, event: 'promoted' }, first.commit);
    expect(await world().deployed()).toMatchObject({ revision: later });
    await world().note({ ...first.revision, operation: 'rollback' }, first.commit);
    expect(await world().deployed()).toMatchObject({ revision: first.revision, ignoredNotes: [] });
    await world().note({ ...later }, first.commit);
    expect(await world().deployed()).toMatchObject({ revision: later });
  });

  it('is the newest of several, in whatever order they were recorded', async () => {
    const { first, later } = await unchanged();
    const config = world().remark('values are fine');
    const newest = world().document('even more');
    await world().note({ main: newest, config: first.revision.config }, first.commit);
    await world().note({ ...later }, first.commit);
    await world().note({ ...first.revision, config, operation: 'config change' }, first.commit);
    expect(await world().deployed()).toMatchObject({ revision: { main: newest, config }, ignoredNotes: [] });
  });
});

describe('A config that went back', () => {
  it('is not brought forward again by what was recorded before', async () => {
    const first = await world().deploy('promotion', world().release('1'));
    world().remark('later');
    const later = await world().deploy('config change', undefined, { config: world().configure('2') });
    await world().note({ ...later.revision, operation: 'config change' }, later.commit);
    const back = await world().deploy('rollback', first.revision.main, {
      config: first.revision.config,
      configMayGoBack: true,
    });
    expect(await world().deployed()).toMatchObject({ revision: back.revision, ignoredNotes: [] });
    expect(back.revision).toEqual(first.revision);
  });
});

describe('A forged note', () => {
  async function deployed() {
    const older = world().release('0.9');
    const first = await world().deploy('promotion', world().release('1'));
    await world().note({ ...first.revision }, first.commit);
    return { older, ...first };
  }

  async function ignored(revision: { main: string; config: string }, words: RegExp) {
    const found = await world().deployed();
    expect(found).toMatchObject({ revision });
    expect(found?.record).toBeUndefined();
    expect(found?.ignoredNotes).toEqual([expect.stringMatching(words)]);
  }

  it('that names a commit beside main is ignored and reported', async () => {
    const { revision, commit } = await deployed();
    world().source.setBranch('side', world().source.head('main') ?? '');
    const main = world().source.commit('side', { 'README.md': 'not reviewed' });
    await world().note({ ...revision, main }, commit);
    await ignored(revision, new RegExp(`names main ${main.slice(0, 8)} .*is not on main`));
  });

  it('that names a commit that nobody has is ignored and reported', async () => {
    const { revision, commit } = await deployed();
    await world().note({ ...revision, main: 'd'.repeat(40) }, commit);
    await ignored(revision, /names main dddddddd .*does not descend/);
  });

  it('that names an older commit is ignored and reported', async () => {
    const { older, revision, commit } = await deployed();
    await world().note({ ...revision, main: older }, commit);
    await ignored(revision, /does not descend/);
  });

  it('that names an older commit as a rollback is, too', async () => {
    const { older, revision, commit } = await deployed();
    await world().note({ ...revision, main: older, operation: 'rollback' }, commit);
    await ignored(revision, /does not descend/);
  });

  it('that names a commit which renders to something else is ignored and reported', async () => {
    const { revision, commit } = await deployed();
    await world().note({ ...revision, main: world().release('2') }, commit);
    await ignored(revision, /does not render to what is there/);
  });

  it('that names an unrelated config is ignored and reported', async () => {
    const { revision, commit } = await deployed();
    const config = world().source.commit('other', { 'README.md': 'x' });
    await world().note({ ...revision, main: world().document('more'), config }, commit);
    await ignored(revision, /config unrelated/);
  });

  it('on a commit that is not on the branch, or further back than the last change of main, says nothing', async () => {
    const { commit } = await deployed();
    const main = world().document('more');
    const { revision } = await world().deploy('promotion', world().release('2'));
    await world().note({ ...revision, main: world().document('even more') }, commit);
    await world().note({ ...revision, main }, 'd'.repeat(40));
    const found = await world().deployed();
    expect(found).toMatchObject({ revision, ignoredNotes: [] });
    expect(found?.record).toBeUndefined();
  });

  it('does not hide one that checks out', async () => {
    const { revision, commit } = await deployed();
    const main = world().document('more');
    await world().note({ ...revision, main }, commit);
    await world().note({ ...revision, main: world().release('2') }, commit);
    expect(await world().deployed()).toMatchObject({
      revision: { ...revision, main },
      ignoredNotes: [expect.stringContaining('does not render')],
    });
  });

  it('of many is reported five times', async () => {
    const { revision, commit } = await deployed();
    for (let digit = 0; digit < 8; digit++) await world().note({ ...revision, main: `${digit}`.repeat(40) }, commit);
    expect((await world().deployed())?.ignoredNotes).toHaveLength(5);
  });
});
