import { describe, expect, test } from 'vitest';
import { decide, emptyLane, holdFor, needsSurvey, nextTick } from '../../../src/lane/decide.ts';
import type { Hold } from '../../../src/lane/types.ts';
import { commit } from './commits.ts';
import { configure, Driver, plus, rollback, start } from './driver.ts';

const minute = 60_000;
const incident = { by: 'bob', reason: 'incident', config: false } as const;
const freeze = { now: { until: plus(start, 60 * minute), reason: 'weekend' } };

function lane(hold?: Omit<Hold, 'since'>): Driver {
  const driver = new Driver();
  if (hold) driver.send({ kind: 'hold', hold });
  return driver;
}

function joined(...holds: readonly Omit<Hold, 'since'>[]): Hold | undefined {
  const driver = lane();
  for (const hold of holds) {
    driver.send({ kind: 'hold', hold });
    driver.now = plus(driver.now, minute);
  }
  return driver.state.hold;
}

describe('a hold', () => {
  test('lets no promotion in, and goes on with the newest when it is resumed', () => {
    const driver = lane(incident);
    driver.comes('a', 1);
    driver.comes('b', 2);
    expect(driver.words('a', 'b')).toEqual(['a superseded by b', 'b held: incident']);
    driver.send({ kind: 'resume', by: 'ann', reason: 'mended' });
    expect(driver.words('b')).toEqual(['b granted']);
    expect(driver.notes.map(({ event, by, reason }) => [event, by, reason])).toEqual([
      ['held', 'bob', 'incident'],
      ['resumed', 'ann', 'mended'],
    ]);
  });

  test('that begins later leaves the occupant in, and tells it', () => {
    const driver = lane();
    driver.comes('a', 1);
    driver.send({ kind: 'hold', hold: incident });
    expect(driver.words('a')).toEqual(['a granted, held: incident']);
    driver.send({ kind: 'resume', by: 'ann' });
    expect(driver.words('a')).toEqual(['a granted']);
  });

  test.each(['waiting', 'unmerged', 'failed'] as const)(
    'keeps a newer commit from superseding one that is %s',
    (phase) => {
      const driver = lane();
      driver.comes('a', 1);
      if (phase !== 'waiting') driver.say('a', { phase });
      driver.send({ kind: 'hold', hold: incident });
      driver.comes('b', 2);
      expect(driver.words('a', 'b')).toEqual(['a granted, held: incident', 'b held: incident']);
      driver.send({ kind: 'resume', by: 'ann' });
      expect(driver.words('a', 'b')).toEqual(['a superseded by b', 'b waiting behind a']);
    },
  );

  test('does not keep an older commit from ending', () => {
    const driver = lane();
    driver.comes('a', 2);
    driver.send({ kind: 'hold', hold: incident });
    driver.comes('b', 1);
    expect(driver.words('b')).toEqual(['b superseded by a']);
  });

  test('does not concern rollbacks', () => {
    const driver = lane({ ...incident, config: true });
    driver.comes('r', 1, rollback);
    expect(driver.words('r')).toEqual(['r granted']);
  });

  test('ends by itself, without a record', () => {
    const driver = lane({ ...incident, until: plus(start, minute) });
    driver.comes('a', 1);
    expect(nextTick(driver.state, driver.now)).toBe(plus(start, 15_000));
    driver.passes(minute);
    expect(driver.words('a')).toEqual(['a granted']);
    expect(driver.state.hold).toBeUndefined();
    expect(driver.notes).toHaveLength(1);
  });

  test('that has ended has no part in the next one', () => {
    const driver = lane({ ...incident, until: plus(start, minute) });
    driver.now = plus(start, minute);
    driver.send({ kind: 'hold', hold: { by: 'ann', reason: 'audit', config: false } });
    expect(driver.state.hold).toEqual({ by: 'ann', reason: 'audit', config: false, since: driver.now });
  });

  test('that has ended already is none', () => {
    expect(decide(emptyLane, { kind: 'hold', hold: { ...incident, until: start } }, start)).toEqual({
      state: emptyLane,
      commands: [],
    });
  });

  test('outlasts everybody who was there', () => {
    const driver = lane(incident);
    driver.comes('a', 1);
    driver.leaves('a');
    expect(driver.state).toEqual({
      ...emptyLane,
      hold: { ...incident, since: start },
      sequence: driver.state.sequence,
    });
  });

  test('is taken from one who leaves also where the lane does not know it', () => {
    const driver = lane();
    driver.leaves('r', incident);
    expect(driver.state.hold).toEqual({ ...incident, since: start });
  });

  test('to end a hold where there is none is nothing', () => {
    expect(lane().send({ kind: 'resume', by: 'ann' })).toEqual([]);
  });
});

