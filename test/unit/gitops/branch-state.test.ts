import { describe, expect, it } from 'vitest';
import { createGitRunner } from '../../../src/git/process/process.ts';
import { createGitRepositories } from '../../../src/git/repositories.ts';
import { branchState } from '../../../src/gitops/branch-state.ts';
import type { OperationKind } from '../../../src/operation/kind.ts';
import type { Revision } from '../../../src/operation/status.ts';
import { gitTestEnvironment, temporaryDirectory } from '../../support/git.ts';
import { useWorld } from '../activities/environment-world.ts';
import { shortLook } from '../activities/rollout/short-look.ts';

const world = useWorld();

/** As of a rollout of this pair from that commit of the branch on. */
function state({ main }: Revision, commit: string, operation: OperationKind = 'promotion') {
  return branchState(world().dependencies, { ...world().place, operation, main, commit }, shortLook);
}

/** Which of these commits a cluster may be at, and which count for its health. */
async function evidence(revision: Revision, commit: string, commits: readonly string[]) {
  const found = await state(revision, commit);
  if (found.kind !== 'current') throw new Error(found.kind);
  const among = (known: ReadonlySet<string>) => commits.filter((each) => known.has(each));
  return { acceptable: among(found.acceptable), evident: among(found.evident) };
}

describe('The branch during a rollout', () => {
  it('is behind where git shows it as it was before the merge, and rewritten where it went another way', async () => {
    const { gitops } = world();
    const before = await world().deploy('promotion', world().release('1'));
    const { revision, commit } = await world().deploy('promotion', world().release('2'));
    gitops.setBranch('qa', before.commit);
    expect(await state(revision, commit)).toEqual({ kind: 'behind' });
    gitops.commit('qa', { 'README.md': 'another way' });
    await expect(state(revision, commit)).rejects.toMatchObject({ type: 'Refused', retryable: false });
  });

  it('is behind where git does not have the merge at all yet', async () => {
    const { revision } = await world().deploy('promotion', world().release('1'));
    expect(await state(revision, '1'.repeat(40))).toEqual({ kind: 'behind' });
  });

  it('of an unchanged promotion stays current when a config change with its main commit is merged on top', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    const main = world().document('more');
    await world().note({ ...revision, main }, commit);
    expect(await state({ ...revision, main }, commit)).toMatchObject({ kind: 'current', configChanged: false });
    world().configure('3');
    const { commit: onTop } = await world().deploy('config change');
    const found = await state({ ...revision, main }, commit);
    expect(found).toMatchObject({ kind: 'current', configChanged: true });
    expect(found.kind === 'current' && found.acceptable.has(onTop)).toBe(true);
  });

  it('of an unchanged promotion stays current when hands commit to it', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    const main = world().document('more');
    const byHand = world().gitops.commit('qa', { 'README.md': 'by hand' });
    const found = await state({ ...revision, main }, commit);
    expect(found.kind === 'current' && [...found.acceptable]).toEqual([commit, byHand]);
    expect(found.kind === 'current' && [...found.evident]).toEqual([commit, byHand]);
    expect(found).toHaveProperty('seen', undefined);
  });

  it('counts health for the config that is there now alone, and says which that is', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    const config = world().configure('3');
    const { commit: onTop } = await world().deploy('config change');
    expect(await state(revision, commit)).toMatchObject({ configChanged: true, seen: { config, commit: onTop } });
    expect(await evidence(revision, commit, [commit, onTop])).toEqual({
      acceptable: [commit, onTop],
      evident: [onTop],
    });
    await world().forge.revertBy('ann', onTop, 'qa');
    expect(await state(revision, commit)).toHaveProperty('seen', undefined);
    const { evident } = await evidence(revision, commit, [commit, onTop, world().head]);
    expect(evident).toEqual([commit, world().head]);
  });

  it('of a config change is taken back by an older config, with whatever main commit', async () => {
    const first = await world().deploy('promotion', world().release('1'));
    world().configure('3');
    const change = await world().deploy('config change');
    expect(await state(change.revision, change.commit, 'config change')).toMatchObject({ kind: 'current' });
    await world().forge.revertBy('ann', change.commit, 'qa');
    const { config: deployed } = first.revision;
    expect(await state(change.revision, change.commit, 'config change')).toEqual({ kind: 'config reverted', deployed });
    world().source.setBranch('qa', deployed);
    const next = await world().deploy('promotion', world().release('2'), { configMayGoBack: true });
    expect(next.revision.config).toBe(deployed);
    expect(await state(change.revision, change.commit, 'config change')).toMatchObject({ kind: 'config reverted' });
  });

  it('of an unchanged promotion forgets it when a config change without it, in whose light it differs, is merged', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    // Nobody is assigned to the new base yet.
    const main = world().source.commit('main', { 'apps/api/api.yaml': 'apiVersion: v1\nkind: ConfigMap\n' });
    await world().render('promotion', main);
    world().configure('3');
    world().source.commit('qa', { 'one/apps/api/.gitkeep': '' });
    const { number } = await world().propose('config change');
    await world().note({ ...revision, main }, commit);
    await world().forge.mergeBy('ann', number, 'merge');
    expect(await state({ ...revision, main }, commit)).toEqual({ kind: 'forgotten' });
  });

  it('is overtaken by a newer main commit, also of a config change, and reverted by an older one', async () => {
    const first = await world().deploy('promotion', world().release('1'));
    const second = await world().deploy('promotion', world().release('2'));
    expect(await state(first.revision, first.commit)).toEqual({ kind: 'overtaken', deployed: second.revision.main });
    await world().forge.revertBy('ann', second.commit, 'qa');
    expect(await state(second.revision, second.commit)).toEqual({ kind: 'reverted', deployed: first.revision.main });
  });

  it('is read one commit after the other, however many were merged since, and large files of theirs not ahead', async () => {
    const { gitops, dependencies } = world();
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    const provenance = gitops.git(['show', `qa:.fairlead/provenance.yaml`]);
    for (let each = 0; each < 12; each += 1)
      gitops.commit('qa', { '.fairlead/provenance.yaml': `${provenance}\n#${each} ${' '.repeat(200_000)}\n` });
    const told = { now: 0, most: 0 };
    const real = createGitRunner();
    const run: typeof real = async (command) => {
      told.now += 1;
      told.most = Math.max(told.most, told.now);
      return await real(command).finally(() => {
        told.now -= 1;
      });
    };
    const directory = temporaryDirectory('counting');
    const repositories = createGitRepositories({ cacheDir: directory.path, environment: gitTestEnvironment, run });
    const order = { ...world().place, operation: 'promotion', main: revision.main, commit } as const;
    expect(await branchState({ ...dependencies, repositories }, order, shortLook)).toMatchObject({ kind: 'current' });
    expect(told.most).toBeLessThan(6);
    directory.remove();
  });
});
