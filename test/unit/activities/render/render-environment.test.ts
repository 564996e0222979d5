import { describe, expect, it } from 'vitest';
import { botIdentity } from '../../../../src/git/identity.ts';
import { provenancePath } from '../../../../src/render/layout/provenance.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();

describe('Rendering a config change', () => {
  it('says that nothing is promoted yet where no main commit is deployed', async () => {
    world().release('1');
    expect(await world().render('config change')).toEqual({ kind: 'nothing promoted yet' });
  });

  it('takes the main commit that is deployed, not the head of main, and tells of both commits', async () => {
    const { revision } = await world().deploy('promotion', world().release('1'));
    world().release('2');
    const config = world().configure('3');
    const rendered = await world().render('config change');
    expect(rendered).toMatchObject({
      kind: 'changed',
      revision: { main: revision.main, config },
      branch: 'configure/qa',
      base: world().head,
      deployed: revision,
      ignoredNotes: [],
    });
    const message = world().gitops.git(['log', '-1', '--format=%B', 'configure/qa']);
    expect(message).toBe(`Configure qa: Use 3\n\nMain: ${revision.main}\nConfig: ${config}`);
  });

  it('takes the main commit that only the record knows', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    const main = world().document('more');
    await world().note({ ...revision, main }, commit);
    world().configure('3');
    expect(await world().render('config change')).toMatchObject({
      kind: 'changed',
      revision: { main },
      deployed: { main },
      recordHead: world().notesHead,
    });
  });

  it('takes what is about to be recorded only as long as that would take the place of what is deployed', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    const pending = world().document('more');
    const order = { over: revision.main };
    world().configure('3');
    expect(await world().render('config change', pending, order)).toMatchObject({ revision: { main: pending } });
    const main = world().document('even more');
    await world().note({ ...revision, main }, commit);
    expect(await world().render('config change', pending, order)).toMatchObject({ revision: { main } });
  });

  it('uses one branch for all of them', async () => {
    await world().deploy('promotion', world().release('1'));
    world().configure('3');
    const first = await world().render('config change');
    world().configure('4');
    const second = await world().render('config change');
    expect(second).toMatchObject({
      kind: 'changed',
      branch: 'configure/qa',
      commit: world().gitops.head('configure/qa'),
    });
    expect(second).not.toMatchObject({ commit: first.kind === 'changed' && first.commit });
  });

  it('leaves a branch alone that somebody else committed to', async () => {
    await world().deploy('promotion', world().release('1'));
    world().configure('3');
    await world().render('config change');
    world().gitops.commit('configure/qa', { 'one/apps/web/web.yaml': 'mine\n' });
    world().configure('4');
    expect(await world().render('config change')).toEqual({
      kind: 'foreign push',
      branch: 'configure/qa',
      by: 'Ada Lovelace',
    });
  });
});

describe("A push to our branch under Fairlead's name", () => {
  const branch = 'configure/qa';
  const file = 'one/apps/web/web.yaml';

  function commitAsBot(change: Readonly<Record<string, string>>, message: string): string {
    const { gitops } = world();
    const mine = gitops.git(['cat-file', 'commit', gitops.commit(branch, change, { message })]);
    const person = /^(author|committer) [^<]+<[^>]+>/gm;
    const text = mine.replace(person, `$1 ${botIdentity.name} <${botIdentity.email}>`);
    const sha = gitops.git(['hash-object', '-t', 'commit', '-w', '--stdin'], `${text}\n`);
    gitops.setBranch(branch, sha);
    return sha;
  }

  it('is overwritten, and what was in it is named', async () => {
    await world().deploy('promotion', world().release('1'));
    world().configure('3');
    const first = await world().render('config change');
    const pushed = first.kind === 'changed' ? first.commit : '';
    const trailers = world().gitops.git(['show', '--no-patch', '--format=%b', pushed]);
    const change = { [file]: 'image: evil\n', 'flux-system/x.yaml': 'kind: X\n' };
    const forged = commitAsBot(change, `Configure qa: more\n\n${trailers}`);
    expect(await world().render('config change', undefined, { pushed })).toMatchObject({
      kind: 'changed',
      commit: pushed,
      overwritten: [
        expect.stringMatching(
          new RegExp(
            `^${forged} on ${branch} carries.*overwritten: "Configure qa: more", which changed flux.*, ${file}`,
          ),
        ),
      ],
    });
    expect(world().gitops.head(branch)).toBe(pushed);
  });

  it('is planned apart from the event loop, whatever pair it names', async () => {
    await world().deploy('promotion', world().release('1'));
    world().configure('3');
    await world().render('config change');
    const main = world().release('poisoned');
    const forged = (await world().propose('promotion', main)).rendered;
    const trailers = world().gitops.git(['show', '--no-patch', '--format=%b', forged.commit]);
    const provenance = world().gitops.git(['show', `${forged.commit}:${provenancePath}`]);
    commitAsBot({ [provenancePath]: provenance }, `Configure qa: more\n\n${trailers}`);
    world().planned.length = 0;
    await world().render('config change');
    expect(world().planned).toContain(main);
  });

  it('is not told where it is our own, also by one that does not know what it pushed', async () => {
    await world().deploy('promotion', world().release('1'));
    world().configure('3');
    const first = await world().render('config change');
    world().configure('4');
    for (const pushed of [undefined, first.kind === 'changed' ? first.commit : '']) {
      const next = await world().render('config change', undefined, { pushed });
      expect(next).toMatchObject({ kind: 'changed' });
      expect(next).not.toHaveProperty('overwritten');
      world().configure(`5${pushed}`);
    }
  });
});