describe('two holds', () => {
  const end = plus(start, 60 * minute);
  const later = plus(start, 90 * minute);

  test('are one, for both reasons, until the later end', () => {
    expect(joined({ ...incident, until: end }, { by: 'ann', reason: 'audit', config: true, until: later })).toEqual({
      by: 'bob; ann',
      reason: 'incident; audit',
      since: start,
      until: later,
      config: true,
    });
    expect(joined({ ...incident, until: later }, { ...incident, until: end })?.until).toBe(later);
    expect(joined({ ...incident, config: true }, incident)?.config).toBe(true);
  });

  test.each([
    [{ until: end }, {}],
    [{}, { until: end }],
  ])('%j and %j have no end', (first, second) => {
    expect(joined({ ...incident, ...first }, { ...incident, ...second })?.until).toBeUndefined();
  });

  test('say nothing twice', () => {
    const ann = { by: 'ann', reason: 'audit', config: false };
    expect(joined(incident, ann, incident, ann)).toMatchObject({ by: 'bob; ann', reason: 'incident; audit' });
  });

  test('remember the newer revert', () => {
    expect(joined({ ...incident, revert: 'f1' }, incident, { ...incident, revert: 'f2' }, incident)?.revert).toBe('f2');
  });

  test('are recorded as what holds now; the same one again is not recorded', () => {
    const driver = lane(incident);
    expect(driver.send({ kind: 'hold', hold: incident })).toEqual([]);
    driver.send({ kind: 'hold', hold: { by: 'ann', reason: 'audit', config: false } });
    expect(driver.notes.at(-1)).toEqual({
      kind: 'record',
      event: 'held',
      by: 'bob; ann',
      reason: 'incident; audit',
      hold: { by: 'bob; ann', reason: 'incident; audit', since: start, config: false },
    });
  });
});

describe('config changes', () => {
  test('are answered at once, beside whoever is there', () => {
    const driver = lane(incident);
    driver.say('c', configure);
    expect(driver.words('c')).toEqual(['c granted']);
    driver.calendar = freeze;
    driver.comes('a', 1);
    driver.say('c');
    expect(driver.words('a', 'c')).toEqual(['a held: incident; weekend', 'c granted']);
  });

  test('wait for a hold that is for them, too', () => {
    const driver = lane({ ...incident, config: true });
    driver.say('c', configure);
    expect(driver.words('c')).toEqual(['c held: incident']);
    driver.send({ kind: 'resume', by: 'ann' });
    expect(driver.words('c')).toEqual(['c granted']);
  });

  test('that have begun stay in, and hear of the hold', () => {
    const driver = lane();
    driver.say('c', configure);
    driver.send({ kind: 'hold', hold: { ...incident, config: true } });
    driver.say('c');
    driver.say('d', { ...configure, phase: 'unmerged' });
    expect(driver.words('c', 'd')).toEqual(['c granted, held: incident', 'd granted, held: incident']);
  });

  test('go on by an override', () => {
    const driver = lane({ ...incident, config: true });
    driver.say('c', configure);
    driver.send({ kind: 'override', id: 'c', by: 'ann', reason: 'fix' });
    expect(driver.words('c')).toEqual(['c granted']);
  });
});

