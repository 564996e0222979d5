import { describe, expect, test } from 'vitest';
import { needsObservation, nextTick } from '../../../src/lane/decide.ts';
import { laneTrouble } from '../../../src/lane/details.ts';
import { commit } from './commits.ts';
import { Driver, plus, rollback } from './driver.ts';

function lane(): Driver {
  return new Driver();
}

/** A lane in which `a`, of commit 5, has been let in and got as far as this. */
function taken(phase: 'waiting' | 'unmerged' | 'merged' | 'failed' = 'unmerged'): Driver {
  const driver = lane();
  driver.comes('a', 5);
  if (phase !== 'waiting') driver.say('a', { phase });
  return driver;
}

/** That it is superseded. */
function timesTold({ tells }: Driver, id: string): number {
  return tells.filter(({ entry, admission }) => entry.id === id && admission.kind === 'superseded').length;
}

describe('letting in', () => {
  test('nobody is let in before the world was looked at', () => {
    const driver = lane();
    expect(driver.say('a')).toEqual([]);
    expect(needsObservation(driver.state)).toBe(true);
    driver.observe();
    expect(driver.admissionTexts('a')).toEqual(['a granted']);
    expect(needsObservation(driver.state)).toBe(false);
  });

  test('who came after the look was begun is not passed over: the world is looked at again', () => {
    const driver = lane();
    driver.say('a', { main: commit(1) });
    const looked = driver.entries;
    driver.say('b', { main: commit(2) });
    driver.observe(looked);
    expect(driver.tells).toEqual([]);
    expect(needsObservation(driver.state)).toBe(true);
    driver.observe();
    expect(driver.admissionTexts('a', 'b')).toEqual(['a superseded by b', 'b granted']);
  });

  test('one that came and was terminated is not let in', () => {
    const driver = lane();
    driver.say('a');
    driver.say('b', { main: commit(-1) });
    driver.gone.add('a');
    driver.observe();
    expect(driver.admissionTexts('a', 'b')).toEqual(['a untold', 'b granted']);
  });

  test('unrelated commits come in the order of arrival', () => {
    const driver = lane();
    driver.comes('a', 1);
    driver.comes('b', -1);
    driver.comes('c', -1);
    expect(driver.admissionTexts('b', 'c')).toEqual(['b waiting behind a', 'c waiting behind a']);
    driver.leaves('a');
    expect(driver.admissionTexts('b', 'c')).toEqual(['b granted', 'c waiting behind b']);
  });

  test('the world is looked at again before the next one is let in', () => {
    const driver = taken();
    driver.comes('b', -1);
    driver.send({ kind: 'leave', id: 'a' });
    expect(driver.admissionTexts('b')).toEqual(['b waiting behind a']);
    driver.gone.add('b');
    driver.look();
    expect(driver.state.current).toBeUndefined();
    expect(driver.state.waiting).toEqual([]);
  });

  test('who was looked at together with others hears nothing before all were', () => {
    const driver = taken();
    driver.say('b', { main: commit(4) });
    const looked = driver.entries;
    driver.say('c', { main: commit(-1) });
    driver.observe(looked);
    expect(driver.admissionTexts('b')).toEqual(['b untold']);
    driver.observe();
    expect(driver.admissionTexts('b')).toEqual(['b superseded by a']);
  });

  test('a terminated current operation makes nobody wait', () => {
    const driver = taken();
    driver.gone.add('a');
    driver.comes('b', -1);
    expect(driver.admissionTexts('b')).toEqual(['b granted']);
  });

  test('one that runs but takes no message keeps the lane, and is told again a minute later', () => {
    const driver = taken();
    driver.comes('b', -1);
    driver.tells = [];
    driver.send({ kind: 'untold', id: 'a', why: 'the limit of signals is reached' });
    driver.look();
    expect(driver.state.current?.id).toBe('a');
    expect(driver.tells).toEqual([]);
    expect(laneTrouble(driver.state, [])).toContain('promote/a runs, but takes no message (the limit of signals');
    driver.now = plus(driver.now, 60_000);
    expect(nextTick(driver.state, driver.now)).toBe(driver.now);
    driver.send({ kind: 'tick' });
    expect(driver.tells.map(({ entry }) => entry.id)).toEqual(['a']);
    expect(laneTrouble(driver.state, [])).toBeUndefined();
  });

  test('one that runs but takes no message is answered when it comes again itself', () => {
    const driver = taken();
    driver.send({ kind: 'untold', id: 'a', why: 'the limit of signals is reached' });
    driver.tells = [];
    driver.say('a');
    expect(driver.tells.map(({ entry }) => entry.id)).toEqual(['a']);
    expect(driver.state.current?.untold).toBeUndefined();
  });

  test('a current operation that has ended is gone', () => {
    const driver = taken();
    driver.comes('b', -1);
    driver.send({ kind: 'gone', id: 'a' });
    driver.look();
    expect(driver.admissionTexts('b')).toEqual(['b granted']);
  });

  test('a workflow of the same commit waits', () => {
    const driver = taken();
    driver.comes('b', 5);
    expect(driver.admissionTexts('a', 'b')).toEqual(['a granted', 'b waiting behind a']);
  });
});

