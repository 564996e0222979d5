import { Temporal } from 'temporal-polyfill';
import { describe, expect, test, vi } from 'vitest';
import { freezeCalendar } from '../../../src/platform/freeze/freeze.ts';
import type { DatedFreezeWindow, FreezeWindow, WeeklyFreezeWindow } from '../../../src/platform/types.ts';

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

interface WindowOptions {
  readonly timeZone?: string;
  readonly reason?: string;
}

/** Writes a window: `weekly('Fri 16:00', 'Mon 08:00')`. */
function weekly(
  from: string,
  to: string,
  { timeZone = 'Europe/Oslo', reason = 'weekend' }: WindowOptions = {},
): WeeklyFreezeWindow {
  const [begin, end] = [from, to].map((written) => {
    const [day = '', time = ''] = written.split(' ');
    return { weekday: days.indexOf(day) + 1, time };
  });
  if (begin === undefined || end === undefined) throw new Error('A window has two ends.');
  return { kind: 'weekly', from: begin, to: end, timeZone, reason };
}

function dated(
  from: string,
  to: string,
  { timeZone = 'Europe/Oslo', reason = 'holidays' }: WindowOptions = {},
): DatedFreezeWindow {
  return { kind: 'dated', from, to, timeZone, reason };
}

const calendar = (windows: FreezeWindow | readonly FreezeWindow[], at: string) =>
  freezeCalendar([windows].flat(), new Date(at));

/** The next freeze after an instant that is free. */
function nextFreeze(windows: FreezeWindow | readonly FreezeWindow[], free: string): readonly (string | undefined)[] {
  const { now, next } = calendar(windows, free);
  expect(now).toBeUndefined();
  return [next, calendar(windows, next ?? '').now?.until];
}

const weekend = (timeZone: string) => weekly('Fri 16:00', 'Mon 08:00', { timeZone });

describe('a weekend from Friday 16:00 to Monday 08:00, on the clocks of', () => {
  test.each([
    [
      'Europe/Oslo',
      'in winter',
      { before: '2026-01-14', from: '2026-01-16T15:00Z', to: '2026-01-19T07:00Z', hours: 64 },
    ],
    [
      'Europe/Oslo',
      'in summer',
      { before: '2026-07-15', from: '2026-07-17T14:00Z', to: '2026-07-20T06:00Z', hours: 64 },
    ],
    [
      'Europe/Oslo',
      'when clocks are put forward',
      { before: '2026-03-25', from: '2026-03-27T15:00Z', to: '2026-03-30T06:00Z', hours: 63 },
    ],
    [
      'Europe/Oslo',
      'when clocks are put back',
      { before: '2026-10-21', from: '2026-10-23T14:00Z', to: '2026-10-26T07:00Z', hours: 65 },
    ],
    [
      'America/New_York',
      'when clocks are put forward',
      { before: '2026-03-04', from: '2026-03-06T21:00Z', to: '2026-03-09T12:00Z', hours: 63 },
    ],
    [
      'America/New_York',
      'when clocks are put back',
      { before: '2026-10-28', from: '2026-10-30T20:00Z', to: '2026-11-02T13:00Z', hours: 65 },
    ],
    [
      'Australia/Sydney',
      'when clocks are put back',
      { before: '2026-04-01', from: '2026-04-03T05:00Z', to: '2026-04-05T22:00Z', hours: 65 },
    ],
    [
      'Australia/Sydney',
      'when clocks are put forward',
      { before: '2026-09-30', from: '2026-10-02T06:00Z', to: '2026-10-04T21:00Z', hours: 63 },
    ],
    [
      'Asia/Tokyo',
      'whose clocks are never put',
      { before: '2026-03-25', from: '2026-03-27T07:00Z', to: '2026-03-29T23:00Z', hours: 64 },
    ],
    [
      'UTC',
      'whose clocks are never put',
      { before: '2026-10-21', from: '2026-10-23T16:00Z', to: '2026-10-26T08:00Z', hours: 64 },
    ],
    [
      'Asia/Kolkata',
      'half an hour aside',
      { before: '2026-10-21', from: '2026-10-23T10:30Z', to: '2026-10-26T02:30Z', hours: 64 },
    ],
    [
      'Pacific/Kiritimati',
      'fourteen hours ahead',
      { before: '2026-10-21', from: '2026-10-23T02:00Z', to: '2026-10-25T18:00Z', hours: 64 },
    ],
  ])('%s %s', (timeZone, _when, { before, from, to, hours }) => {
    const freeze = nextFreeze(weekend(timeZone), `${before}T12:00Z`);
    expect(freeze).toEqual([new Date(from).toISOString(), new Date(to).toISOString()]);
    expect((Date.parse(freeze[1] ?? '') - Date.parse(freeze[0] ?? '')) / 3_600_000).toBe(hours);
  });
});