describe('a freeze', () => {
  test('is a hold with an end, and the same one at each look', () => {
    const driver = lane();
    driver.calendar = freeze;
    driver.comes('a', 1);
    const hold = { by: 'freeze', reason: 'weekend', since: start, until: freeze.now.until, config: false };
    expect(driver.standing('a')).toEqual({ kind: 'held', hold });
    driver.passes(minute);
    expect(driver.state.surveyedAt).toBe(plus(start, minute));
    expect(driver.tells).toHaveLength(1);
    expect(driver.visitors.map((visitor) => holdFor(driver.state, visitor, freeze.now.until))).toEqual([undefined]);
  });

  test('ends with a look at the world, and then lets in', () => {
    const driver = lane();
    driver.calendar = freeze;
    driver.comes('a', 1);
    driver.calendar = {};
    driver.passes(60 * minute);
    expect(driver.words('a')).toEqual(['a granted']);
  });

  test('that begins is noticed at its time', () => {
    const driver = lane();
    driver.calendar = { next: plus(start, 5 * minute) };
    driver.comes('a', 1);
    expect(nextTick(driver.state, driver.now)).toBe(plus(start, 5 * minute));
    driver.calendar = freeze;
    driver.passes(5 * minute);
    expect(driver.words('a')).toEqual(['a granted, held: weekend']);
  });

  test('that has begun, or ended, is looked at before anybody is let in, whatever comes first', () => {
    const driver = lane();
    driver.calendar = { next: plus(start, 5 * minute) };
    driver.comes('a', 1, { whenNewer: 'wait' });
    driver.comes('b', -1);
    driver.now = plus(start, 5 * minute);
    driver.calendar = freeze;
    driver.leaves('a');
    expect(driver.words('b')).toEqual(['b held: weekend']);
  });

  test('that begins while the world is looked at is looked at again', () => {
    const driver = lane();
    driver.calendar = { next: start };
    driver.say('a');
    driver.survey();
    expect(driver.tells).toEqual([]);
    expect(needsSurvey(driver.state)).toBe(true);
  });

  test('that follows another has a beginning of its own', () => {
    const driver = lane();
    driver.calendar = freeze;
    driver.comes('a', 1);
    driver.calendar = { now: { until: plus(start, 120 * minute), reason: 'audit' } };
    driver.passes(60 * minute);
    expect(driver.standing('a')).toMatchObject({ hold: { reason: 'audit', since: plus(start, 60 * minute) } });
  });

  test('outlasts a resumed hold, and tells the visitor what is left', () => {
    const driver = lane(incident);
    driver.calendar = freeze;
    driver.comes('a', 1);
    expect(driver.standing('a')).toMatchObject({ hold: { by: 'bob; freeze', reason: 'incident; weekend' } });
    expect(driver.standing('a')).not.toHaveProperty('hold.until');
    driver.send({ kind: 'resume', by: 'ann' });
    expect(driver.words('a')).toEqual(['a held: weekend']);
  });
});

describe('a freeze whose file cannot be read any more', () => {
  test('holds until its end, also what was let in before', () => {
    const driver = lane();
    driver.calendar = { ...freeze, next: plus(start, 20 * minute) };
    driver.comes('a', 1);
    driver.comes('b', -1, { phase: 'unmerged' });
    driver.calendar = undefined;
    driver.passes(30 * minute);
    expect(driver.words('a', 'b')).toEqual(['a held: weekend', 'b granted, held: weekend']);
    driver.passes(30 * minute);
    expect(driver.words('b')).toEqual(['b granted']);
    expect(Date.parse(nextTick(driver.state, driver.now) ?? '')).toBeGreaterThan(Date.parse(driver.now));
  });
});

describe('an override', () => {
  test('lets one in in spite of hold and freeze, and is recorded', () => {
    const driver = lane(incident);
    driver.calendar = freeze;
    driver.comes('a', 3);
    driver.comes('b', -3);
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'the fix' });
    expect(driver.words('a', 'b')).toEqual(['a granted', 'b held: incident; weekend']);
    const note = { kind: 'record', event: 'overridden', by: 'ann', reason: 'the fix', main: commit(3) };
    expect(driver.notes.slice(1)).toEqual([note]);
  });

  test('of an occupant takes the hold from its standing', () => {
    const driver = lane();
    driver.comes('a', 3);
    driver.send({ kind: 'hold', hold: incident });
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'the fix' });
    expect(driver.words('a')).toEqual(['a granted']);
  });

  test('of a newer commit supersedes the occupant also while the lane is held', () => {
    const driver = lane();
    driver.comes('a', 3);
    driver.send({ kind: 'hold', hold: incident });
    driver.comes('b', 4);
    driver.send({ kind: 'override', id: 'b', by: 'ann', reason: 'the fix' });
    expect(driver.words('a', 'b')).toEqual(['a superseded by b', 'b waiting behind a']);
  });

  test('is not undone by a newer commit that is held', () => {
    const driver = lane();
    driver.comes('x', -1);
    driver.comes('a', 3);
    driver.send({ kind: 'hold', hold: incident });
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'the fix' });
    driver.comes('b', 4);
    driver.leaves('x');
    expect(driver.words('a', 'b')).toEqual(['a granted', 'b held: incident']);
  });

  test('is for what holds when it is given: a rollback that leaves with a hold holds that one, too', () => {
    const driver = lane(incident);
    driver.comes('r', 1, rollback);
    driver.comes('a', 3);
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'the fix' });
    driver.leaves('r', { by: 'ann', reason: 'rolled back', config: false });
    expect(driver.words('a')).toEqual(['a held: incident; rolled back']);
  });

  test('does not last into a freeze that begins later', () => {
    const driver = lane(incident);
    driver.comes('a', 3);
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'the fix' });
    driver.passes(10 * minute);
    expect(driver.words('a')).toEqual(['a granted']);
    driver.calendar = freeze;
    driver.passes(10 * minute);
    expect(driver.words('a')).toEqual(['a granted, held: incident; weekend']);
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'still the fix' });
    driver.passes(10 * minute);
    expect(driver.words('a')).toEqual(['a granted']);
  });

  test('repeated, for one who is superseded, or for nobody, is nothing', () => {
    const driver = lane(incident);
    driver.comes('a', 1);
    driver.comes('b', 2);
    const override = { kind: 'override', by: 'ann', reason: 'the fix' } as const;
    expect(driver.send({ ...override, id: 'a' })).toEqual([]);
    expect(driver.send({ ...override, id: 'nobody' })).toEqual([]);
    driver.send({ ...override, id: 'b' });
    expect(driver.send({ ...override, id: 'b' })).toEqual([]);
  });
});

