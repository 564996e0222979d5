import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freezeCalendar } from '../../../src/platform/freeze/freeze.ts';
import type { FreezeWindow, WeekTime } from '../../../src/platform/types.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const MONDAY = Date.UTC(2024, 0, 1);

/** What `Intl` says the clocks of the zone show, as if it were UTC: the oracle, which knows nothing of the calendar. */
function clockOf(timeZone: string): (instant: number) => number {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const format = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', ...numeric, second: 'numeric' });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? Number.NaN;
    const seconds = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return seconds + (instant % 1000);
  };
}

interface Zone {
  readonly name: string;
  readonly clock: (instant: number) => number;
  /** Instants within a day of which the clocks are put, in 2026 and 2027. */
  readonly changes: readonly number[];
}

const zones: readonly Zone[] = [
  'Europe/Oslo',
  'Europe/Dublin',
  'America/New_York',
  'America/Santiago',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Tokyo',
  'UTC',
].map((name) => {
  const clock = clockOf(name);
  const hours = Array.from({ length: 2 * 365 * 24 }, (_, hour) => Date.UTC(2026, 0, 1) + hour * HOUR);
  return { name, clock, changes: hours.filter((hour) => clock(hour + HOUR) - clock(hour) !== HOUR) };
});

/** Whether the clocks show at the instant what they show at another one, too. */
function isShownTwice({ clock }: Zone, instant: number): boolean {
  const shown = clock(instant);
  const offsets = [-4 * HOUR, 4 * HOUR].map((aside) => clock(instant + aside) - (instant + aside));
  return offsets.some((offset) => shown - offset !== instant && clock(shown - offset) === shown);
}

/** A window as minutes on the clocks: of the week, or since 1970. */
interface Written {
  readonly zone: Zone;
  readonly kind: FreezeWindow['kind'];
  readonly from: number;
  readonly minutes: number;
}

function toWindow({ zone, kind, from, minutes }: Written): FreezeWindow {
  const common = { timeZone: zone.name, reason: 'x' };
  const [begin, end] = [from * MINUTE, (from + minutes) * MINUTE];
  if (kind === 'weekly') return { kind, from: weekTime(begin), to: weekTime(end), ...common };
  return {
    kind,
    from: new Date(begin).toISOString().slice(0, 16),
    to: new Date(end).toISOString().slice(0, 16),
    ...common,
  };
}

function weekTime(intoWeek: number): WeekTime {
  const day = new Date(MONDAY + (intoWeek % WEEK));
  return { weekday: day.getUTCDay() || 7, time: day.toISOString().slice(11, 16) };
}

/** Whether the clocks show a time that lies in the window. */
function clockIsIn({ zone, kind, from, minutes }: Written, instant: number): boolean {
  const since = zone.clock(instant) - from * MINUTE;
  const into = kind === 'weekly' ? (((since - MONDAY) % WEEK) + WEEK) % WEEK : since;
  return 0 <= into && into < minutes * MINUTE;
}

const nearChange = (zone: Zone) =>
  fc
    .record({
      change: fc.constantFrom(...zone.changes, Date.UTC(2026, 11, 31)),
      aside: fc.integer({ min: -20, max: 20 }),
    })
    .map(({ change, aside }) => change + aside * 15 * MINUTE);

const anyInstant = fc.integer({ min: Date.UTC(2026, 0, 2), max: Date.UTC(2027, 11, 30) });
const instantIn = (zone: Zone) => fc.oneof(anyInstant, nearChange(zone));

const windowIn = (zone: Zone): fc.Arbitrary<Written> =>
  fc
    .record({
      kind: fc.constantFrom('weekly' as const, 'dated' as const),
      begin: instantIn(zone),
      minutes: fc.oneof(fc.integer({ min: 1, max: 180 }), fc.integer({ min: 1, max: 2 * 24 * 60 })),
    })
    .map(({ kind, begin, minutes }) => {
      const shown = Math.floor(zone.clock(begin) / MINUTE);
      return { zone, kind, from: kind === 'weekly' ? (shown - MONDAY / MINUTE) % (WEEK / MINUTE) : shown, minutes };
    });

/** Three windows of two days at most, so that some time of each week is free. */
const cases = fc.array(fc.constantFrom(...zones), { minLength: 1, maxLength: 3 }).chain((chosen) =>
  fc.record({
    windows: fc.tuple(...chosen.map(windowIn)),
    at: fc.oneof(...chosen.map(instantIn)),
    between: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
);

const calendar = (windows: readonly Written[], at: number) => freezeCalendar(windows.map(toWindow), new Date(at));

/** Undefined: the clocks alone do not say, for they show that time twice. */
function isFrozen(windows: readonly Written[], at: number): boolean | undefined {
  if (windows.some((window) => clockIsIn(window, at))) return true;
  return windows.some(({ zone }) => isShownTwice(zone, at)) ? undefined : false;
}

test('a freeze is in force exactly when the clocks show a time in a window', () => {
  fc.assert(
    fc.property(cases, ({ windows, at }) => {
      const frozen = isFrozen(windows, at);
      fc.pre(frozen !== undefined);
      expect(calendar(windows, at).now !== undefined).toBe(frozen);
    }),
    { numRuns: 600 },
  );
});

test('a freeze lasts until its end without a gap, and then it is over', () => {
  fc.assert(
    fc.property(cases, ({ windows, at, between }) => {
      const { now } = calendar(windows, at);
      fc.pre(now !== undefined);
      const until = Date.parse(now?.until ?? '');
      expect(until).toBeGreaterThan(at);
      expect(calendar(windows, until).now).toBeUndefined();
      expect(isFrozen(windows, until)).not.toBe(true);
      expect(isFrozen(windows, until - 1)).not.toBe(false);
      expect(isFrozen(windows, at + Math.floor((until - at) * between))).not.toBe(false);
    }),
    { numRuns: 200 },
  );
});

test('the next freeze begins after the instant and after the present one, and nothing is frozen before', () => {
  fc.assert(
    fc.property(cases, ({ windows, at, between }) => {
      const { now, next } = calendar(windows, at);
      const free = now === undefined ? at : Date.parse(now.until);
      if (next === undefined) {
        expect(windows.filter(({ kind }) => kind === 'weekly')).toEqual([]);
        expect(isFrozen(windows, free + Math.floor(3 * 365 * DAY * between))).not.toBe(true);
        return;
      }
      const begin = Date.parse(next);
      expect(begin).toBeGreaterThan(free);
      expect(calendar(windows, begin).now).toBeDefined();
      expect(calendar(windows, begin - 1).now).toBeUndefined();
      expect(isFrozen(windows, begin)).not.toBe(false);
      expect(isFrozen(windows, free + Math.floor((begin - free) * between))).not.toBe(true);
    }),
    { numRuns: 200 },
  );
});
