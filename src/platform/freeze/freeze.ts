import { Temporal } from 'temporal-polyfill';
import type { DatedFreezeWindow, FreezeWindow, WeeklyFreezeWindow } from '../types.ts';
import { instantOf } from './freeze-time-zone.ts';

/** A time in which nothing starts. */
export interface Freeze {
  /** The first instant that is free again: ISO 8601, in UTC. */
  readonly until: string;
  /**
   * The reasons of the windows in force at the instant, and of those that lengthen the freeze beyond them, joined by ";
   * ".
   */
  readonly reason: string;
}

/** What freeze windows say of an instant. */
export interface FreezeCalendar {
  /**
   * The freeze in force at the instant. Windows that overlap or adjoin are one freeze, which lasts to their latest end.
   */
  readonly now?: Freeze;
  /** When the next freeze begins, after the instant and after `now`: ISO 8601, in UTC; undefined: there is none. */
  readonly next?: string;
}

/** A time in milliseconds since 1970; `end` is the first instant that is free again. */
interface Span {
  readonly begin: number;
  readonly end: number;
}

interface JoinedFreeze {
  readonly until: number;
  readonly reasons: readonly string[];
}

const DAY = 24 * 3_600_000;
const YEAR = 366 * DAY;

/**
 * Answers what these windows say of an instant, daylight saving included: a freeze is never shorter than it is written.
 * A window begins with the first of two equal local times and ends with the second; a local time that the clocks skip
 * is the instant at which they do. Windows that leave no time free are cut after a year.
 */
export function freezeCalendar(windows: readonly FreezeWindow[], at: Date): FreezeCalendar {
  const instant = at.getTime();
  // What goes on for a year after the last dated window goes on for ever.
  const limit = Math.max(instant, ...windows.filter(isDated).map((window) => datedSpan(window).end)) + YEAR;
  const freeze = freezeAt(windows, instant, limit);
  const next = nextBegin(windows, freeze?.until ?? at.getTime());
  return {
    now: freeze && { until: isoTime(freeze.until), reason: freeze.reasons.join('; ') },
    next: next === undefined ? undefined : isoTime(next),
  };
}

/** Tells whether these windows leave no time free from an instant on, for longer than so many milliseconds. */
export function isFrozenFor(windows: readonly FreezeWindow[], at: Date, milliseconds: number): boolean {
  const instant = at.getTime();
  const freeze = freezeAt(windows, instant, instant + milliseconds + 1);
  return freeze !== undefined && freeze.until - instant > milliseconds;
}

/** Follows windows that overlap or adjoin until one instant is free, or `limit` is reached. */
function freezeAt(windows: readonly FreezeWindow[], instant: number, limit: number): JoinedFreeze | undefined {
  const timelines = windows.map((window) => ({ reason: window.reason, spansAt: timelineOf(window) }));
  const reasons = new Set<string>();
  let until = instant;
  while (until < limit) {
    const inForce = timelines.flatMap(({ reason, spansAt }) =>
      spansAt(until)
        .filter(({ begin, end }) => begin <= until && until < end)
        .map(({ end }) => ({ end, reason })),
    );
    if (inForce.length === 0) break;
    for (const { reason } of inForce) reasons.add(reason);
    until = Math.max(...inForce.map(({ end }) => end));
  }
  return until === instant ? undefined : { until, reasons: [...reasons] };
}

/**
 * Makes what answers the spans of a window that can be in force at instants, each later than the one before. They are worked out once
 * in six days: a hundred windows that follow each other minute by minute are followed for a year otherwise with millions of look-ups in
 * the time zones.
 */
function timelineOf(window: FreezeWindow): (instant: number) => readonly Span[] {
  let spans: readonly Span[] = [];
  let goodUntil = Number.NEGATIVE_INFINITY;
  return (instant) => {
    if (instant < goodUntil) return spans;
    spans = spansNear(window, instant);
    // Those of the next week are among them; a zone may have skipped a day.
    goodUntil = isDated(window) ? Number.POSITIVE_INFINITY : instant + 6 * DAY;
    return spans;
  };
}

/** Finds the earliest beginning after an instant that is free: no window before it could adjoin it. */
function nextBegin(windows: readonly FreezeWindow[], free: number): number | undefined {
  const begins = windows
    .flatMap((window) => spansNear(window, free))
    .filter(({ begin, end }) => begin > free && begin < end)
    .map(({ begin }) => begin);
  return begins.length === 0 ? undefined : Math.min(...begins);
}

/**
 * Finds all spans of a window that can be in force at the instant, and the next one; the clocks may skip a span whole.
 */
function spansNear(window: FreezeWindow, instant: number): readonly Span[] {
  if (isDated(window)) return [datedSpan(window)];
  const today = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(window.timeZone).toPlainDate();
  const sunday = today.subtract({ days: today.dayOfWeek });
  return [-1, 0, 1, 2].map((weeks) => weeklySpan(window, sunday.add({ weeks })));
}

/** Answers the span of the week after this Sunday. */
function weeklySpan({ from, to, timeZone }: WeeklyFreezeWindow, sunday: Temporal.PlainDate): Span {
  const localTime = (weekday: number, time: string) => sunday.add({ days: weekday }).toPlainDateTime(time);
  const begin = localTime(from.weekday, from.time);
  const sameWeek = localTime(to.weekday, to.time);
  const end = Temporal.PlainDateTime.compare(begin, sameWeek) < 0 ? sameWeek : sameWeek.add({ weeks: 1 });
  return { begin: instantOf(begin, timeZone, 'earlier'), end: instantOf(end, timeZone, 'later') };
}

function datedSpan({ from, to, timeZone }: DatedFreezeWindow): Span {
  return {
    begin: instantOf(Temporal.PlainDateTime.from(from), timeZone, 'earlier'),
    end: instantOf(Temporal.PlainDateTime.from(to), timeZone, 'later'),
  };
}

function isDated(window: FreezeWindow): window is DatedFreezeWindow {
  return window.kind === 'dated';
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
