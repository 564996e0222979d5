import { describe, expect, test } from 'vitest';
import { decide, emptyLane, needsObservation, nextTick } from '../../../src/lane/decide.ts';
import { commit } from './commits.ts';
import { configure, Driver, plus, rollback, start } from './driver.ts';

const minute = 60_000;

describe('a lane that was terminated', () => {
  test('takes whoever was let in for its current operation, and tells it so after a look', () => {
    const driver = new Driver();
    driver.say('a', { phase: 'unmerged', main: commit(1) });
    expect(driver.state.current?.id).toBe('a');
    expect(driver.tells).toEqual([]);
    driver.observe();
    driver.comes('b', -1);
    expect(driver.admissionTexts('a', 'b')).toEqual(['a granted', 'b waiting behind a']);
  });

  test('takes it over in spite of a hold, of which it hears', () => {
    const driver = new Driver();
    driver.send({ kind: 'hold', hold: { by: 'bob', reason: 'incident', config: false } });
    driver.comes('a', 1, { phase: 'unmerged' });
    expect(driver.admissionTexts('a')).toEqual(['a granted, held: incident']);
  });

  test('lets a rollback interrupt it', () => {
    const driver = new Driver();
    driver.say('r', { ...rollback, main: commit(1) });
    driver.say('a', { phase: 'merged', main: commit(3) });
    driver.observe();
    expect(driver.admissionTexts('a', 'r')).toEqual(['a superseded by r', 'r waiting behind a']);
  });

  test('orders it like any other where somebody was let in meanwhile', () => {
    const driver = new Driver();
    driver.comes('b', 5);
    driver.comes('a', 4, { phase: 'unmerged' });
    driver.comes('x', -1, { phase: 'unmerged' });
    expect(driver.admissionTexts('a', 'b', 'x')).toEqual(['a superseded by b', 'b granted', 'x waiting behind b']);
    driver.leaves('b');
    expect(driver.admissionTexts('a', 'x')).toEqual(['a superseded by b', 'x granted']);
  });

  test('promises it its turn in spite of a hold', () => {
    const driver = new Driver();
    driver.comes('b', 5);
    driver.send({ kind: 'hold', hold: { by: 'bob', reason: 'incident', config: false } });
    driver.comes('a', -1, { phase: 'unmerged' });
    expect(driver.admissionTexts('a')).toEqual(['a waiting behind b']);
    driver.leaves('b');
    expect(driver.admissionTexts('a')).toEqual(['a granted, held: incident']);
  });

  test('leaves one that was merged meanwhile in its place, and gives it its turn back', () => {
    const driver = new Driver();
    driver.comes('b', 5);
    driver.comes('a', 4, { phase: 'unmerged' });
    driver.say('a', { phase: 'merged' });
    driver.look();
    expect(driver.admissionTexts('a')).toEqual(['a waiting behind b']);
    driver.comes('x', -1);
    driver.leaves('b');
    expect(driver.admissionTexts('a', 'x')).toEqual(['a granted', 'x waiting behind a']);
  });

  test('compares one that was superseded, and merged, anew', () => {
    const driver = new Driver();
    driver.comes('b', 5);
    driver.comes('a', 4, { phase: 'unmerged' });
    driver.comes('c', 6);
    driver.say('a', { phase: 'merged' });
    driver.look();
    driver.leaves('b');
    expect(driver.admissionTexts('a', 'c')).toEqual(['a granted', 'c waiting behind a']);
    driver.say('a', { phase: 'failed' });
    expect(driver.admissionTexts('a')).toEqual(['a superseded by c']);
  });

  test('tells those who were told before: it counts on from the time', () => {
    const driver = new Driver();
    driver.comes('a', 1);
    driver.say('a');
    const [first, second] = driver.tells.map(({ sequence }) => sequence);
    expect([first, second]).toEqual([Date.parse(start), Date.parse(start) + 1]);
    driver.state = emptyLane;
    driver.now = plus(start, minute);
    driver.comes('a', 1);
    expect(driver.tells.at(-1)?.sequence).toBe(Date.parse(start) + minute);
  });
});

