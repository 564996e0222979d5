import { afterEach, beforeEach, expect, test } from 'vitest';
import { platformId } from '../../../../src/platform/repository/platform-id.ts';
import { environmentFile } from '../platform-repository.ts';
import { at, createWorld, healthy, helpers, sha, type World } from './environment-world.ts';

let world: World;

beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.close());

const { noteOf, promote, rowOf } = helpers(() => world);

test('the table has the environments in the order of the stages: what is deployed, promoted and left to do', async () => {
  const { main, config } = await promote('dev');
  world.change('large');
  world.change('huge');
  world.source.commit('dev', { 'NOTES.md': 'Values of dev.\n' });
  expect(await world.run(['environments'])).toEqual({
    code: 0,
    out: `${[
      'ENVIRONMENT  MAIN      BEHIND  CONFIG               PROMOTED  HEALTH                                 HOLD  REQUESTS',
      `dev          ${sha(main)}  2       ${sha(config)} (1 behind)  ${sha(main)}  3 of 3, promoted 2026-03-02 10:00:05Z  -     ?`,
      'qa           nothing   -       -                    -         -                                      -     ?',
      'Open requests are not known: a local repository has none.',
    ].join('\n')}\n`,
    err: '',
  });
});

test('--json prints every row whole', async () => {
  const { commit, main, config } = await promote('qa');
  const { code, out } = await world.run(['environments', '--json']);
  expect(code).toBe(0);
  const gitops = { repository: world.gitops.path };
  const unknown = { requestsUnknown: 'a local repository has none', remarks: [], ignored: [] };
  expect(JSON.parse(out)).toEqual({
    platform: platformId(world.source.path),
    source: world.source.path,
    environments: [
      {
        environment: 'dev',
        stage: 0,
        gitops: { ...gitops, branch: 'dev' },
        head: world.gitops.head('dev'),
        ...unknown,
      },
      {
        environment: 'qa',
        stage: 1,
        gitops: { ...gitops, branch: 'qa' },
        head: commit,
        deployed: { main, config, behind: { main: 0, config: 0 } },
        provenance: { main, config },
        promoted: { main, config, at: at(2) },
        health: { event: 'promoted', at: at(2), clusters: healthy },
        ...unknown,
      },
    ],
  });
});

test('what is deployed and not verified yet has no health, and the earlier commit stays promoted', async () => {
  const before = await promote('dev');
  world.change('large');
  const deployment = await world.deploy('dev');
  noteOf('dev', deployment, { time: at(3), event: 'deployed', operation: 'promotion' });
  const row = await rowOf('dev');
  expect(row).toMatchObject({ deployed: { main: deployment.main }, promoted: { main: before.main }, remarks: [] });
  expect(row.health).toBeUndefined();
  const { code, out } = await world.run(['environments']);
  expect(code).toBe(0);
  expect(out).toMatch(/^dev .* not recorded /m);
  expect(out).toMatch(
    /^What is under way is not known: Temporal does not answer at .*\. Start it, or set TEMPORAL_ADDRESS\.$/m,
  );
});

test('what a person went on with is accepted, by name, and not promoted', async () => {
  const deployment = await world.deploy('dev');
  noteOf('dev', deployment, { time: at(3), event: 'accepted', by: 'Ada', clusters: { total: 3, healthy: 2 } });
  expect((await rowOf('dev')).promoted).toBeUndefined();
  expect((await world.run(['environments'])).out).toContain('2 of 3, accepted 2026-03-03 10:00:05Z by Ada');
});

