import { describe, expect, test } from 'vitest';
import { decide, emptyLane, nextTick } from '../../../src/lane/decide.ts';
import type { Hold } from '../../../src/operation/hold.ts';
import { configure, plus, rollback, start } from './driver.ts';
import { freeze, incident, lane, minute } from './held-lane.ts';

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
    expect(driver.admissionTexts('a', 'b')).toEqual(['a superseded by b', 'b held: incident']);
    driver.send({ kind: 'resume', by: 'ann', reason: 'mended' });
    expect(driver.admissionTexts('b')).toEqual(['b granted']);
    expect(driver.notes.map(({ event, by, reason }) => [event, by, reason])).toEqual([
      ['held', 'bob', 'incident'],
      ['resumed', 'ann', 'mended'],
    ]);
  });

  test('that begins later leaves the current operation in, and tells it', () => {
    const driver = lane();
    driver.comes('a', 1);
    driver.send({ kind: 'hold', hold: incident });
    expect(driver.admissionTexts('a')).toEqual(['a granted, held: incident']);
    driver.send({ kind: 'resume', by: 'ann' });
    expect(driver.admissionTexts('a')).toEqual(['a granted']);
  });

  test.each(['waiting', 'unmerged', 'failed'] as const)(
    'keeps a newer commit from superseding one that is %s',
    (phase) => {
      const driver = lane();
      driver.comes('a', 1);
      if (phase !== 'waiting') driver.say('a', { phase });
      driver.send({ kind: 'hold', hold: incident });
      driver.comes('b', 2);
      expect(driver.admissionTexts('a', 'b')).toEqual(['a granted, held: incident', 'b held: incident']);
      driver.send({ kind: 'resume', by: 'ann' });
      expect(driver.admissionTexts('a', 'b')).toEqual(['a superseded by b', 'b waiting behind a']);
    },
  );

  test('does not keep an older commit from ending', () => {
    const driver = lane();
    driver.comes('a', 2);
    driver.send({ kind: 'hold', hold: incident });
    driver.comes('b', 1);
    expect(driver.admissionTexts('b')).toEqual(['b superseded by a']);
  });

  test('does not concern rollbacks', () => {
    const driver = lane({ ...incident, config: true });
    driver.comes('r', 1, rollback);
    expect(driver.admissionTexts('r')).toEqual(['r granted']);
  });

  test('ends by itself, without a record', () => {
    const driver = lane({ ...incident, until: plus(start, minute) });
    driver.comes('a', 1);
    expect(nextTick(driver.state, driver.now)).toBe(plus(start, 15_000));
    driver.passes(minute);
    expect(driver.admissionTexts('a')).toEqual(['a granted']);
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

describe('two thousand holds', () => {
  test('with long reasons leave a state that is small, with the first one and the latest', () => {
    const driver = lane();
    for (let number = 1; number <= 2_000; number += 1)
      driver.send({
        kind: 'hold',
        hold: { by: `person ${number}`, reason: `${number} ${'é'.repeat(990)}`, config: false },
      });
    const { hold } = driver.state;
    expect(JSON.stringify(driver.state).length).toBeLessThan(10_000);
    expect(hold?.reason.split('; ').map((words) => words.split(' ')[0])).toEqual(['1', '…', '1998', '1999', '2000']);
    expect(hold?.by).toMatch(/^person 1; …; .*; person 1999; person 2000$/);
    const records = driver.notes.length;
    driver.send({ kind: 'hold', hold: { by: 'person 2000', reason: `2000 ${'é'.repeat(990)}`, config: false } });
    expect([driver.state.hold, driver.notes.length]).toEqual([hold, records]);
  });
});

describe('config changes', () => {
  test('are answered at once, beside whoever is there', () => {
    const driver = lane(incident);
    driver.say('c', configure);
    expect(driver.admissionTexts('c')).toEqual(['c granted']);
    driver.calendar = freeze;
    driver.comes('a', 1);
    driver.say('c');
    expect(driver.admissionTexts('a', 'c')).toEqual(['a held: incident; weekend', 'c granted']);
  });

  test('wait for a hold that is for them, too', () => {
    const driver = lane({ ...incident, config: true });
    driver.say('c', configure);
    expect(driver.admissionTexts('c')).toEqual(['c held: incident']);
    driver.send({ kind: 'resume', by: 'ann' });
    expect(driver.admissionTexts('c')).toEqual(['c granted']);
  });

  test('that have begun stay in, and hear of the hold', () => {
    const driver = lane();
    driver.say('c', configure);
    driver.send({ kind: 'hold', hold: { ...incident, config: true } });
    driver.say('c');
    driver.say('d', { ...configure, phase: 'unmerged' });
    expect(driver.admissionTexts('c', 'd')).toEqual(['c granted, held: incident', 'd granted, held: incident']);
  });

  test('go on by an override', () => {
    const driver = lane({ ...incident, config: true });
    driver.say('c', configure);
    driver.send({ kind: 'override', id: 'c', by: 'ann', reason: 'fix' });
    expect(driver.admissionTexts('c')).toEqual(['c granted']);
  });
});
