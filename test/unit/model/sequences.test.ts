import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anySequence, eventKinds } from '../../model/events/arbitrary.ts';
import { eventWords } from '../../model/events/words.ts';
import { readOptions } from '../../model/options.ts';

describe('sequences', () => {
  it('are the same for the same seed and path', () => {
    const all = fc.sample(anySequence(14), { seed: 7, numRuns: 30 });
    for (const index of [0, 3, 29])
      expect(fc.sample(anySequence(14), { seed: 7, path: String(index), numRuns: 1 })).toEqual([all[index]]);
  });

  it('begin with a commit, and are as long as is asked for', () => {
    for (const { events } of fc.sample(anySequence(5), { seed: 1, numRuns: 200 })) {
      expect(events[0]?.kind).toBe('commit');
      expect(events.length).toBeLessThanOrEqual(5);
    }
  });

  it('hold every kind of event sooner or later', () => {
    const kinds = fc
      .sample(anySequence(14), { seed: 1, numRuns: 400 })
      .flatMap(({ events }) => events.map(({ kind }) => kind));
    expect(new Set(kinds)).toEqual(new Set(eventKinds));
  });

  it('are told event by event', () => {
    const event = { kind: 'merge', pick: 2, method: 'squash', pause: 3, nudges: 1 } as const;
    expect(eventWords(event)).toBe('merge (pick 2, method "squash"), then 1 nudges, 3 steps');
  });
});

describe('the options of the model test', () => {
  it('refuse what is no number', () => {
    expect(readOptions(['--sequences', '7', '--seed', '1'])).toMatchObject({ sequences: 7, seed: 1, replay: true });
    expect(() => readOptions(['--sequences', 'many'])).toThrow('--sequences wants a whole number, not "many"');
  });
});
