import { describe, expect, it } from 'vitest';
import type { RecordedEntry } from '../../../src/record/entry.ts';
import { deployments, healthyPairs, lastHold, promotedMain, seenReverts } from '../../../src/record/queries.ts';

const now = new Date('2026-03-10T00:00:00Z');
const sha = (digit: string) => digit.repeat(40);

/** `day` of March. */
function entry(day: number, event: RecordedEntry['event'], more: Partial<RecordedEntry> = {}): RecordedEntry {
  const time = new Date(Date.UTC(2026, 2, day)).toISOString();
  return { time, event, commit: sha('9'), ...more };
}

const healthy = { total: 2, healthy: 2 };

describe('A hold line that is missing', () => {
  const held = entry(2, 'held', { by: 'Ada', reason: 'audit', until: '2026-03-05T00:00:00.000Z', holds: 1 });

  it('keeps a hold, config changes included, where a later line remembers it', () => {
    const later = entry(6, 'deployed', { holds: 3 });
    expect(lastHold([later, entry(4, 'resumed', { holds: 2 }), held], now)).toEqual({
      by: 'Fairlead',
      reason:
        'a line about a hold is missing from the record, whose last has the number 3: somebody removed or changed it',
      since: later.time,
      config: true,
    });
    expect(lastHold([later, held], now)).toMatchObject({ reason: expect.stringContaining('2 lines about holds are') });
    expect(lastHold([later, held], new Date('2026-03-03T00:00:00Z'))).toMatchObject({
      by: 'Ada',
      since: held.time,
      reason: expect.stringMatching(/^audit; 2 lines/),
      config: true,
    });
    expect(lastHold([later, held], new Date('2026-03-03T00:00:00Z'))?.until).toBeUndefined();
  });

  it('holds no more when somebody has resumed, and keeps nothing where all are there', () => {
    const resumed = entry(7, 'resumed', { holds: 4 });
    expect(lastHold([entry(8, 'deployed', { holds: 4 }), resumed, held], now)).toBeUndefined();
    expect(lastHold([entry(8, 'deployed', { holds: 1 }), held], now)).toBeUndefined();
    expect(lastHold([entry(8, 'held', { by: 'Eve', reason: 'x', holds: 5 }), resumed, held], now)).toMatchObject({
      by: 'Eve',
      config: false,
    });
  });

  it('does not matter where nobody vouches for numbers', () => {
    expect(lastHold([entry(6, 'deployed'), entry(5, 'resumed'), entry(4, 'held')], now)).toBeUndefined();
  });
});

describe('The hold in force', () => {
  it('is the newest, until somebody resumes or its time has passed', () => {
    const freeze = entry(2, 'held', { by: 'Ada', reason: 'audit' });
    expect(lastHold([entry(3, 'promoted'), freeze], now)).toMatchObject({ since: freeze.time });
    expect(lastHold([entry(4, 'resumed'), freeze], now)).toBeUndefined();
    const again = entry(5, 'held', { until: '2026-03-11T00:00:00.000Z' });
    expect(lastHold([again, entry(4, 'resumed'), freeze], now)).toMatchObject({ since: again.time });
    expect(lastHold([], now)).toBeUndefined();
  });

  it('is of a rollback, also where the lane did not get to saying so, until somebody resumes', () => {
    const back = entry(4, 'rolled back', { by: 'Ada', reason: 'checkout fails', configHeld: true });
    const hold = { by: 'Ada', reason: 'rolled back: checkout fails', since: back.time, config: true };
    expect(lastHold([back, entry(3, 'resumed'), entry(2, 'held')], now)).toEqual(hold);
    const said = entry(5, 'held', { by: 'Ada', reason: 'rolled back: checkout fails' });
    expect(lastHold([said, back], now)).toMatchObject({ since: said.time });
    expect(lastHold([entry(6, 'resumed'), said, back], now)).toBeUndefined();
  });

  it('is of a rollback from its merge on: nobody may be left to say how it ended', () => {
    const merged = entry(4, 'deployed', { operation: 'rollback', by: 'Ada', reason: 'checkout fails' });
    expect(lastHold([merged], now)).toMatchObject({ by: 'Ada', reason: 'rolled back: checkout fails', config: false });
    expect(lastHold([entry(5, 'resumed'), merged], now)).toBeUndefined();
    expect(lastHold([entry(4, 'deployed', { operation: 'promotion' })], now)).toBeUndefined();
  });

  it('began with the oldest of the holds that it joins', () => {
    const [first, second] = [entry(2, 'held'), entry(4, 'held', { until: '2026-03-20T00:00:00.000Z' })];
    const joined = entry(5, 'held');
    expect(lastHold([joined, entry(5, 'promoted'), second, first], now)?.since).toBe(first.time);
    const ended = entry(2, 'held', { until: '2026-03-03T00:00:00.000Z' });
    expect(lastHold([joined, second, ended], now)?.since).toBe(second.time);
    expect(lastHold([joined, entry(4, 'resumed'), first], now)?.since).toBe(joined.time);
  });

  it('that has ended does not bring back the one that it replaced', () => {
    const ended = entry(5, 'held', { until: '2026-03-10T00:00:00.000Z' });
    expect(lastHold([ended, entry(4, 'held')], now)).toBeUndefined();
  });
});

describe('What was recorded healthy', () => {
  const [old, newer] = [
    { main: sha('a'), config: sha('b') },
    { main: sha('c'), config: sha('b') },
  ];

  it('is each pair once, newest first', () => {
    const entries = [
      entry(6, 'configured', { ...old, config: sha('d'), clusters: healthy }),
      entry(5, 'rolled back', { ...old, clusters: healthy }),
      entry(4, 'promoted', { ...newer, clusters: healthy }),
      entry(3, 'promoted', { ...old, clusters: healthy }),
    ];
    expect(healthyPairs(entries).map(({ time }) => time.slice(8, 10))).toEqual(['06', '05', '04']);
    expect(promotedMain(entries)).toBe(old.main);
    expect(promotedMain(entries.slice(2))).toBe(newer.main);
  });

  it('is not what was merely deployed, accepted, or healthy in part', () => {
    const entries = [
      entry(6, 'deployed', newer),
      entry(5, 'accepted', { ...newer, clusters: healthy }),
      entry(4, 'promoted', { ...newer, clusters: { total: 2, healthy: 1 } }),
      entry(3, 'promoted', newer),
      entry(2, 'promoted', { main: newer.main, clusters: healthy }),
    ];
    expect(healthyPairs(entries)).toEqual([]);
    expect(promotedMain(entries)).toBeUndefined();
    expect(deployments(entries).map(({ time }) => time.slice(8, 10))).toEqual(['06', '05', '04', '03']);
  });
});

it('What was healthy on every cluster but the ones that were left out by name was healthy', () => {
  const pair = { main: sha('a'), config: sha('b') };
  const clusters = { total: 3, healthy: 2 };
  expect(promotedMain([entry(3, 'promoted', { ...pair, clusters, leftOut: ['edge-7'] })])).toBe(pair.main);
  expect(promotedMain([entry(3, 'promoted', { ...pair, clusters, leftOut: [] })])).toBeUndefined();
  expect(promotedMain([entry(3, 'accepted', { ...pair, clusters, leftOut: ['edge-7'] })])).toBeUndefined();
});

it('Reverts are known by the holds for them, each once', () => {
  const entries = [
    entry(5, 'held', { revert: sha('1') }),
    entry(4, 'resumed', { revert: sha('2') }),
    entry(3, 'held', { revert: sha('1') }),
    entry(2, 'held'),
  ];
  expect(seenReverts(entries)).toEqual([sha('1')]);
});
