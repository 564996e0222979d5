import { describe, expect, test } from 'vitest';
import { emptyLane, holdFor, needsObservation, nextTick } from '../../../src/lane/decide.ts';
import { commit } from './commits.ts';
import { configure, rollback, start } from './driver.ts';
import { freeze, incident, lane, minute } from './held-lane.ts';

describe('a rollback that does not run any more', () => {
  const hold = { by: 'ann', reason: 'rolled back: errors' };

  test.each(['merged', 'failed'] as const)('leaves the lane held where it was %s, as if it had said so', (phase) => {
    const driver = lane();
    driver.comes('r', 1, rollback);
    driver.say('r', { phase });
    driver.comes('a', 3);
    driver.gone.add('r');
    driver.observe();
    driver.look();
    expect(driver.admissionTexts('a')).toEqual(['a held: rolled back: errors']);
    expect(driver.notes).toMatchObject([{ event: 'held', ...hold, hold: { config: false } }]);
  });

  test('leaves it held with config where it went to a recorded pair, and could not be told its admission', () => {
    const driver = lane();
    driver.comes('r', 1, { ...rollback, holdsConfig: true, phase: 'merged' });
    driver.send({ kind: 'gone', id: 'r' });
    expect(driver.state.hold).toMatchObject({ ...hold, config: true });
  });

  test('leaves it held also where it was started again before the lane has looked', () => {
    const driver = lane();
    driver.comes('r', 1, { ...rollback, workflowId: 'rollback/prod', phase: 'merged' });
    driver.comes('again', 1, { ...rollback, workflowId: 'rollback/prod' });
    driver.leaves('again');
    driver.comes('a', 3);
    expect(driver.admissionTexts('a')).toEqual(['a held: rolled back: errors']);
    expect(driver.notes).toMatchObject([{ event: 'held', ...hold }]);
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
    expect(driver.admissionTexts('c', 'd')).toEqual([
      'c granted, held: rolled back: errors',
      'd held: rolled back: errors',
    ]);
    driver.leaves('a');
    driver.leaves('r');
    expect(driver.admissionTexts('c', 'd')).toEqual(['c granted', 'd granted']);
  });

  test("with today's config holds none", () => {
    const driver = lane();
    driver.comes('r', 1, rollback);
    driver.say('c', configure);
    expect(driver.admissionTexts('c')).toEqual(['c granted']);
  });
});

describe('a world that cannot be seen', () => {
  const blind = { kind: 'unobservable', why: 'the token is wrong' } as const;

  test('is what those who wait are told, but not those who were let in', () => {
    const driver = lane();
    driver.comes('a', 1, { whenNewer: 'wait' });
    driver.comes('b', -1);
    driver.say('c');
    driver.send(blind);
    expect(driver.admission('a')).toEqual({ kind: 'granted' });
    for (const id of ['b', 'c']) expect(driver.admission(id)).toEqual(blind);
    expect(driver.send(blind)).toEqual([]);
    driver.passes(minute);
    expect(driver.admissionTexts('b', 'c')).toEqual(['b waiting behind a', 'c waiting behind a']);
  });

  test('is looked at again after a while, longer each time up to ten minutes, and at once for whoever comes', () => {
    const driver = lane();
    driver.say('a');
    const rests = [1, 2, 3, 4, 5, 6, 7].map(() => {
      driver.send(blind);
      expect(needsObservation(driver.state)).toBe(false);
      const tick = nextTick(driver.state, driver.now) ?? driver.now;
      const rest = Date.parse(tick) - Date.parse(driver.now);
      driver.now = tick;
      driver.send({ kind: 'tick' });
      expect(needsObservation(driver.state)).toBe(true);
      return rest / 1000;
    });
    expect(rests).toEqual([30, 60, 120, 240, 480, 600, 600]);
    driver.send(blind);
    driver.say('b');
    expect(needsObservation(driver.state)).toBe(true);
  });

  test('says less than a hold', () => {
    const driver = lane(incident);
    driver.comes('a', 1);
    driver.say('b', { main: commit(-2) });
    driver.send(blind);
    expect(driver.admissionTexts('a')).toEqual(['a held: incident']);
    expect(driver.admission('b')).toEqual(blind);
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
    expect(driver.admissionTexts('a')).toEqual([`a held: ${reason}`]);
    const hold = { by: 'eve', reason, since: start, config: false, revert: revert.commit };
    expect(driver.notes).toEqual([{ kind: 'record', event: 'held', by: 'eve', reason, hold }]);
  });

  test('is over when it was resumed once, but not for the next one', () => {
    const driver = lane();
    driver.revert = revert;
    driver.comes('a', 8);
    driver.send({ kind: 'resume', by: 'ann' });
    driver.passes(10 * minute);
    expect(driver.admissionTexts('a')).toEqual(['a granted']);
    driver.revert = { ...revert, commit: 'e'.repeat(40) };
    driver.passes(10 * minute);
    expect(driver.admissionTexts('a')).toEqual([`a granted, held: ${reason}`]);
  });

  test('holds who found it before the lane looked; what is asked is answered each time', () => {
    const driver = lane();
    driver.comes('a', 8);
    driver.say('a', { phase: 'unmerged' });
    for (const times of [1, 2]) {
      driver.finds('a', revert);
      expect(driver.tells.at(-1)).toMatchObject({ entry: { id: 'a' }, revert: revert.commit });
      expect(driver.admissionTexts('a')).toEqual([`a granted, held: ${reason}`]);
      expect(driver.notes, `asked ${times} times`).toHaveLength(1);
    }
    driver.send({ kind: 'resume', by: 'ann' });
    expect(driver.tells.at(-1)).not.toHaveProperty('revert');
    driver.finds('a', revert);
    expect(driver.tells.at(-1)).toMatchObject({ admission: { kind: 'granted' }, revert: revert.commit });
    expect(driver.admissionTexts('a')).toEqual(['a granted']);
  });

  test('is answered by a lane that has lost its memory, too', () => {
    const driver = lane();
    driver.comes('a', 8);
    driver.say('a', { phase: 'unmerged' });
    driver.state = emptyLane;
    driver.finds('a', revert);
    driver.look();
    expect(driver.admissionTexts('a')).toEqual([`a granted, held: ${reason}`]);
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

test('what holds is answered for each operation', () => {
  const driver = lane({ ...incident, config: true });
  driver.calendar = freeze;
  driver.comes('a', 1);
  driver.say('c', configure);
  driver.comes('r', 1, rollback);
  const reasons = driver.entries.map((tracked) => [tracked.id, holdFor(driver.state, tracked, driver.now)?.reason]);
  expect(reasons).toEqual([
    ['r', undefined],
    ['a', 'incident; weekend'],
    ['c', 'incident'],
  ]);
});