describe('where clocks are put', () => {
  const [forward, back] = ['2026-03-28T12:00Z', '2026-10-24T12:00Z'];

  test.each([
    [
      'a skipped beginning is the moment of the skip',
      weekly('Sun 02:30', 'Sun 12:00'),
      { before: forward, from: '01:00', to: '10:00' },
    ],
    [
      'a skipped end is the moment of the skip',
      weekly('Sun 00:00', 'Sun 02:30'),
      { before: forward, from: '23:00', to: '01:00' },
    ],
    [
      'a beginning that comes twice is the first',
      weekly('Sun 02:30', 'Sun 12:00'),
      { before: back, from: '00:30', to: '11:00' },
    ],
    [
      'an end that comes twice is the second',
      weekly('Sun 00:00', 'Sun 02:30'),
      { before: back, from: '22:00', to: '01:30' },
    ],
    [
      'half an hour that comes twice is frozen from its first beginning to its second end',
      weekly('Sun 02:00', 'Sun 02:30'),
      { before: back, from: '00:00', to: '01:30' },
    ],
    [
      'an hour that comes twice is frozen both times',
      weekly('Sun 02:00', 'Sun 03:00'),
      { before: back, from: '00:00', to: '02:00' },
    ],
    [
      'the same for dates that are skipped',
      dated('2026-03-29T02:30', '2026-03-29T12:00'),
      { before: '2026-03-01T12:00Z', from: '01:00', to: '10:00' },
    ],
    [
      'the same for dates that come twice',
      dated('2026-10-25T02:10', '2026-10-25T02:20'),
      { before: '2026-10-01T12:00Z', from: '00:10', to: '01:20' },
    ],
    [
      'half an hour is skipped on Lord Howe Island',
      weekly('Sun 02:15', 'Sun 12:00', { timeZone: 'Australia/Lord_Howe' }),
      { before: '2026-10-03T12:00Z', from: '15:30', to: '01:00' },
    ],
    [
      'midnight itself is skipped in Santiago',
      weekly('Sun 00:30', 'Sun 12:00', { timeZone: 'America/Santiago' }),
      { before: '2026-09-05T12:00Z', from: '04:00', to: '15:00' },
    ],
  ])('%s', (_rule, window, { before, from, to }) => {
    expect(nextFreeze(window, before).map((instant) => instant?.slice(11, 16))).toEqual([from, to]);
  });

  test('a window that is skipped whole comes again a week later', () => {
    expect(nextFreeze(weekly('Sun 02:10', 'Sun 02:50'), '2026-03-28T12:00Z')[0]).toBe('2026-04-05T00:10:00.000Z');
    expect(calendar(weekly('Sun 02:10', 'Sun 02:50'), '2026-03-22T12:00Z').next).toBe('2026-04-05T00:10:00.000Z');
    expect(calendar(weekly('Sun 02:10', 'Sun 02:50'), '2026-03-29T01:00Z').now).toBeUndefined();
  });
});

test('a window of dates goes over the end of the year, and does not come again', () => {
  const holidays = dated('2026-12-18T16:00', '2027-01-04T08:00');
  expect(calendar(holidays, '2026-06-01T00:00Z')).toEqual({ next: '2026-12-18T15:00:00.000Z' });
  expect(calendar(holidays, '2026-12-31T23:30Z')).toEqual({
    now: { until: '2027-01-04T07:00:00.000Z', reason: 'holidays' },
  });
  expect(calendar(holidays, '2027-01-04T07:00Z')).toEqual({});
  expect(calendar(holidays, '2027-12-24T00:00Z')).toEqual({});
});

test('a weekly window goes over the end of the year', () => {
  expect(calendar(weekly('Thu 12:00', 'Sat 12:00'), '2026-12-31T23:30Z')).toEqual({
    now: { until: '2027-01-02T11:00:00.000Z', reason: 'weekend' },
    next: '2027-01-07T11:00:00.000Z',
  });
});

test('a window that ends earlier on the day of its beginning lasts almost a week', () => {
  expect(calendar(weekly('Fri 16:00', 'Fri 08:00', { timeZone: 'UTC' }), '2026-01-05T00:00Z')).toEqual({
    now: { until: '2026-01-09T08:00:00.000Z', reason: 'weekend' },
    next: '2026-01-09T16:00:00.000Z',
  });
});

test('no windows, no freeze', () => {
  expect(calendar([], '2026-01-01T00:00Z')).toEqual({});
});

test('a window holds from its very beginning, until just before its end', () => {
  const window = weekly('Fri 16:00', 'Mon 08:00', { timeZone: 'UTC' });
  const [friday, monday, nextFriday] = [
    '2026-01-16T16:00:00.000Z',
    '2026-01-19T08:00:00.000Z',
    '2026-01-23T16:00:00.000Z',
  ];
  const now = { until: monday, reason: 'weekend' };
  expect(calendar(window, '2026-01-16T15:59:59.999Z')).toEqual({ next: friday });
  expect(calendar(window, friday)).toEqual({ now, next: nextFriday });
  expect(calendar(window, '2026-01-19T07:59:59.999Z')).toEqual({ now, next: nextFriday });
  expect(calendar(window, monday)).toEqual({ next: nextFriday });
});

