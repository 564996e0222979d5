import { describe, expect, it } from 'vitest';
import { holdNow } from '../../../src/activities/lane/hold-now.ts';
import { recordedHold } from '../../../src/activities/lane/recorded-hold.ts';
import { record } from '../../../src/activities/record/record.ts';
import { readEnvironment } from '../../../src/activities/source/read-environment.ts';
import type { Dependencies } from '../../../src/dependencies.ts';
import { readRecord } from '../../../src/gitops/record/read-record.ts';
import type { RecordEntry } from '../../../src/record/entry.ts';
import { recordName } from '../../../src/record/entry.ts';
import { printEntry } from '../../../src/record/lines.ts';
import { createProofMemory } from '../../../src/record/signing/proof-memory.ts';
import { newKey, type TestKey } from '../../support/fixtures/signing-keys.ts';
import { type EnvironmentWorld, useWorld } from './environment-world.ts';

const world = useWorld();
const key = newKey();
const other = newKey();
const held: RecordEntry = { time: '2026-01-05T00:00:00.000Z', event: 'held', by: 'ann', reason: 'weekend' };
const at = (day: number) => `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;

/** The parts of a worker with this key, and without what another one has seen. */
function worker(signing?: TestKey): Dependencies {
  const repositories = world().elsewhere();
  return { ...world().dependencies, repositories, signingKey: signing?.secret, proofs: createProofMemory() };
}

/** Lists keys in the Platform file at main's head. */
function list(keys: readonly TestKey[], more = ''): void {
  const { source, gitops } = world();
  const lines = keys.map(({ listed }) => `    - ${listed}\n`).join('');
  const text =
    `apiVersion: fairlead.dev/v1\nkind: Platform\nname: acme\ngitops: { repository: ${gitops.path} }\nstages: [qa]\n` +
    (lines === '' ? '' : `record:\n  publicKeys:\n${lines}${more}`);
  source.commit('main', { 'fairlead.yaml': text });
}

/** Adds a line as whoever may push does. */
function forge(entry: RecordEntry, commit = world().head): void {
  const { gitops } = world();
  const ref = `--ref=${recordName('qa')}`;
  gitops.git(['-c', 'notes.mergeStrategy=cat_sort_uniq', 'notes', ref, 'append', '-m', printEntry(entry), commit]);
}

/** Removes the lines that contain this text. */
function remove({ gitops }: EnvironmentWorld, text: string, commit = world().head): void {
  const ref = `--ref=${recordName('qa')}`;
  const left = gitops
    .git(['notes', ref, 'show', commit])
    .split('\n')
    .filter((line) => line !== '' && !line.includes(text));
  gitops.git(['notes', ref, 'add', '-f', '-m', left.join('\n'), commit]);
}

const note = (dependencies: Dependencies, entry: RecordEntry, commit?: string) =>
  record(dependencies, { ...world().place, entry, commit });
const read = (dependencies = worker()) => readRecord(dependencies, world().place);
const clock = { now: () => Date.parse(at(20)) };
const holdOf = async (dependencies = worker()) => (await recordedHold(dependencies, world().place, clock))?.hold;

/** What holds a lane that begins anew, and whose earlier run was held by this. */
async function heldBefore(hold: object) {
  world().earlierAnswers = { status: { hold } };
  return holdOf();
}

/** A promotion that its lane lets go on, and that is about to be merged. */
function letOn() {
  world().answers = { holdFor: { known: true } };
  return { ...world().place, operation: 'promotion' as const, revision: { main: 'a', config: 'b' }, entry: 'e' };
}

describe('A hold of a record whose keys are listed', () => {
  it('is not taken away by a line that nobody vouches for, when the lane begins anew or a merge asks', async () => {
    list([key]);
    await note(worker(key), held);
    forge({ time: at(6), event: 'resumed', by: 'ops' });
    expect(await holdOf()).toMatchObject({ by: 'ann', reason: 'weekend', since: held.time });
    const order = { ...world().place, operation: 'promotion' as const, revision: { main: 'a', config: 'b' } };
    expect(await holdNow(worker(), order, clock)).toMatchObject({ by: 'ann', reason: 'weekend' });
    expect((await read()).unproven).toMatchObject([{ event: 'resumed', by: 'ops', unproven: 'is not signed' }]);
    await note(worker(key), { time: at(7), event: 'resumed', by: 'ann' });
    expect(await holdOf()).toBeUndefined();
  });

  it('stays where a line about it was removed or changed', async () => {
    list([key]);
    await note(worker(key), held);
    await note(worker(key), { time: at(6), event: 'overridden', by: 'ann', reason: 'the fix', main: 'c0'.repeat(20) });
    remove(world(), '"held"');
    expect(await holdOf()).toMatchObject({ by: 'Fairlead', since: at(6), config: true });
    await note(worker(key), { time: at(7), event: 'resumed', by: 'ann' });
    expect(await holdOf()).toBeUndefined();
  });

  it('holds on when the lane begins anew and the record says nothing: its earlier run knows it', async () => {
    list([key]);
    await note(worker(key), held);
    remove(world(), '"held"');
    expect(await holdOf()).toBeUndefined();
    const hold = { by: 'ann', reason: 'weekend', since: held.time, config: false };
    world().earlierAnswers = { status: { hold: { ...hold, until: at(19) } } };
    expect(await holdOf()).toBeUndefined();
    world().earlierAnswers = { status: { hold: 'rubbish' } };
    expect(await holdOf()).toBeUndefined();
    for (const reason of ['weekend', (await heldBefore(hold))?.reason ?? '']) {
      expect(await heldBefore({ ...hold, reason })).toMatchObject({
        ...hold,
        reason: 'weekend; the lane was held before it began anew, and the record does not say so',
      });
    }
  });

  it('stays where the record holds and the lane does not, which is told', async () => {
    list([key]);
    await note(worker(key), held);
    const order = letOn();
    const refusal = {
      type: 'Unavailable',
      message: expect.stringMatching(/record does, by ann \(as given\): weekend/),
    };
    await expect(holdNow(worker(), order, clock)).rejects.toMatchObject(refusal);
    expect(await holdNow(worker(), { ...order, operation: 'config change' }, clock)).toBeUndefined();
    await note(worker(key), { time: at(6), event: 'resumed', by: 'ann' });
    expect(await holdNow(worker(), order, clock)).toBeUndefined();
  });

  it('stays in the same way where no key is listed: nobody can tell whose word is right', async () => {
    await note(worker(), held);
    const order = letOn();
    await expect(holdNow(worker(), order, clock)).rejects.toMatchObject({
      type: 'Unavailable',
      message: expect.stringMatching(
        /record does, by ann \(as given\): weekend.*fairlead hold qa, then fairlead resume qa/,
      ),
    });
    await note(worker(), { time: at(6), event: 'resumed', by: 'ann' });
    expect(await holdNow(worker(), order, clock)).toBeUndefined();
  });

  it('is not placed or ended by an unsigned line of a time to come, which nobody could answer', async () => {
    forge({ ...held, time: '2030-01-01T00:00:00.000Z' });
    expect(await holdOf()).toBeUndefined();
    await note(worker(), held);
    forge({ time: '2030-01-02T00:00:00.000Z', event: 'resumed', by: 'ops' });
    expect(await holdOf()).toMatchObject({ by: 'ann', reason: 'weekend' });
    // The clocks of two workers are minutes apart.
    await note(worker(), { ...held, time: '2026-01-20T00:10:00.000Z', reason: 'a fast clock' });
    expect(await holdOf()).toMatchObject({ reason: 'a fast clock' });
  });

  it('is as before where no key is listed: the last line counts, whoever wrote it', async () => {
    await note(worker(key), held);
    expect(await holdOf()).toMatchObject({ by: 'ann' });
    forge({ time: at(6), event: 'resumed', by: 'ops' });
    expect(await holdOf()).toBeUndefined();
    list([key]);
    expect(await holdOf()).toMatchObject({ by: 'ann' });
  });
});

describe('Hold lines', () => {
  it('are numbered one after the other when one step writes several, and are not written again', async () => {
    list([key]);
    const entry = { ...held, time: at(8), reason: 'third' };
    const earlier = ['first', 'second'].map((reason, index) => ({ ...held, time: at(6 + index), reason }));
    await note(worker(key), earlier[0] ?? entry);
    for (const _ of ['once', 'again']) await record(worker(key), { ...world().place, earlier, entry });
    const { entries } = await read();
    expect(entries.map(({ reason, holds }) => `${reason} ${holds}`).sort()).toEqual(['first 1', 'second 2', 'third 3']);
  });

  it('are numbered one after the other, also by workers that write at the same time', async () => {
    list([key, other]);
    await Promise.all(
      [1, 2, 3, 4].map((day) =>
        note(worker(day % 2 === 0 ? key : other), { ...held, time: at(day), reason: `for day ${day}` }),
      ),
    );
    await note(worker(key), { time: at(9), event: 'moved', by: 'Fairlead' });
    const { entries } = await read();
    expect(entries.map(({ holds }) => holds).sort()).toEqual([1, 2, 3, 4, 4]);
    expect(await holdOf()).toMatchObject({ reason: 'for day 4' });
  });

  it('are written once, however often the step is done', async () => {
    list([key]);
    await note(worker(key), held);
    world().gitops.commit('qa', { 'README.md': 'by hand' });
    await note(worker(key), held);
    expect((await read()).entries).toMatchObject([{ event: 'held', holds: 1 }]);
  });
});

describe('A deployment that nobody vouches for', () => {
  it('is not deployed, is named, and hides no true one', async () => {
    const { revision, commit } = await world().deploy('promotion', world().release('1'));
    list([key]);
    const documented = world().document('docs');
    const pair = { ...revision, main: documented };
    forge({ time: at(8), event: 'deployed', operation: 'promotion', ...pair }, commit);
    expect(await world().deployed(worker())).toMatchObject({
      revision,
      ignoredNotes: [expect.stringContaining('which is not signed')],
    });
    await note(worker(key), { time: at(7), event: 'deployed', operation: 'promotion', ...pair }, commit);
    expect(await world().deployed(worker())).toMatchObject({ revision: pair, record: { time: at(7) } });
  });
});

describe('A worker whose lines would not count', () => {
  const refusal = (type: string, ...words: readonly string[]) => ({
    type,
    message: expect.stringMatching(new RegExp(words.join('.*'), 's')),
  });

  it('writes nothing, begins nothing, and says which line to add', async () => {
    list([other]);
    const before = world().notesHead;
    const deployed: RecordEntry = { ...held, event: 'deployed', workflow: 'promote/acme/1' };
    const words = ['record.pem', 'fairlead.yaml', `- ${key.listed.replaceAll('+', '\\+')}$`];
    await expect(note(worker(key), deployed)).rejects.toMatchObject(refusal('InvalidConfig', ...words));
    await expect(readEnvironment(worker(key), world().place)).rejects.toMatchObject(refusal('InvalidConfig', ...words));
    expect(world().notesHead).toBe(before);
    list([other, key]);
    await note(worker(key), deployed);
    expect((await read()).entries).toMatchObject([{ event: 'deployed' }]);
  });

  it('tries again by itself what a lane has to say', async () => {
    list([other]);
    await expect(note(worker(key), held)).rejects.toMatchObject(refusal('Unavailable', 'tried again by itself'));
  });

  it('without a key says which setting is missing; one that is no key is not in what it says', async () => {
    list([other]);
    const workflow = 'promote/acme/1';
    await expect(note(worker(), { ...held, workflow })).rejects.toMatchObject(
      refusal('InvalidConfig', 'record.publicKeys', 'record.signingKey', 'docs/signed-record.md'),
    );
    const secret = 'the text of a secret';
    const wrong = { ...key, secret: { name: 'environment variable KEY', read: async () => secret } };
    const failure = await note(worker(wrong), { ...held, workflow }).catch((error: unknown) => error);
    expect(failure).toMatchObject(refusal('InvalidConfig', 'environment variable KEY', 'openssl'));
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain(secret);
  });
});

describe('The keys of a platform', () => {
  it('count as soon as a line names one that is listed by now', async () => {
    list([key]);
    await note(worker(key), held);
    const seen = worker();
    expect((await read(seen)).entries).toHaveLength(1);
    list([key, other]);
    await note(worker(other), { ...held, time: at(6), reason: 'longer' });
    expect((await read(seen)).unproven).toEqual([]);
  });

  it('are those of the last Platform file that can be read', async () => {
    list([key]);
    await note(worker(key), held);
    world().source.commit('main', { 'fairlead.yaml': 'kind: [\n' });
    forge({ time: at(6), event: 'resumed', by: 'ops' });
    expect(await holdOf()).toMatchObject({ by: 'ann' });
  });

  it('may come later: what is older than the platform says counts without them', async () => {
    await note(worker(), held);
    list([key]);
    expect(await holdOf()).toBeUndefined();
    list([key], `  unsignedBefore: ${at(6)}\n`);
    expect(await holdOf()).toMatchObject({ by: 'ann' });
  });
});
