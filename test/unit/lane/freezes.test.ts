import { describe, expect, test } from 'vitest';
import { holdFor, needsObservation, nextTick } from '../../../src/lane/decide.ts';
import { holdAnswerFor } from '../../../src/lane/holds.ts';
import { commit } from './commits.ts';
import { configure, plus, rollback, start } from './driver.ts';
import { freeze, incident, lane, minute } from './held-lane.ts';

describe('a freeze', () => {
  test('is a hold with an end, and the same one at each look', () => {
    const driver = lane();
    driver.calendar = freeze;
    driver.comes('a', 1);
    const hold = { by: 'freeze', reason: 'weekend', since: start, until: freeze.now.until, config: false };
    expect(driver.admission('a')).toEqual({ kind: 'held', hold });
    driver.passes(minute);
    expect(driver.state.observedAt).toBe(plus(start, minute));
    expect(driver.tells).toHaveLength(1);
    expect(driver.entries.map((tracked) => holdFor(driver.state, tracked, freeze.now.until))).toEqual([undefined]);
  });

  test('ends with a look at the world, and then lets in', () => {
    const driver = lane();
    driver.calendar = freeze;
    driver.comes('a', 1);
    driver.calendar = {};
    driver.passes(60 * minute);
    expect(driver.admissionTexts('a')).toEqual(['a granted']);
  });

  test('that begins is noticed at its time', () => {
    const driver = lane();
    driver.calendar = { next: plus(start, 5 * minute) };
    driver.comes('a', 1);
    expect(nextTick(driver.state, driver.now)).toBe(plus(start, 5 * minute));
    driver.calendar = freeze;
    driver.passes(5 * minute);
    expect(driver.admissionTexts('a')).toEqual(['a granted, held: weekend']);
  });

  test('that may have begun since the last look is not known to whoever merges, until the lane has looked', () => {
    const driver = lane();
    driver.calendar = { next: plus(start, 5 * minute) };
    driver.comes('a', 1);
    const [id = ''] = driver.entries.map((tracked) => tracked.id);
    const answerAt = (time: string) => holdAnswerFor(driver.state, id, time);
    expect(answerAt(plus(start, 5 * minute - 1))).toEqual({ known: true, hold: undefined });
    expect(answerAt(plus(start, 5 * minute))).toEqual({ known: false });
    driver.calendar = freeze;
    driver.passes(5 * minute);
    expect(answerAt(driver.now)).toMatchObject({ known: true, hold: { by: 'freeze' } });
    expect(holdAnswerFor(driver.state, 'another', driver.now)).toEqual({ known: false });
  });

  test('that has begun, or ended, is looked at before anybody is let in, whatever comes first', () => {
    const driver = lane();
    driver.calendar = { next: plus(start, 5 * minute) };
    driver.comes('a', 1, { whenNewer: 'wait' });
    driver.comes('b', -1);
    driver.now = plus(start, 5 * minute);
    driver.calendar = freeze;
    driver.leaves('a');
    expect(driver.admissionTexts('b')).toEqual(['b held: weekend']);
  });

  test('that begins while the world is looked at is looked at again', () => {
    const driver = lane();
    driver.calendar = { next: start };
    driver.say('a');
    driver.observe();
    expect(driver.tells).toEqual([]);
    expect(needsObservation(driver.state)).toBe(true);
  });

  test('that follows another has a beginning of its own', () => {
    const driver = lane();
    driver.calendar = freeze;
    driver.comes('a', 1);
    driver.calendar = { now: { until: plus(start, 120 * minute), reason: 'audit' } };
    driver.passes(60 * minute);
    expect(driver.admission('a')).toMatchObject({ hold: { reason: 'audit', since: plus(start, 60 * minute) } });
  });

  test('outlasts a resumed hold, and tells the operation what is left', () => {
    const driver = lane(incident);
    driver.calendar = freeze;
    driver.comes('a', 1);
    expect(driver.admission('a')).toMatchObject({ hold: { by: 'bob; freeze', reason: 'incident; weekend' } });
    expect(driver.admission('a')).toHaveProperty('hold.until', undefined);
    driver.send({ kind: 'resume', by: 'ann' });
    expect(driver.admissionTexts('a')).toEqual(['a held: weekend']);
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
    expect(driver.admissionTexts('a', 'b')).toEqual(['a held: weekend', 'b granted, held: weekend']);
    driver.passes(30 * minute);
    expect(driver.admissionTexts('b')).toEqual(['b granted']);
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
    expect(driver.admissionTexts('a', 'b')).toEqual(['a granted', 'b held: incident; weekend']);
    const note = { kind: 'record', event: 'overridden', by: 'ann', reason: 'the fix', main: commit(3) };
    expect(driver.notes.slice(1)).toEqual([note]);
  });

  test('of a config change names no main commit', () => {
    const driver = lane({ ...incident, config: true });
    driver.say('c', { ...configure, main: '' });
    driver.send({ kind: 'override', id: 'c', by: 'ann', reason: 'the fix' });
    expect(driver.admissionTexts('c')).toEqual(['c granted']);
    expect(driver.notes.at(-1)).toEqual({ kind: 'record', event: 'overridden', by: 'ann', reason: 'the fix' });
  });

  test('is not forgotten at the first look of a lane that was new to the freeze', () => {
    const driver = lane();
    driver.calendar = freeze;
    driver.say('a', { phase: 'unmerged' });
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'the fix' });
    driver.look();
    expect(driver.admissionTexts('a')).toEqual(['a granted']);
  });

  test('of a current operation takes the hold from its admission', () => {
    const driver = lane();
    driver.comes('a', 3);
    driver.send({ kind: 'hold', hold: incident });
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'the fix' });
    expect(driver.admissionTexts('a')).toEqual(['a granted']);
  });

  test('of a newer commit supersedes the current operation also while the lane is held', () => {
    const driver = lane();
    driver.comes('a', 3);
    driver.send({ kind: 'hold', hold: incident });
    driver.comes('b', 4);
    driver.send({ kind: 'override', id: 'b', by: 'ann', reason: 'the fix' });
    expect(driver.admissionTexts('a', 'b')).toEqual(['a superseded by b', 'b waiting behind a']);
  });

  test('is not undone by a newer commit that is held', () => {
    const driver = lane();
    driver.comes('x', -1);
    driver.comes('a', 3);
    driver.send({ kind: 'hold', hold: incident });
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'the fix' });
    driver.comes('b', 4);
    driver.leaves('x');
    expect(driver.admissionTexts('a', 'b')).toEqual(['a granted', 'b held: incident']);
  });

  test('is for what holds when it is given: a rollback that leaves with a hold holds that one, too', () => {
    const driver = lane(incident);
    driver.comes('r', 1, rollback);
    driver.comes('a', 3);
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'the fix' });
    driver.leaves('r', { by: 'ann', reason: 'rolled back', config: false });
    expect(driver.admissionTexts('a')).toEqual(['a held: incident; rolled back']);
  });

  test('does not last into a freeze that begins later', () => {
    const driver = lane(incident);
    driver.comes('a', 3);
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'the fix' });
    driver.passes(10 * minute);
    expect(driver.admissionTexts('a')).toEqual(['a granted']);
    driver.calendar = freeze;
    driver.passes(10 * minute);
    expect(driver.admissionTexts('a')).toEqual(['a granted, held: incident; weekend']);
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'still the fix' });
    driver.passes(10 * minute);
    expect(driver.admissionTexts('a')).toEqual(['a granted']);
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