describe('windows are one freeze', () => {
  const shift = weekly('Mon 06:00', 'Mon 12:00', { timeZone: 'UTC', reason: 'shift change' });

  test.each([
    ['that overlap', weekly('Fri 16:00', 'Mon 08:00', { timeZone: 'UTC' })],
    ['that adjoin', weekly('Fri 16:00', 'Mon 06:00', { timeZone: 'UTC' })],
  ])('%s', (_how, window) => {
    const until = '2026-01-19T12:00:00.000Z';
    expect(calendar([window, shift], '2026-01-17T00:00Z')).toEqual({
      now: { until, reason: 'weekend; shift change' },
      next: '2026-01-23T16:00:00.000Z',
    });
    expect(calendar([shift, window], '2026-01-19T11:00Z').now).toEqual({ until, reason: 'shift change' });
  });

  test('with a minute between them they are two', () => {
    expect(calendar([weekly('Fri 16:00', 'Mon 05:59', { timeZone: 'UTC' }), shift], '2026-01-17T00:00Z')).toEqual({
      now: { until: '2026-01-19T05:59:00.000Z', reason: 'weekend' },
      next: '2026-01-19T06:00:00.000Z',
    });
  });

  test('whose time zones differ', () => {
    const tokyo = weekly('Fri 09:00', 'Sat 01:00', { timeZone: 'Asia/Tokyo', reason: 'Tokyo' });
    expect(calendar([tokyo, weekly('Fri 16:00', 'Mon 08:00', { timeZone: 'UTC' })], '2026-01-16T15:00Z').now).toEqual({
      until: '2026-01-19T08:00:00.000Z',
      reason: 'Tokyo; weekend',
    });
  });

  test('and its reason names once what is in force and what lengthens it, not what lies inside', () => {
    const holidays = dated('2026-12-16T00:00', '2027-01-06T00:00', { timeZone: 'UTC' });
    const windows = [
      weekly('Fri 16:00', 'Mon 08:00', { timeZone: 'UTC' }),
      holidays,
      { ...holidays, to: '2026-12-24T00:00' },
    ];
    expect(calendar(windows, '2026-12-16T12:00Z')).toEqual({
      now: { until: '2027-01-06T00:00:00.000Z', reason: 'holidays' },
      next: '2027-01-08T16:00:00.000Z',
    });
    expect(calendar(windows, '2026-12-20T12:00Z').now?.reason).toBe('weekend; holidays');
  });

  test('after a window of many years, too', () => {
    const decades = dated('2020-01-01T00:00', '2050-01-01T00:00', { timeZone: 'UTC', reason: 'closed' });
    const newYear = weekly('Sat 00:00', 'Sun 00:00', { timeZone: 'UTC', reason: 'Saturday' });
    expect(calendar([decades, newYear], '2026-01-16T15:00Z').now).toEqual({
      until: '2050-01-02T00:00:00.000Z',
      reason: 'closed; Saturday',
    });
  });
});

test('windows that leave no time free are cut after about a year', () => {
  const always = [
    weekly('Mon 00:00', 'Thu 00:00', { timeZone: 'UTC' }),
    weekly('Thu 00:00', 'Mon 00:00', { timeZone: 'UTC' }),
  ];
  const until = Date.parse(calendar(always, '2026-01-16T15:00Z').now?.until ?? '');
  expect(until).toBeGreaterThan(Date.parse('2027-01-16T15:00Z'));
  expect(until).toBeLessThan(Date.parse('2027-02-01T00:00Z'));
});

test('windows that follow each other for most of a year are worked out once a week, and not once a step', () => {
  const clock = (minute: number) =>
    `${days[Math.floor(minute / 1_440)]} ${new Date(minute * 60_000).toISOString().slice(11, 16)}`;
  // They leave Sunday 23:50 to Monday 00:00 free, and one of dates for each of 50 weeks takes that, too.
  const chain = Array.from({ length: 50 }, (_, index) =>
    weekly(clock(index * 201), index === 49 ? 'Sun 23:50' : clock((index + 1) * 201), { timeZone: 'UTC' }),
  );
  const gaps = Array.from({ length: 50 }, (_, week) => {
    const [sunday, monday] = [week * 7, week * 7 + 1].map((day) =>
      new Date(Date.UTC(2026, 2, 1 + day)).toISOString().slice(0, 10),
    );
    return dated(`${sunday}T23:50`, `${monday}T00:00`, { timeZone: 'UTC' });
  });
  const lookUps = vi.spyOn(Temporal.Instant, 'fromEpochMilliseconds');
  try {
    expect(calendar([...chain, ...gaps], '2026-03-01T00:00:00Z').now?.until).toBe('2027-02-14T23:50:00.000Z');
    expect(lookUps.mock.calls.length).toBeLessThan(chain.length * 100);
  } finally {
    lookUps.mockRestore();
  }
});