describe('superseding', () => {
  test.each(['waiting', 'unmerged', 'failed'] as const)('a newer commit takes the place of one that is %s', (phase) => {
    const driver = taken(phase);
    driver.comes('b', 6);
    expect(driver.admissionTexts('a', 'b')).toEqual(['a superseded by b', 'b waiting behind a']);
    driver.leaves('a');
    expect(driver.admissionTexts('b')).toEqual(['b granted']);
  });

  test('a newer commit waits for one whose rollout is being verified, and takes its place when that fails', () => {
    const driver = taken('merged');
    driver.comes('b', 6);
    expect(driver.admissionTexts('a', 'b')).toEqual(['a granted', 'b waiting behind a']);
    driver.say('a', { phase: 'failed' });
    expect(driver.admissionTexts('a')).toEqual(['a superseded by b']);
  });

  test('what was found out about commits is remembered at the next look', () => {
    const driver = taken('merged');
    driver.comes('b', 6);
    driver.passes(60_000);
    driver.say('a', { phase: 'failed' });
    expect(driver.admissionTexts('a')).toEqual(['a superseded by b']);
  });

  test.each(['unmerged', 'failed'] as const)('whenNewer wait: one that is %s is left alone', (phase) => {
    const driver = taken(phase);
    driver.comes('b', 6, { whenNewer: 'wait' });
    expect(driver.admissionTexts('a', 'b')).toEqual(['a granted', 'b waiting behind a']);
  });

  test.each(['supersede', 'wait'] as const)('whenNewer %s: of those that wait only the newest stays', (whenNewer) => {
    const driver = taken('merged');
    for (const [id, number] of [
      ['b', 6],
      ['c', 8],
      ['d', 7],
    ] as const)
      driver.comes(id, number, { whenNewer });
    expect(driver.admissionTexts('a', 'b', 'c', 'd')).toEqual([
      'a granted',
      'b superseded by c',
      'c waiting behind a',
      'd superseded by c',
    ]);
  });

  test.each(['unmerged', 'merged'] as const)('a commit older than one that is %s never comes in', (phase) => {
    const driver = taken(phase);
    driver.comes('b', 4, { whenNewer: 'wait' });
    expect(driver.admissionTexts('a', 'b')).toEqual(['a granted', 'b superseded by a']);
  });

  test('of a burst the newest is let in, in whatever order they come', () => {
    const driver = lane();
    const numbers = Array.from({ length: 50 }, (_, index) => ((index * 7) % 50) + 1);
    for (const number of numbers) driver.say(`c${number}`, { main: commit(number) });
    driver.observe();
    expect(driver.admissionText('c50')).toBe('granted');
    for (const number of numbers.filter((number) => number !== 50))
      expect(driver.admissionText(`c${number}`)).toBe('superseded by c50');
  });

  test('who is superseded keeps to the one that it was told', () => {
    const driver = taken();
    driver.comes('b', 6);
    driver.comes('c', 7);
    expect(driver.admissionTexts('a', 'b', 'c')).toEqual([
      'a superseded by b',
      'b superseded by c',
      'c waiting behind a',
    ]);
    expect(timesTold(driver, 'a')).toBe(1);
    driver.leaves('b');
    driver.leaves('a');
    expect(driver.admissionTexts('c')).toEqual(['c granted']);
  });

  test('who is superseded has no say any more', () => {
    const driver = taken();
    driver.comes('b', 7);
    driver.leaves('b');
    driver.comes('c', 4);
    expect(driver.admissionTexts('a', 'c')).toEqual(['a superseded by b', 'c waiting behind a']);
  });

  test('merged a moment before it was superseded: it stays, and the newer one waits', () => {
    const driver = taken();
    driver.comes('b', 6);
    driver.say('a', { phase: 'merged' });
    expect(driver.admissionTexts('a', 'b')).toEqual(['a granted', 'b waiting behind a']);
    driver.comes('c', 5);
    expect(driver.admissionText('c')).toBe('superseded by b');
    driver.leaves('a');
    expect(driver.admissionTexts('b')).toEqual(['b granted']);
  });

  test('merged after all, it gives way to the newest when its rollout fails', () => {
    const driver = taken();
    driver.comes('b', 6);
    driver.comes('c', 7);
    driver.leaves('b');
    driver.say('a', { phase: 'merged' });
    expect(driver.admissionTexts('a', 'c')).toEqual(['a granted', 'c waiting behind a']);
    driver.say('a', { phase: 'failed' });
    expect(driver.admissionTexts('a')).toEqual(['a superseded by c']);
  });

  test('one that is told to give way, and repeats that it is not merged, still is to give way', () => {
    const driver = taken();
    driver.comes('b', 6);
    driver.leaves('b');
    driver.say('a');
    expect(driver.admissionText('a')).toBe('superseded by b');
    expect(timesTold(driver, 'a')).toBe(2);
  });
});