describe('an entry', () => {
  test('that is repeated is answered again, and changes nothing', () => {
    const driver = new Driver();
    for (const id of ['a', 'b', 'c'] as const) driver.comes(id, id === 'b' ? -1 : 1);
    driver.say('d', configure);
    for (const id of ['a', 'b', 'c', 'd']) {
      const { sequence, ...before } = driver.state;
      const answer = driver.admission(id);
      const commands = driver.say(id);
      expect(commands).toMatchObject([{ kind: 'tell', entry: { id }, admission: answer, sequence: sequence + 1 }]);
      expect(driver.state).toEqual({ ...before, sequence: sequence + 1 });
    }
  });

  test('says what is told without what the lane knows besides', () => {
    const driver = new Driver();
    driver.comes('r', 1, rollback);
    expect(driver.tells.at(-1)?.entry).toEqual({
      ...rollback,
      id: 'r',
      main: commit(1),
      phase: 'waiting',
      whenNewer: 'supersede',
      source: 'https://forge.test/acme/platform',
      environment: 'prod',
      workflowId: 'promote/r',
      firstRunId: 'run of r',
    });
  });

  test.each([
    ['of a workflow that was started again', { firstRunId: 'another run' }],
    ['of the same run that comes again', {}],
  ])('%s takes the place of the older one', (_, change) => {
    const driver = new Driver();
    driver.comes('a', 1);
    driver.comes('b', -1);
    driver.comes('again', 1, { workflowId: 'promote/a', firstRunId: 'run of a', ...change });
    expect(driver.entries.map(({ id }) => id)).toEqual(['b', 'again']);
    expect(driver.admissionTexts('b', 'again')).toEqual(['b granted', 'again waiting behind b']);
  });

  test('with another commit than before is compared anew', () => {
    const driver = new Driver();
    driver.comes('x', 3, { whenNewer: 'wait' });
    driver.comes('a', 4, { whenNewer: 'wait' });
    expect(driver.admissionTexts('a')).toEqual(['a waiting behind x']);
    driver.comes('a', 2);
    expect(driver.admissionTexts('a')).toEqual(['a superseded by x']);
  });

  test('of the same workflow with another operation is another one', () => {
    const driver = new Driver();
    driver.comes('a', 1);
    driver.comes('r', 1, { ...rollback, workflowId: 'promote/a' });
    expect(driver.entries.map(({ id }) => id)).toEqual(['a', 'r']);
  });

  test('of a config change asks for no look at the world', () => {
    const driver = new Driver();
    driver.say('c', configure);
    expect(needsObservation(driver.state)).toBe(false);
    expect(nextTick(driver.state, driver.now)).toBeUndefined();
    driver.comes('a', 1);
    const { observedAt } = driver.state;
    driver.say('d', configure);
    expect(driver.state.observedAt).toBe(observedAt);
  });
});

describe('a look now and then', () => {
  function looks(driver: Driver, until: number): readonly number[] {
    const times: number[] = [];
    while (times.length < 100) {
      const tick = nextTick(driver.state, driver.now);
      if (tick === undefined || Date.parse(tick) - Date.parse(start) > until) break;
      driver.passes(Date.parse(tick) - Date.parse(driver.now));
      times.push((Date.parse(driver.now) - Date.parse(start)) / 1000);
    }
    return times;
  }

  test('is taken more and more rarely while somebody waits', () => {
    const driver = new Driver();
    driver.comes('a', 1);
    driver.comes('b', -1);
    expect(looks(driver, 50 * minute)).toEqual([15, 45, 105, 225, 465, 945, 1545, 2145, 2745]);
  });

  test('is taken often again when somebody comes, or the next one is let in', () => {
    const driver = new Driver();
    driver.comes('a', 1);
    driver.comes('b', -1);
    looks(driver, 30 * minute);
    driver.comes('c', -2);
    expect(nextTick(driver.state, driver.now)).toBe(plus(driver.now, 15_000));
    looks(driver, 60 * minute);
    driver.leaves('a');
    expect(nextTick(driver.state, driver.now)).toBe(plus(driver.now, 15_000));
  });

  test('is rare while there is a current operation alone', () => {
    const driver = new Driver();
    driver.comes('a', 1);
    expect(looks(driver, 30 * minute)).toEqual([600, 1200, 1800]);
  });

  test('lets the next one in when the current operation was terminated', () => {
    const driver = new Driver();
    driver.comes('a', 1);
    driver.comes('b', -1);
    driver.gone.add('a');
    driver.passes(15_000);
    expect(driver.admissionTexts('b')).toEqual(['b granted']);
  });

  test('is not taken where nobody is: only the end of a hold is awaited', () => {
    const until = plus(start, minute);
    expect(nextTick(emptyLane, start)).toBeUndefined();
    const { state } = decide(
      emptyLane,
      { kind: 'hold', hold: { by: 'bob', reason: 'b', config: false, until } },
      start,
    );
    expect(nextTick(state, start)).toBe(until);
    expect(nextTick(state, plus(until, minute))).toBe(plus(until, minute));
    expect(nextTick(decide(state, { kind: 'tick' }, until).state, until)).toBeUndefined();
  });
});

test('who has left is forgotten', () => {
  const driver = new Driver();
  for (let number = 1; number <= 30; number += 1) {
    driver.comes(`c${number}`, number);
    driver.comes(`u${number}`, -number);
    driver.leaves(`c${number}`);
    driver.leaves(`u${number}`);
  }
  expect(driver.state).toEqual({ ...emptyLane, sequence: driver.state.sequence });
});

test('who is superseded leaves no relations behind', () => {
  const driver = new Driver();
  driver.comes('a', 1);
  driver.say('a', { phase: 'merged' });
  for (let number = 2; number <= 30; number += 1) driver.comes(`c${number}`, number);
  const known = driver.entries.map(({ relations = {} }) => Object.keys(relations).length);
  expect(Math.max(...known)).toBeLessThanOrEqual(1);
});
