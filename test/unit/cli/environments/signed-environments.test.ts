import { afterEach, beforeEach, expect, test } from 'vitest';
import { repositoryKey } from '../../../../src/platform/repository/platform-id.ts';
import type { RecordEntry } from '../../../../src/record/entry.ts';
import { printEntry } from '../../../../src/record/lines.ts';
import { signLine } from '../../../../src/record/signing/signature.ts';
import { newKey } from '../../../support/fixtures/signing-keys.ts';
import { at, createWorld, healthy, helpers, sha, type World } from './environment-world.ts';

const key = newKey();
let world: World;

beforeEach(() => {
  world = createWorld();
  const file = world.source.git(['show', 'main:fairlead.yaml']);
  world.source.commit('main', { 'fairlead.yaml': `${file}\nrecord: { publicKeys: ["${key.listed}"] }\n` });
});
afterEach(() => world.close());

const { noteOf, rowOf } = helpers(() => world);

/** Adds a line as a worker does that has the key. */
function sign(commit: string, entry: RecordEntry, holds?: number): void {
  const place = { repository: repositoryKey(world.gitops.path), branch: 'dev', commit };
  world.note('dev', commit, signLine(key.signing, place, printEntry(entry, holds)));
}

test('a forged `resumed` takes no hold away, and is named', async () => {
  const { commit } = await world.deploy('dev');
  sign(commit, { time: at(3), event: 'held', by: 'Ada', reason: 'audit' }, 1);
  world.note('dev', commit, { time: at(4), event: 'resumed', by: 'ops' });
  expect(await rowOf('dev')).toMatchObject({
    hold: { by: 'Ada', reason: 'audit' },
    ignored: [`The note of ${at(4)} on ${sha(commit)} ("resumed") does not count: it is not signed.`],
  });
  expect((await world.run(['environments'])).out).toMatch(
    /held since .* by Ada \(as given\): audit\n {2}ignored: .*resumed/,
  );
});

test('a hold line that somebody removed keeps a hold, which says so', async () => {
  const { commit, main, config } = await world.deploy('dev');
  sign(commit, { time: at(5), event: 'deployed', main, config }, 1);
  expect(await rowOf('dev')).toMatchObject({
    hold: { by: 'Fairlead', reason: expect.stringMatching(/missing from the record/), since: at(5), config: true },
  });
});

test('forged deployments are neither healthy nor promoted nor deployed, and are named', async () => {
  const first = await world.deploy('dev');
  const unchanged = world.changeNothing();
  noteOf('dev', { ...first, main: unchanged }, { time: at(4), event: 'deployed', operation: 'promotion' });
  noteOf('dev', first, { time: at(5), event: 'promoted', clusters: healthy });
  const row = await rowOf('dev');
  expect(row).toMatchObject({ deployed: { main: first.main } });
  expect([row.promoted, row.health]).toEqual([undefined, undefined]);
  expect(row.ignored).toEqual([
    expect.stringMatching(new RegExp(`^The note of ${at(4)} .*which is not signed`)),
    expect.stringMatching(new RegExp(`^The note of ${at(5)} .*does not count: it is not signed`)),
  ]);
  sign(first.commit, { time: at(5), event: 'promoted', main: first.main, config: first.config, clusters: healthy });
  expect(await rowOf('dev')).toMatchObject({ promoted: { main: first.main }, health: { event: 'promoted' } });
});

test('of many lines from before the keys, the newest are named and the others counted', async () => {
  const { commit } = await world.deploy('dev');
  for (const day of [1, 2, 3, 4, 5, 6, 7]) world.note('dev', commit, { time: at(day), event: 'overridden', by: 'Ada' });
  const { ignored } = await rowOf('dev');
  expect(ignored).toHaveLength(6);
  expect(ignored[0]).toContain(at(7));
  expect(ignored[5]).toBe('2 older notes that do not count: fairlead history marks them.');
});
