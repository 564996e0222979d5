import { describe, expect, it } from 'vitest';
import { useWorld } from './environment-world.ts';

const world = useWorld();

const head = 'apiVersion: fairlead.dev/v1\nkind: Environment\n';
const cluster = (name: string, group: string) => `- { name: ${name}, group: ${group} }\n`;
const both = `${head}clusters:\n${cluster('c1', 'one')}${cluster('c2', 'two')}`;
const api = { 'apps/api/api.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: api }\n' };

/** Deploys two apps in two groups, and then changes the config branch as `change` says; answers what the render removes. */
async function removalsOf(change: Readonly<Record<string, string | null>>, policy = both) {
  const { source } = world();
  const main = source.commit('main', api);
  source.commit('qa', { 'one/apps/api/.gitkeep': '', 'two/apps/web/.gitkeep': '', 'fairlead.yaml': policy });
  await world().deploy('promotion', main, { policy: world().config });
  source.commit('qa', change);
  const rendered = await world().render('config change', undefined, { policy: world().config });
  if (rendered.kind !== 'changed') throw new Error(`it is ${JSON.stringify(rendered)}`);
  return rendered.removals;
}

describe('A render', () => {
  it('onto an empty branch removes nothing', async () => {
    world().source.commit('qa', { 'fairlead.yaml': `${head}clusters: none\nguard: { share: 0 }\n` });
    const rendered = await world().render('promotion', world().release('1'), { policy: world().config });
    expect(rendered).toMatchObject({ kind: 'changed' });
    expect(rendered).not.toHaveProperty('removals');
  });

  it('that removes more than a fifth says so', async () => {
    expect(await removalsOf({ 'one/apps/api/.gitkeep': null })).toEqual({
      removed: 1,
      before: 3,
      share: 0.2,
      objects: [],
      guarded: 0,
      groups: [],
      emptied: 0,
    });
  });

  it('removes what the policy allows, whatever config is rendered', async () => {
    expect(await removalsOf({ 'one/apps/api/.gitkeep': null }, `${both}guard: { share: 0.5 }\n`)).toBeUndefined();
    world().source.commit('qa', { 'fairlead.yaml': `${both}guard: { share: 0.5, kinds: [ConfigMap] }\n` });
    const rendered = await world().render('config change', undefined, { policy: world().config });
    expect(rendered).toMatchObject({ removals: { objects: ['ConfigMap main-apps-api'], guarded: 1 } });
    expect(await world().render('config change')).not.toHaveProperty('removals');
  });

  it('does not read files that are larger than any render, which somebody pushed', async () => {
    const { gitops, source } = world();
    source.commit('qa', { 'fairlead.yaml': `${head}clusters: none\nguard: { share: 0 }\n` });
    await world().deploy('promotion', world().release('1'), { policy: world().config });
    const space = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n';
    gitops.commit('qa', { 'one/apps/web/more.yaml': `${space}---\n${'#'.repeat(33 * 1024 * 1024)}\n` });
    const rendered = await world().render('promotion', world().release('2'), { policy: world().config });
    expect(rendered).toMatchObject({ kind: 'changed', lostEdits: ['one/apps/web/more.yaml'] });
    expect(rendered).not.toHaveProperty('removals');
  });

  it('counts objects of files that are larger than most', async () => {
    await world().deploy('promotion', world().release('1'), { policy: world().config });
    const space = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n';
    const large = `${space}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: large\ndata:\n  a: ${'x'.repeat(5 * 1024 * 1024)}\n`;
    world().gitops.commit('qa', { 'one/apps/large/large.yaml': large });
    const rendered = await world().render('promotion', world().release('2'), { policy: world().config });
    expect(rendered).toMatchObject({ removals: { removed: 2, objects: ['Namespace shop'] } });
  });

  it('from which the last assignment of a listed group goes is refused: Flux there would never be healthy', async () => {
    const taken = { 'two/apps/web/.gitkeep': null };
    await expect(removalsOf(taken, `${both}guard: { share: 1 }\n`)).rejects.toMatchObject({
      type: 'InvalidConfig',
      message: expect.stringMatching(
        /last leaf of the group two goes from qa, of which clusters are listed: c2\. .*put two\/kustomization\.yaml with/,
      ),
    });
    expect(world().gitops.head('configure/qa')).toBeUndefined();
  });

  it('is a rollback all the same where that is what going back means', async () => {
    const { source } = world();
    const config = source.commit('qa', { 'fairlead.yaml': `${head}clusters:\n${cluster('c1', 'one')}` });
    const first = await world().deploy('promotion', world().release('1'), { policy: config });
    source.commit('qa', { 'fairlead.yaml': `${both}guard: { share: 1 }\n`, 'two/apps/web/.gitkeep': '' });
    await world().deploy('config change', undefined, { policy: world().config });
    const back = { config: first.revision.config, configMayGoBack: true, policy: world().config };
    expect(await world().render('rollback', first.revision.main, back)).toMatchObject({
      kind: 'changed',
      removals: { groups: [{ group: 'two', clusters: 1, keeps: true }] },
    });
  });

  it('says nothing of that where others keep files in the folder, so that Flux finds it', async () => {
    world().gitops.commit('qa', {
      'two/flux-system/sync.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: sync }\n',
    });
    expect(await removalsOf({ 'two/apps/web/.gitkeep': null }, `${both}guard: { share: 1 }\n`)).toMatchObject({
      groups: [{ group: 'two', clusters: 1 }],
    });
    expect(world().gitops.git(['show', 'configure/qa:two/kustomization.yaml'])).toContain('- flux-system/sync.yaml');
  });

  it('of an emptied group leaves an empty kustomization there, until the group is taken off', async () => {
    const emptied = { 'two/apps/web/.gitkeep': null, 'two/kustomization.yaml': 'resources: []\n' };
    expect(await removalsOf(emptied, `${both}guard: { share: 1 }\n`)).toMatchObject({
      groups: [{ group: 'two', clusters: 1 }],
    });
    expect(world().gitops.git(['ls-tree', '-r', '--name-only', 'configure/qa', 'two/'])).toBe('two/kustomization.yaml');
    expect(world().gitops.git(['show', 'configure/qa:two/kustomization.yaml'])).toContain('resources: []');
    await world().deploy('config change', undefined, { policy: world().config });
    world().source.commit('qa', {
      'two/kustomization.yaml': null,
      'fairlead.yaml': `${head}clusters:\n${cluster('c1', 'one')}`,
    });
    const rendered = await world().render('config change', undefined, { policy: world().config });
    expect(rendered).toMatchObject({ kind: 'changed' });
    expect(rendered).not.toHaveProperty('removals');
    expect(world().gitops.git(['ls-tree', '-r', '--name-only', 'configure/qa'])).not.toContain('two/');
  });

  it('of a rollback says whether it is a config commit that removes it, which nobody has approved', async () => {
    const { source } = world();
    const policy = `${both}guard: { share: 1, kinds: [ConfigMap] }\n`;
    const first = source.commit('main', api);
    source.commit('qa', { 'one/apps/api/.gitkeep': '', 'two/apps/web/.gitkeep': '', 'fairlead.yaml': policy });
    await world().deploy('promotion', first, { policy: world().config });
    await world().deploy('promotion', world().release('2'), { policy: world().config });
    const back = () => world().render('rollback', first, { policy: world().config });
    expect(await back()).not.toHaveProperty('removals');
    source.commit('qa', { 'one/apps/api/.gitkeep': null });
    expect(await back()).toMatchObject({ removals: { guarded: 1, byConfig: true } });
    const config = await world().render('config change', undefined, { policy: world().config });
    expect(config).toMatchObject({ removals: { guarded: 1 } });
    expect(config).not.toHaveProperty('removals.byConfig');
  });

  it('of a rollback whose going back removes it needs no more, also beside a config commit that removes nothing', async () => {
    const { source } = world();
    const first = world().release('1');
    source.commit('qa', { 'fairlead.yaml': `${both}guard: { share: 0 }\n` });
    await world().deploy('promotion', first, { policy: world().config });
    const second = source.commit('main', api);
    source.commit('qa', { 'one/apps/api/.gitkeep': '' });
    await world().deploy('promotion', second, { policy: world().config });
    world().remark('nothing changes');
    const rendered = await world().render('rollback', first, { policy: world().config });
    expect(rendered).toMatchObject({ removals: { removed: 1 } });
    expect(rendered).not.toHaveProperty('removals.byConfig');
  });
});
