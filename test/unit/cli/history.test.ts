import { afterEach, beforeEach, expect, test } from 'vitest';
import { repositoryKey } from '../../../src/platform/repository/platform-id.ts';
import { printEntry } from '../../../src/record/lines.ts';
import { signLine } from '../../../src/record/signing/signature.ts';
import { newKey } from '../../support/fixtures/signing-keys.ts';
import { at, createWorld, healthy, sha, type World } from './environments/environment-world.ts';

let world: World;

beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.close());

/** A record with a little of everything, the newest on the first of March plus four. */
async function recordSomething() {
  const commit = world.gitops.commit('qa', { 'README.md': 'The first merge.\n' });
  const main = world.source.head('main') ?? '';
  const config = world.source.head('qa') ?? '';
  const pair = { main, config };
  world.note('qa', commit, {
    time: at(1),
    event: 'deployed',
    operation: 'promotion',
    ...pair,
    by: 'Ada',
    byForge: true,
    request: 7,
  });
  world.note('qa', commit, {
    time: at(2),
    event: 'promoted',
    operation: 'promotion',
    ...pair,
    clusters: healthy,
    request: 7,
  });
  world.note('qa', commit, {
    time: at(4),
    event: 'held',
    by: 'Bob',
    reason: 'an\naudit',
    until: at(9),
    configHeld: true,
  });
  world.note('qa', commit, { time: at(3), event: 'deployed', operation: 'config change', ...pair });
  return { commit, ...pair };
}