describe('rollbacks', () => {
  test.each(['unmerged', 'merged', 'failed'] as const)('a rollback interrupts a promotion that is %s', (phase) => {
    const driver = taken(phase);
    driver.comes('r', 2, { ...rollback, workflowId: 'rollback/prod' });
    const successor = { ...rollback, main: commit(2), workflowId: 'rollback/prod', firstRunId: 'run of r' };
    expect(driver.admission('a')).toEqual({ kind: 'superseded', by: successor });
    expect(driver.admissionTexts('r')).toEqual(['r waiting behind a']);
    driver.say('a', { phase: 'merged' });
    expect(driver.admission('a')).toEqual({ kind: 'superseded', by: successor });
    driver.leaves('a');
    expect(driver.admissionTexts('r')).toEqual(['r granted']);
  });

  test('a promotion gives way to a rollback also where that is over before it has left', () => {
    const driver = taken();
    driver.comes('r', 2, rollback);
    driver.leaves('r');
    driver.say('a', { phase: 'merged' });
    expect(driver.admissionTexts('a')).toEqual(['a superseded by r']);
  });

  test('a rollback goes before promotions that came earlier', () => {
    const driver = taken();
    driver.comes('b', -1);
    driver.comes('r', 2, rollback);
    driver.leaves('a');
    expect(driver.admissionTexts('b', 'r')).toEqual(['b waiting behind r', 'r granted']);
  });

  test('a rollback waits for another, and no promotion takes its place', () => {
    const driver = lane();
    driver.comes('r', 2, rollback);
    driver.comes('s', 1, rollback);
    driver.comes('b', 9);
    expect(driver.admissionTexts('r', 's', 'b')).toEqual(['r granted', 's waiting behind r', 'b waiting behind r']);
    driver.leaves('r');
    expect(driver.admissionTexts('s', 'b')).toEqual(['s granted', 'b waiting behind s']);
  });

  test('the hold that a rollback leaves with lets nobody slip in', () => {
    const driver = lane();
    driver.comes('r', 2, rollback);
    driver.comes('b', 9);
    driver.leaves('r', { by: 'ann', reason: 'rolled back', config: false });
    expect(driver.admissionTexts('b')).toEqual(['b held: rolled back']);
    driver.send({ kind: 'resume', by: 'ann' });
    expect(driver.admissionTexts('b')).toEqual(['b granted']);
  });

  test('a merged promotion that was superseded by a newer one still gives way to a rollback', () => {
    const driver = taken();
    driver.comes('b', 6);
    driver.comes('r', 2, rollback);
    expect(driver.admissionTexts('a')).toEqual(['a superseded by b']);
    driver.say('a', { phase: 'merged' });
    expect(driver.admissionTexts('a')).toEqual(['a superseded by r']);
  });
});