describe('a rollback that does not run any more', () => {
  const hold = { by: 'ann', reason: 'rolled back: errors' };

  test.each(['merged', 'failed'] as const)('leaves the lane held where it was %s, as if it had said so', (phase) => {
    const driver = lane();
    driver.comes('r', 1, rollback);
    driver.say('r', { phase });
    driver.comes('a', 3);
    driver.gone.add('r');
    driver.survey();
    driver.look();
    expect(driver.words('a')).toEqual(['a held: rolled back: errors']);
    expect(driver.notes).toMatchObject([{ event: 'held', ...hold, hold: { config: false } }]);
  });

  test('leaves it held with config where it went to a recorded pair, and could not be told its standing', () => {
    const driver = lane();
    driver.comes('r', 1, { ...rollback, holdsConfig: true, phase: 'merged' });
    driver.send({ kind: 'gone', id: 'r' });
    expect(driver.state.hold).toMatchObject({ ...hold, config: true });
  });

  test('leaves nothing behind where it had not been merged', () => {
    const driver = lane();
    driver.comes('r', 1, { ...rollback, phase: 'unmerged' });
    driver.send({ kind: 'gone', id: 'r' });
    expect(driver.state.hold).toBeUndefined();
  });
});

describe('a rollback to a recorded pair', () => {
  test('holds config changes from the moment at which it is there, and no longer', () => {
    const driver = lane();
    driver.say('c', { ...configure, phase: 'merged' });
    driver.comes('a', 3);
    driver.comes('r', 1, { ...rollback, holdsConfig: true });
    driver.say('d', configure);
    expect(driver.words('c', 'd')).toEqual(['c granted, held: rolled back: errors', 'd held: rolled back: errors']);
    driver.leaves('a');
    driver.leaves('r');
    expect(driver.words('c', 'd')).toEqual(['c granted', 'd granted']);
  });

  test("with today's config holds none", () => {
    const driver = lane();
    driver.comes('r', 1, rollback);
    driver.say('c', configure);
    expect(driver.words('c')).toEqual(['c granted']);
  });
});

describe('a world that cannot be seen', () => {
  const blind = { kind: 'unseen', why: 'the token is wrong' } as const;

  test('is what those who wait are told, but not those who were let in', () => {
    const driver = lane();
    driver.comes('a', 1, { whenNewer: 'wait' });
    driver.comes('b', -1);
    driver.say('c');
    driver.send(blind);
    expect(driver.standing('a')).toEqual({ kind: 'granted' });
    for (const id of ['b', 'c']) expect(driver.standing(id)).toEqual(blind);
    expect(driver.send(blind)).toEqual([]);
    driver.passes(minute);
    expect(driver.words('b', 'c')).toEqual(['b waiting behind a', 'c waiting behind a']);
  });

  test('is looked at again after a while, longer each time up to ten minutes, and at once for whoever comes', () => {
    const driver = lane();
    driver.say('a');
    const rests = [1, 2, 3, 4, 5, 6, 7].map(() => {
      driver.send(blind);
      expect(needsSurvey(driver.state)).toBe(false);
      const tick = nextTick(driver.state, driver.now) ?? driver.now;
      const rest = Date.parse(tick) - Date.parse(driver.now);
      driver.now = tick;
      driver.send({ kind: 'tick' });
      expect(needsSurvey(driver.state)).toBe(true);
      return rest / 1000;
    });
    expect(rests).toEqual([30, 60, 120, 240, 480, 600, 600]);
    driver.send(blind);
    driver.say('b');
    expect(needsSurvey(driver.state)).toBe(true);
  });

  test('says less than a hold', () => {
    const driver = lane(incident);
    driver.comes('a', 1);
    driver.say('b', { main: commit(-2) });
    driver.send(blind);
    expect(driver.words('a')).toEqual(['a held: incident']);
    expect(driver.standing('b')).toEqual(blind);
  });

  test('is forgotten with those who waited', () => {
    const driver = lane();
    driver.say('a');
    driver.send(blind);
    driver.leaves('a');
    expect(nextTick(driver.state, driver.now)).toBeUndefined();
  });
});