test('the record is shown newest first: who, what, when, and how many clusters were healthy', async () => {
  const { commit, main, config } = await recordSomething();
  expect(await world.run(['history', 'qa'])).toEqual({
    code: 0,
    out: `${[
      'TIME                  WHAT      MAIN      CONFIG    HEALTHY  REQUEST  COMMIT    BY              ABOUT',
      `2026-03-04 10:00:05Z  held                                            ${sha(commit)}  Bob (as given)  an audit, until 2026-03-09 10:00:05Z, config changes, too`,
      `2026-03-03 10:00:05Z  deployed  ${sha(main)}  ${sha(config)}                    ${sha(commit)}                  config change, nothing to change`,
      `2026-03-02 10:00:05Z  promoted  ${sha(main)}  ${sha(config)}  3 of 3   #7       ${sha(commit)}`,
      `2026-03-01 10:00:05Z  deployed  ${sha(main)}  ${sha(config)}           #7       ${sha(commit)}  Ada             promotion`,
    ].join('\n')}\n`,
    err: '',
  });
});

test('--json prints the entries whole, and what they are about', async () => {
  const { commit, main, config } = await recordSomething();
  const { code, out } = await world.run(['history', 'qa', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    environment: 'qa',
    gitops: { repository: world.gitops.path, branch: 'qa' },
    older: 0,
    ignored: [],
    entries: [{ event: 'held' }, { event: 'deployed' }, { event: 'promoted', commit, main, config }, { by: 'Ada' }],
  });
});

test('what no listed key has signed is marked among what is', async () => {
  const { commit, main, config } = await recordSomething();
  const key = newKey();
  const file = world.source.git(['show', 'main:fairlead.yaml']);
  world.source.commit('main', { 'fairlead.yaml': `${file}\nrecord: { publicKeys: ["${key.listed}"] }\n` });
  const place = { repository: repositoryKey(world.gitops.path), branch: 'qa', commit };
  const signed = { time: at(5), event: 'promoted', main, config, clusters: healthy } as const;
  world.note('qa', commit, signLine(key.signing, place, printEntry(signed, 2)));
  world.note('qa', commit, signLine(key.signing, { ...place, branch: 'dev' }, printEntry({ ...signed, time: at(6) })));
  const { out } = await world.run(['history', 'qa', '--limit', '3']);
  const rows = out.split('\n').map((row) => row.replace(/ {2,}/g, ' | '));
  expect(rows[1]).toMatch(/promoted \(NOT SIGNED\).*does not count: it has a wrong signature/);
  expect(rows[2]).toMatch(/^2026-03-05 10:00:05Z \| promoted \| [^(]*$/);
  expect(rows[3]).toMatch(/held \(NOT SIGNED\) .*Bob \(as given\) \| does not count: it is not signed, an audit/);
  const { entries } = JSON.parse((await world.run(['history', 'qa', '--json'])).out);
  expect(entries.slice(0, 3)).toMatchObject([
    { unproven: expect.stringContaining('has a wrong signature') },
    { holds: 2 },
    { event: 'held', by: 'Bob', unproven: 'is not signed' },
  ]);
  expect(entries[1]).not.toHaveProperty('unproven');
});

test('--limit shows the newest, and says how many are older', async () => {
  await recordSomething();
  const { out } = await world.run(['history', 'qa', '--limit', '1']);
  expect(out).toMatch(/^TIME.*\n.*held.*\n3 older: --limit 4 shows them, too\.\n$/);
  expect(await world.run(['history', 'qa', '--limit', '0'])).toMatchObject({ code: 2 });
});

test('notes that are damaged, or about commits that are nowhere, are told below the rest, and take nobody’s place', async () => {
  const { commit, config } = await recordSomething();
  const [elsewhere, feature] = [
    world.gitops.commit('feature', { 'a.txt': 'a' }),
    world.source.commit('feature', { 'a.txt': 'a' }),
  ];
  const forged = { event: 'promoted', config, clusters: { total: 1, healthy: 1 }, by: 'Mallory' } as const;
  world.note('qa', commit, 'Looks good\u001b[2J to me');
  world.note('qa', commit, { ...forged, time: at(8), main: feature });
  world.note('qa', elsewhere, { ...forged, time: at(7), main: world.source.head('main') ?? '' });
  world.note('qa', commit, { ...forged, time: at(6), main: '1'.repeat(40) });
  const { code, out } = await world.run(['history', 'qa', '--limit', '2']);
  expect(code).toBe(0);
  expect(
    out
      .split('\n')
      .slice(1, 3)
      .map((line) => line.slice(22, 30)),
  ).toEqual(['held    ', 'deployed']);
  expect(out.split('\n').slice(3, -1)).toEqual([
    '2 older: --limit 4 shows them, too.',
    `ignored: The note of ${at(8)} on ${sha(commit)} ("promoted") does not count: its main commit ${sha(feature)} is not on main of ${world.source.path}.`,
    `ignored: The note of ${at(7)} on ${sha(elsewhere)} ("promoted") does not count: ${sha(elsewhere)} is not on qa of ${world.gitops.path}.`,
    `ignored: The note of ${at(6)} on ${sha(commit)} ("promoted") does not count: its main commit 11111111 is not on main of ${world.source.path}.`,
    `ignored: A note on ${sha(commit)} does not count: "Looks good\\u001b[2J to me" is no entry of the record.`,
  ]);
  const { ignored } = JSON.parse((await world.run(['history', 'qa', '--json'])).out);
  expect(ignored).toHaveLength(4);
  expect(ignored[0]).toMatchObject({ commit, entry: { by: 'Mallory', main: feature } });
});

test('a fresh machine shows the same', async () => {
  await recordSomething();
  const here = await world.run(['history', 'qa']);
  expect(await world.run(['history', 'qa'], 'another-cache')).toEqual(here);
});

test('an environment without a record says so', async () => {
  expect(await world.run(['history', 'dev'])).toEqual({
    code: 0,
    out: 'Nothing is recorded of dev yet.\n',
    err: '',
  });
});

test('an environment that was taken out of stages is shown all the same', async () => {
  const { commit } = await recordSomething();
  const platform = world.source.git(['show', 'main:fairlead.yaml']);
  world.source.commit('main', { 'fairlead.yaml': `${platform.replace(/,? *\bqa\b/, '')}\n` });
  const { code, out, err } = await world.run(['history', 'qa']);
  expect(code).toBe(0);
  expect(out).toContain(sha(commit));
  expect(err).toBe('qa is not listed in `stages` in fairlead.yaml of main any more: promotions pass it by.\n');
});

test.each([
  ['an unknown environment', ['history', 'prod'], '"prod" is not listed in `stages` in fairlead.yaml of main'],
  ['a source that is not there', ['history', 'qa', '--source', '/nowhere/x.git'], '/nowhere/x.git'],
])('%s is named', async (_, args, words) => {
  expect(await world.run(args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(words) });
});

test('a GitOps branch that is missing is named, with the remedy', async () => {
  world.gitops.deleteBranch('qa');
  expect(await world.run(['history', 'qa'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('has no branch qa'),
  });
});