describe('A render that changes no manifest', () => {
  it('is unchanged, with the pair that is to be recorded and the head that it is about', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    const config = world().remark('fine');
    const main = world().document('more');
    const expected = { kind: 'unchanged', base: commit, deployed: revision, ignoredNotes: [], waiting: [] };
    expect(await world().render('promotion', main)).toEqual({ ...expected, revision: { main, config } });
    expect(await world().render('config change')).toEqual({ ...expected, revision: { ...revision, config } });
    expect(await world().render('promotion', revision.main, { config: revision.config })).toEqual({
      ...expected,
      revision,
    });
  });

  it('needs a request all the same where only hands have brought the branch there', async () => {
    const { rendered } = await world().propose('promotion', world().release('1'));
    await world().forge.mergeBy('ann', 1, 'merge');
    const main = world().release('2');
    const next = await world().render('promotion', main);
    if (next.kind !== 'changed') throw new Error(next.kind);
    const file = 'one/apps/web/web.yaml';
    world().gitops.commit('qa', { [file]: `${world().gitops.git(['show', `${next.commit}:${file}`])}\n` });
    expect(await world().render('promotion', main)).toMatchObject({ kind: 'changed', deployed: rendered.revision });
  });

  it('needs a request to go back behind what the branch names, because no record may say that', async () => {
    const first = world().release('1');
    const { revision } = await world().deploy('promotion', world().document('more'));
    expect(await world().render('rollback', first)).toMatchObject({ kind: 'changed', revision: { main: first } });
    const { revision: back } = await world().deploy('rollback', first);
    expect(await world().deployed()).toMatchObject({ revision: back, provenance: { revision: back } });
    expect(back).toEqual({ ...revision, main: first });
  });

  it('needs none to go back from what only the record names', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    const main = world().document('more');
    await world().note({ ...revision, main }, commit);
    expect(await world().render('rollback', revision.main)).toMatchObject({
      kind: 'unchanged',
      revision,
      deployed: { ...revision, main },
    });
  });
});

describe('Rendering a promotion', () => {
  it('is superseded by a newer main commit that only the record names', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    const between = world().document('more');
    const main = world().document('even more');
    await world().note({ ...revision, main }, commit);
    expect(await world().render('promotion', between)).toEqual({ kind: 'superseded', by: main });
    expect(await world().render('rollback', between)).toMatchObject({ kind: 'unchanged' });
  });

  it('is unrelated to what is deployed when main was rewritten', async () => {
    const { revision } = await world().deploy('promotion', world().release('1'));
    world().source.setBranch('main', world().source.git(['rev-parse', 'main~1']));
    expect(await world().render('promotion', world().release('other'))).toEqual({
      kind: 'unrelated',
      deployed: revision.main,
    });
  });

  it('tells of notes that do not check out', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    const main = world().release('2');
    await world().note({ ...revision, main }, commit);
    expect(await world().render('promotion', main)).toMatchObject({
      kind: 'changed',
      deployed: revision,
      ignoredNotes: [expect.stringContaining('does not render')],
    });
  });

  it('tells fifty of the assignments that wait for main, and of a long name the beginning and the end', async () => {
    const name = (index: number) => `${'x'.repeat(150)}/${'y'.repeat(150)}/app-${index}`;
    const main = world().release('1');
    const names = Array.from({ length: 60 }, (_, index) => name(index));
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: later }\n';
    world().source.commit('main', Object.fromEntries(names.map((each) => [`${each}/map.yaml`, map])));
    world().source.commit('qa', Object.fromEntries(names.map((each) => [`one/${each}/.gitkeep`, ''])));
    const config = world().source.head('qa') ?? '';
    const rendered = await world().render('promotion', main, { config });
    const waiting = 'waiting' in rendered ? rendered.waiting : [];
    expect(waiting).toHaveLength(50);
    for (const each of waiting) expect(each).toMatch(/^one\/x+…y+\/app-\d+$/);
    expect(Math.max(...waiting.map((each) => each.length))).toBeLessThanOrEqual(300);
  });

  it('gives the same commit twice', async () => {
    const main = world().release('1');
    const first = await world().render('promotion', main);
    // Only the first one made the branch of the request.
    expect(await world().render('promotion', main)).toEqual({ ...first, isNewBranch: undefined });
  });
});

describe('A config commit older than the deployed one', () => {
  it('is overtaken, whatever the operation', async () => {
    const old = world().config;
    const config = world().configure('3');
    const { revision } = await world().deploy('promotion', world().release('1'));
    const overtaken = { kind: 'config overtaken', deployed: config };
    expect(await world().render('config change', undefined, { config: old })).toEqual(overtaken);
    expect(await world().render('promotion', world().release('2'), { config: old })).toEqual(overtaken);
    expect(await world().render('rollback', revision.main, { config: old })).toEqual(overtaken);
  });

  it('is rendered where a rollback to a recorded pair asks for it', async () => {
    const old = world().config;
    world().configure('3');
    const { revision } = await world().deploy('promotion', world().release('1'));
    const order = { config: old, configMayGoBack: true };
    expect(await world().render('rollback', revision.main, order)).toMatchObject({ kind: 'changed' });
  });

  it('is rendered where the config branch was set back to it', async () => {
    const old = world().config;
    world().configure('3');
    const { revision } = await world().deploy('promotion', world().release('1'));
    world().source.setBranch('qa', old);
    expect(await world().render('config change')).toMatchObject({
      kind: 'changed',
      revision: { main: revision.main, config: old },
    });
  });
});