describe('a revert by hand', () => {
  const revert = { commit: 'f'.repeat(40), by: 'eve', from: commit(7), to: commit(3) };
  const reason = 'eve took the environment back from main a0700000 to a0300000 on the forge';

  test('holds the lane in its name, before anybody is let in', () => {
    const driver = lane();
    driver.revert = revert;
    driver.comes('a', 8);
    expect(driver.words('a')).toEqual([`a held: ${reason}`]);
    const hold = { by: 'eve', reason, since: start, config: false, revert: revert.commit };
    expect(driver.notes).toEqual([{ kind: 'record', event: 'held', by: 'eve', reason, hold }]);
  });

  test('is over when it was resumed once, but not for the next one', () => {
    const driver = lane();
    driver.revert = revert;
    driver.comes('a', 8);
    driver.send({ kind: 'resume', by: 'ann' });
    driver.passes(10 * minute);
    expect(driver.words('a')).toEqual(['a granted']);
    driver.revert = { ...revert, commit: 'e'.repeat(40) };
    driver.passes(10 * minute);
    expect(driver.words('a')).toEqual([`a granted, held: ${reason}`]);
  });

  test('holds who found it before the lane looked; what is asked is answered each time', () => {
    const driver = lane();
    driver.comes('a', 8);
    driver.say('a', { phase: 'unmerged' });
    for (const times of [1, 2]) {
      driver.finds('a', revert);
      expect(driver.tells.at(-1)).toMatchObject({ visit: { id: 'a' }, revert: revert.commit });
      expect(driver.words('a')).toEqual([`a granted, held: ${reason}`]);
      expect(driver.notes, `asked ${times} times`).toHaveLength(1);
    }
    driver.send({ kind: 'resume', by: 'ann' });
    expect(driver.tells.at(-1)).not.toHaveProperty('revert');
    driver.finds('a', revert);
    expect(driver.tells.at(-1)).toMatchObject({ standing: { kind: 'granted' }, revert: revert.commit });
    expect(driver.words('a')).toEqual(['a granted']);
  });

  test('is answered by a lane that has lost its memory, too', () => {
    const driver = lane();
    driver.comes('a', 8);
    driver.say('a', { phase: 'unmerged' });
    driver.state = emptyLane;
    driver.finds('a', revert);
    driver.look();
    expect(driver.words('a')).toEqual([`a granted, held: ${reason}`]);
    driver.finds('a', revert);
    expect(driver.tells.at(-1)).toMatchObject({ revert: revert.commit });
  });

  test('is remembered when nobody is there, the latest twenty', () => {
    const driver = lane();
    for (let number = 1; number <= 25; number += 1) {
      driver.revert = { ...revert, commit: commit(number) };
      driver.comes('a', 8);
      driver.leaves('a');
    }
    expect(driver.state.seenReverts).toEqual(Array.from({ length: 20 }, (_, index) => commit(index + 6)));
  });
});

test('what holds is answered for each visitor', () => {
  const driver = lane({ ...incident, config: true });
  driver.calendar = freeze;
  driver.comes('a', 1);
  driver.say('c', configure);
  driver.comes('r', 1, rollback);
  const reasons = driver.visitors.map((visitor) => [visitor.id, holdFor(driver.state, visitor, driver.now)?.reason]);
  expect(reasons).toEqual([
    ['r', undefined],
    ['a', 'incident; weekend'],
    ['c', 'incident'],
  ]);
});
