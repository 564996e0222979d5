import { describe, expect, test } from 'vitest';
import { decide, emptyLane } from '../../../src/lane/decide.ts';
import type { LaneEntry, LaneObservation, LaneState, TrackedEntry } from '../../../src/lane/types.ts';
import { commit, neededRelationsOf } from './commits.ts';
import { Driver, start } from './driver.ts';
import { allEntries } from './property/invariants.ts';

const id = (number: number) => `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`;
const sha = (number: number) => `a${String(number).padStart(39, '0')}`;

function entry(number: number, more: Partial<LaneEntry> = {}): LaneEntry {
  return {
    id: id(number),
    source: 'https://forge.test/acme/platform',
    environment: 'prod',
    operation: 'promotion',
    main: sha(number),
    phase: 'waiting',
    whenNewer: 'supersede',
    workflowId: `promote/forge.test/acme/platform/${sha(number)}`,
    firstRunId: `run of ${number}`,
    ...more,
  };
}

function entered(state: LaneState, entries: readonly LaneEntry[]): LaneState {
  return entries.reduce((rest, each) => decide(rest, { kind: 'enter', entry: each }, start).state, state);
}

function observed(state: LaneState, looked: readonly TrackedEntry[], relations = neededRelationsOf(looked)): LaneState {
  const observation: LaneObservation = { gone: [], relations, onlyNeeded: true, calendar: {} };
  return decide(state, { kind: 'observed', observation, looked: looked.map((each) => each.id) }, start).state;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('A look at a burst', () => {
  test.each([
    ['oldest first', numbers(500)],
    ['newest first', numbers(500).toReversed()],
  ])('of 500 promotions, %s, answers less than 200 kB, and lets the newest in', (_, order) => {
    const state = entered(
      emptyLane,
      order.map((number) => entry(number)),
    );
    const relations = neededRelationsOf(allEntries(state));
    expect(JSON.stringify(relations).length).toBeLessThan(200_000);
    const { current, waiting } = observed(state, allEntries(state), relations);
    expect(current?.id).toBe(id(500));
    expect(new Set(waiting.map(({ supersededBy }) => supersededBy?.main))).toEqual(new Set([sha(500)]));
    expect(JSON.stringify(waiting.map((each) => each.relations)).length).toBeLessThan(5_000);
  });

  test('tells nothing of those that give way already', () => {
    const first = entered(emptyLane, [entry(1), entry(2)]);
    const state = entered(observed(first, allEntries(first)), [entry(3)]);
    expect(neededRelationsOf(allEntries(state))).toEqual({ [id(3)]: { [id(2)]: 'newer' } });
  });

  test('tells of whoever was let in before, also where the newest is another', () => {
    const state = entered(emptyLane, [entry(2, { phase: 'merged' }), entry(1, { phase: 'unmerged' }), entry(3)]);
    expect(neededRelationsOf(allEntries(state))).toEqual({
      [id(1)]: { [id(2)]: 'older', [id(3)]: 'older' },
      [id(2)]: { [id(1)]: 'newer', [id(3)]: 'older' },
      [id(3)]: { [id(1)]: 'newer', [id(2)]: 'newer' },
    });
  });
});

describe('What was compared', () => {
  test('counts for nothing where the newest left meanwhile: the others were not compared with each other', () => {
    const state = entered(emptyLane, [entry(1), entry(2), entry(3)]);
    const looked = allEntries(state);
    const left = decide(state, { kind: 'leave', id: id(3) }, start).state;
    const unsettled = observed(left, allEntries(left), neededRelationsOf(looked));
    expect(unsettled.observedAt).toBeUndefined();
    expect(observed(unsettled, allEntries(unsettled)).current?.id).toBe(id(2));
  });

  test('counts for nothing where somebody came meanwhile', () => {
    const state = entered(emptyLane, [entry(1), entry(2)]);
    const unsettled = observed(entered(state, [entry(3)]), allEntries(state));
    expect(allEntries(unsettled).map(({ relations }) => relations)).toEqual([undefined, undefined, undefined]);
    expect(observed(unsettled, allEntries(unsettled)).current?.id).toBe(id(3));
  });

  test('lets a promotion that may go on in spite of a hold not give way to one that is held', () => {
    const driver = new Driver();
    driver.send({ kind: 'hold', hold: { by: 'bob', reason: 'incident', config: false } });
    driver.say('a', { main: commit(1) });
    driver.say('b', { main: commit(2) });
    driver.send({ kind: 'override', id: 'a', by: 'ann', reason: 'fix' });
    driver.state = observed(driver.state, driver.entries);
    expect(driver.state.current?.id).toBe('a');
    driver.send({ kind: 'resume', by: 'bob' });
    expect(driver.admissionText('a')).toBe('superseded by b');
  });
});