test('an unchanged promotion is remembered by its record, and the difference to the provenance explained', async () => {
  const { commit, main: before, config } = await promote('dev');
  const main = world.changeNothing();
  noteOf('dev', { commit, main, config }, { time: at(3), event: 'deployed', operation: 'promotion' });
  noteOf('dev', { commit, main, config }, { time: at(4), event: 'promoted', clusters: healthy });
  const row = await rowOf('dev');
  expect(row).toMatchObject({
    deployed: { main, config, behind: { main: 0 } },
    provenance: { main: before },
    promoted: { main },
    health: { at: at(4) },
    remarks: [expect.stringContaining(`The provenance names main ${sha(before)}`)],
    ignored: [],
  });
  // Also after the next one, which does change something, was merged.
  world.change('large');
  await world.deploy('dev');
  expect(await rowOf('dev')).toMatchObject({ promoted: { main, at: at(4) }, remarks: [], ignored: [] });
});

test('forged notes are told and change nothing: a commit that is not on main, a render that differs', async () => {
  const { commit, main, config } = await promote('dev');
  const feature = world.source.commit('feature', { 'a.txt': 'not on main' });
  const differs = world.change('large');
  const honest = await rowOf('dev');
  expect(honest).toMatchObject({ deployed: { main }, promoted: { main }, ignored: [] });
  noteOf('dev', { commit, main: feature, config }, { time: at(6), event: 'promoted', clusters: healthy });
  noteOf('dev', { commit, main: differs, config }, { time: at(7), event: 'promoted', clusters: healthy });
  world.note('dev', commit, 'LGTM');
  const { ignored, ...row } = await rowOf('dev');
  expect({ ...row, ignored: [] }).toEqual(honest);
  expect(ignored).toHaveLength(3);
  expect(ignored.join('\n')).toContain(`The note of ${at(6)} on ${sha(commit)}`);
  expect(ignored.join('\n')).toContain(`The note of ${at(7)} on ${sha(commit)}`);
  expect(ignored.join('\n')).toContain('"LGTM" is no entry of the record');
  expect((await world.run(['environments'])).out).toMatch(/^ {2}ignored: The note of /m);
});

test('a note on a commit of another branch promotes nothing, but a hold is shown wherever it was noted', async () => {
  const { main, config } = await promote('dev');
  const commit = world.gitops.commit('elsewhere', { 'a.txt': 'a' });
  noteOf('dev', { commit, main, config }, { time: at(8), event: 'accepted', clusters: healthy });
  world.note('dev', commit, { time: at(9), event: 'held', by: 'Mallory', reason: 'ha' });
  const row = await rowOf('dev');
  expect(row).toMatchObject({ health: { event: 'promoted' }, promoted: { at: at(2) } });
  // The lane knows it by the record alone, and the branch may have been rewritten meanwhile.
  expect(row.hold).toMatchObject({ by: 'Mallory', reason: 'ha' });
  expect(row.ignored).toHaveLength(1);
});

test('what an earlier commit of the branch is said to have been is checked, too', async () => {
  const first = await promote('dev');
  const between = world.change('medium');
  world.change('large');
  const second = await world.deploy('dev');
  noteOf('dev', { ...first, main: between }, { time: at(5), event: 'promoted', clusters: healthy });
  const why = `The note of ${at(5)} on ${sha(first.commit)} ("promoted") does not count: what it names was not deployed there.`;
  const row = await rowOf('dev');
  expect(row).toMatchObject({ deployed: { main: second.main }, promoted: { main: first.main }, ignored: [why] });
});

test('a hold is shown with its reason until it is resumed or over', async () => {
  const { commit } = await promote('dev');
  world.note('dev', commit, { time: at(3), event: 'held', by: 'Ada', reason: 'audit', configHeld: true });
  expect(await rowOf('dev')).toMatchObject({ hold: { by: 'Ada', reason: 'audit', since: at(3), config: true } });
  expect((await world.run(['environments'])).out).toMatch(
    /^dev .* held .*\n {2}held since 2026-03-03 10:00:05Z by Ada \(as given\): audit \(config changes, too\)\n/m,
  );
  world.note('dev', commit, { time: at(4), event: 'resumed', by: 'Ada' });
  expect((await rowOf('dev')).hold).toBeUndefined();
  world.note('dev', commit, { time: at(5), event: 'held', by: 'Ada', reason: 'audit', until: at(6) });
  expect((await rowOf('dev')).hold).toBeUndefined();
});

