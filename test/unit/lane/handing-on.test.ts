import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { emptyLane } from '../../../src/lane/decide.ts';
import { firstState, handOn, readRefusals, recollect } from '../../../src/lane/memory.ts';
import type { TrackedEntry } from '../../../src/lane/types.ts';
import { olderVersion, readMemory } from '../../../src/memory-format.ts';
import { count } from '../../../src/shape.ts';
import { commit, run } from './commits.ts';
import { start } from './driver.ts';

const entry: TrackedEntry = {
  id: 'a',
  source: 'https://forge.test/acme/platform',
  environment: 'prod',
  operation: 'promotion',
  main: commit(1),
  phase: 'merged',
  whenNewer: 'wait',
  workflowId: 'promote/a',
  firstRunId: run(1),
  since: start,
};
const state = { ...emptyLane, current: entry, sequence: 7 };

describe('The memory of a lane', () => {
  test('is read as it was handed on', () => {
    expect(recollect(handOn(state))).toEqual({ kind: 'remembered', state });
    expect(firstState(recollect(handOn(state)))).toEqual(state);
  });

  test('has refusals beside it, which are dropped where they cannot be read', () => {
    const refusals = [{ at: start, action: 'hold', reason: 'no reason was given' }];
    expect(readRefusals(refusals)).toEqual(refusals);
    for (const each of [undefined, null, 'x', [{ at: 'noon', action: 'hold', reason: '' }]])
      expect(readRefusals(each)).toEqual([]);
  });

  test('is none where nothing was handed on', () => {
    expect(recollect(undefined)).toEqual({ kind: 'none' });
    expect(firstState(recollect(undefined))).toEqual(emptyLane);
  });

  test.each([
    ['nothing', null, 'it is null'],
    ['an empty object', {}, 'version is missing'],
    ['a state without a version', state, 'version is missing'],
    ['a version that is none', { ...state, version: 'x' }, 'version is "x"'],
    ['a newer version', { version: 2 }, 'it has version 2, of a newer release; this one knows 1'],
    ['a version alone', { version: 1 }, 'of version 1, waiting is missing'],
    [
      'an entry in part',
      handOn({ ...state, waiting: [{ id: 'b' } as never] }),
      'of version 1, waiting.0.source is missing',
    ],
    [
      'an entry without a commit',
      handOn({ ...state, waiting: [{ ...entry, main: '' }] }),
      'of version 1, waiting.0 is {',
    ],
    ['a time that is none', handOn({ ...state, observedAt: 'noon' }), 'of version 1, observedAt is "noon"'],
    [
      'another admission',
      handOn({ ...state, current: { ...entry, admission: { kind: 'x' } as never } }),
      'current.admission',
    ],
  ])('is not understood where it is %s, and the lane begins anew', (_, handedOn, why) => {
    const memory = recollect(handedOn);
    expect(memory).toMatchObject({ kind: 'not understood', why: expect.stringContaining(why) });
    expect(firstState(memory)).toEqual(emptyLane);
  });
});

describe('Memory of an older version', () => {
  // Invented: version 1 counted, version 2 kept a list of numbers, version 3 has names.
  const one = olderVersion(v.object({ number: count }), ({ number }) => ({ numbers: [number] }));
  const two = olderVersion(v.object({ numbers: v.array(count) }), ({ numbers }) => ({ names: numbers.map(String) }));
  const format = { older: [one, two], present: v.object({ names: v.array(v.string()) }) };

  test.each([
    ['the first', { version: 1, number: 4 }, ['4']],
    ['the second', { version: 2, numbers: [4, 5] }, ['4', '5']],
    ['the present', { version: 3, names: ['a'] }, ['a']],
  ])('is brought up to the present one: %s', (_, written, names) => {
    expect(readMemory(written, format)).toEqual({ state: { names } });
  });

  test.each([
    ['the first', { version: 1, number: 'x' }, 'of version 1, number is "x"'],
    ['the second', { version: 2, number: 4 }, 'of version 2, numbers is missing'],
    ['a newer one', { version: 4 }, 'it has version 4, of a newer release; this one knows 3'],
  ])('is checked before it is believed: %s', (_, written, fault) => {
    expect(readMemory(written, format)).toEqual({ fault });
  });

  test('is not understood where its migration does not make the next version', () => {
    const wrong = olderVersion(v.object({ number: count }), () => ({ numbers: ['x'] }));
    const broken = { ...format, older: [wrong, two] };
    expect(readMemory({ version: 1, number: 4 }, broken)).toEqual({ fault: 'of version 2, numbers.0 is "x"' });
  });
});
