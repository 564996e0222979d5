import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RecordEntry, recordEvents } from '../../../src/record/entry.ts';
import { parseEntries, printEntry } from '../../../src/record/lines.ts';
import { version } from '../../../src/version.ts';

const commit = 'c0'.repeat(20);
const main = 'a1'.repeat(20);
const config = 'b2'.repeat(20);
const entry: RecordEntry = {
  time: '2026-03-01T10:00:00.000Z',
  event: 'promoted',
  operation: 'promotion',
  main,
  config,
  by: 'Ada',
  clusters: { total: 3, healthy: 3 },
  request: 7,
};

function parse(...lines: string[]) {
  const { entries, damaged } = parseEntries(new Map([[commit, lines]]));
  return { entries, damaged };
}

describe('A line of the record', () => {
  it('begins with the time, has its keys in one order, and no line break', () => {
    const line = printEntry({ ...entry, reason: 'first\nsecond' });
    expect(line).toBe(
      `{"time":"2026-03-01T10:00:00.000Z","v":1,"event":"promoted","operation":"promotion","main":"${main}","config":"${config}",` +
        '"by":"Ada","reason":"first\\nsecond","clusters":{"total":3,"healthy":3},"request":7}',
    );
    const turned = Object.fromEntries(Object.entries(entry).reverse()) as unknown as RecordEntry;
    expect(printEntry(turned)).toBe(printEntry(entry));
  });

  it('is read as it was written, whatever it says', () => {
    const sha = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 });
    const time = fc
      .date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString());
    const entries = fc.record(
      {
        time,
        event: fc.constantFrom(...recordEvents),
        operation: fc.constantFrom('promotion' as const, 'config change' as const, 'rollback' as const),
        main: sha,
        config: sha,
        by: fc.string({ unit: 'binary' }),
        reason: fc.string({ unit: 'binary' }),
        clusters: fc.nat(50).chain((total) => fc.record({ total: fc.constant(total), healthy: fc.nat(total) })),
        leftOut: fc.array(fc.string()),
        request: fc.integer({ min: 1 }),
        workflow: fc.string(),
        until: time,
        configHeld: fc.boolean(),
        revert: sha,
      },
      { requiredKeys: ['time', 'event'] },
    );
    fc.assert(
      fc.property(entries, (written) => {
        const line = printEntry(written as RecordEntry);
        expect(line).not.toMatch(/[\r\n]/);
        expect(parse(line)).toEqual({ entries: [{ ...written, commit }], damaged: [] });
      }),
    );
  });

  it('without a format is of the first', () => {
    expect(parse(JSON.stringify(entry))).toEqual({ entries: [{ ...entry, commit }], damaged: [] });
  });

  it('of a newer format is never passed over: reading says which version it takes', () => {
    const newer = JSON.stringify({ time: entry.time, v: 2, what: 'something new' });
    expect(() => parse(printEntry(entry), newer)).toThrow(
      `line of ${entry.time} on ${commit} has format 2, which a newer Fairlead wrote; this is Fairlead ${version}, which knows format 1. Nothing was changed.`,
    );
  });

  it('keeps what this version knows of a later one, and passes over the rest', () => {
    const later = JSON.stringify({ ...entry, weather: 'fine', clusters: { total: 3, healthy: 3, asleep: 1 } });
    expect(parse(later)).toEqual({ entries: [{ ...entry, commit }], damaged: [] });
  });

  it.each([
    ['text', 'Looks good to me'],
    ['half a line', printEntry(entry).slice(0, -5)],
    ['null', 'null'],
    ['a list', `[${printEntry(entry)}]`],
    ['a format that is none', JSON.stringify({ ...entry, v: '2' })],
    ['a newer format without a time', JSON.stringify({ v: 2 })],
    ['no time', JSON.stringify({ event: 'promoted' })],
    ['a time without milliseconds', JSON.stringify({ ...entry, time: '2026-03-01T10:00:00Z' })],
    ['a time of another zone', JSON.stringify({ ...entry, time: '2026-03-01T10:00:00.000+01:00' })],
    ['a day that is none', JSON.stringify({ ...entry, time: '2026-02-30T10:00:00.000Z' })],
    ['an unknown event', JSON.stringify({ ...entry, event: 'celebrated' })],
    ['an unknown operation', JSON.stringify({ ...entry, operation: 'wander' })],
    ['a short commit id', JSON.stringify({ ...entry, main: 'a1a1a1a' })],
    ['a config commit that is no text', JSON.stringify({ ...entry, config: 7 })],
    ['a person that is no text', JSON.stringify({ ...entry, by: { name: 'Ada' } })],
    ['more healthy clusters than there are', JSON.stringify({ ...entry, clusters: { total: 1, healthy: 2 } })],
    ['less than no clusters', JSON.stringify({ ...entry, clusters: { total: -1, healthy: -1 } })],
    ['request 0', JSON.stringify({ ...entry, request: 0 })],
    ['an end that is no time', JSON.stringify({ ...entry, event: 'held', until: 'tomorrow' })],
    ['a flag that is text', JSON.stringify({ ...entry, event: 'held', configHeld: 'yes' })],
    ['a revert that is null', JSON.stringify({ ...entry, event: 'held', revert: null })],
  ])('that is not ours is damaged, and told: %s', (_, line) => {
    expect(parse(line, printEntry(entry))).toEqual({ entries: [{ ...entry, commit }], damaged: [{ commit, line }] });
  });
});

describe('The record', () => {
  it('is newest first, over all commits; empty lines are nothing', () => {
    const at = (time: string) => printEntry({ ...entry, time });
    const lines = new Map([
      ['1'.repeat(40), [at('2026-03-01T10:00:00.000Z'), '', at('2026-03-03T10:00:00.000Z')]],
      ['2'.repeat(40), [at('2026-03-02T10:00:00.000Z')]],
    ]);
    const { entries, damaged } = parseEntries(lines);
    expect(entries.map(({ time, commit }) => `${time.slice(8, 10)} ${commit[0]}`)).toEqual(['03 1', '02 2', '01 1']);
    expect(damaged).toEqual([]);
  });

  it('has one order, wherever it is read: of one millisecond, the later step is the newer', () => {
    const lines = (['deployed', 'promoted', 'resumed', 'held'] as const).map((event) =>
      printEntry({ ...entry, event }),
    );
    for (const given of [lines, [...lines].reverse()])
      expect(parse(...given).entries.map(({ event }) => event)).toEqual(['resumed', 'held', 'promoted', 'deployed']);
  });
});