test('the freeze window in force is shown with its end', async () => {
  const window = '{ from: "2020-01-01 00:00", to: "2099-01-01 00:00", reason: for good }';
  world.source.commit('dev', { 'fairlead.yaml': environmentFile('clusters: none', `freeze: [${window}]`) });
  expect(await rowOf('dev')).toMatchObject({ freeze: { until: '2099-01-01T00:00:00.000Z', reason: 'for good' } });
  expect((await world.run(['environments'])).out).toMatch(
    /^dev .* frozen .*\n {2}frozen until 2099-01-01 00:00:00Z: for good\n/m,
  );
  expect((await rowOf('qa')).freeze).toBeUndefined();
});

test('a commit made by hand on the branch changes nothing of what is deployed', async () => {
  const { main, config } = await promote('dev');
  const head = world.gitops.commit('dev', { 'west/apps/shop/shop.yaml': 'edited: by hand\n', 'README.md': 'mine' });
  expect(await rowOf('dev')).toMatchObject({ head, deployed: { main, config }, promoted: { main }, ignored: [] });
});

test('a merge that was reverted by hand is seen, and told', async () => {
  const first = await promote('dev');
  world.change('large');
  const second = await world.deploy('dev');
  noteOf('dev', second, { time: at(5), event: 'promoted', clusters: healthy });
  const tree = world.gitops.git(['rev-parse', `${first.commit}^{tree}`]);
  const revert = world.gitops.git(['commit-tree', tree, '-p', second.commit, '-m', 'Revert "Deploy"']);
  world.gitops.setBranch('dev', revert);
  expect(await rowOf('dev')).toMatchObject({
    deployed: { main: first.main, behind: { main: 1 } },
    health: { at: at(2) },
    remarks: [
      `Somebody moved the branch back to main ${sha(first.main)} by hand: the record's last is main ${sha(second.main)} (promoted, 2026-03-05 10:00:05Z).`,
    ],
  });
});

test('a rollback of ours is no revert by hand', async () => {
  const first = await promote('dev');
  world.change('large');
  const second = await world.deploy('dev');
  noteOf('dev', second, { time: at(5), event: 'promoted', clusters: healthy });
  const back = await world.deploy('dev', first);
  noteOf('dev', back, { time: at(6), event: 'deployed', operation: 'rollback' });
  noteOf('dev', back, { time: at(7), event: 'rolled back', operation: 'rollback', clusters: healthy });
  expect(await rowOf('dev')).toMatchObject({
    deployed: { main: first.main },
    promoted: { main: first.main },
    health: { event: 'rolled back', at: at(7) },
    remarks: [],
    ignored: [],
  });
});

test('a fresh machine says the same', async () => {
  const { commit, config } = await promote('dev');
  const main = world.changeNothing();
  noteOf('dev', { commit, main, config }, { time: at(3), event: 'promoted', clusters: healthy });
  const differs = world.change('large');
  noteOf('dev', { commit, main: differs, config }, { time: at(7), event: 'promoted', clusters: healthy });
  await rowOf('dev');
  world.gitops.commit('dev', { 'README.md': 'by hand' });
  const here = await world.run(['environments']);
  expect(here.out).toContain(`dev          ${sha(main)}`);
  expect(await world.run(['environments'], 'another-cache')).toEqual(here);
});

test('a deployed commit that main has lost is told', async () => {
  const { main } = await promote('dev');
  const other = world.source.commit('rewritten', { 'fairlead.yaml': world.source.git(['show', 'main:fairlead.yaml']) });
  world.source.setBranch('main', other);
  const row = await rowOf('dev');
  expect(row.deployed).toMatchObject({ main, behind: { config: 0 } });
  expect(row.deployed?.behind).not.toHaveProperty('main');
  expect(row.remarks).toEqual([`The deployed commit ${sha(main)} is not on main any more: main was rewritten.`]);
});
