import { Temporal } from 'temporal-polyfill';
import { closest } from '../closest.ts';

// `Temporal` is the date and time API of ECMAScript here, which Node has from version 26 on.

/** Answers whether this is a name of the IANA time zone database, in any case. Offsets such as `+02:00` are none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  return succeeds(() => Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name));
}

/** Finds the time zone that was most likely meant, also where only its city was written; undefined: none is near. */
export function likelyTimeZone(name: string): string | undefined {
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const near = closest(name, zones);
  if (near !== undefined) return near;
  const city = closest(name.replace(/^.*\//, '').replaceAll(' ', '_'), zones.map(cityOf));
  return zones.find((zone) => cityOf(zone) === city);
}

/** Answers whether there is such a day and time in the calendar: `2026-12-18T16:00`. */
export function isDateTime(text: string): boolean {
  return succeeds(() => Temporal.PlainDateTime.from(text));
}

/**
 * Answers when clocks of the zone show this time, in milliseconds since 1970. Where clocks are put back a time comes
 * twice, and `which` says what is meant. Where they are put forward over it, the answer is the moment of that.
 */
export function instantOf(local: Temporal.PlainDateTime, timeZone: string, which: 'earlier' | 'later'): number {
  const zoned = local.toZonedDateTime(timeZone, { disambiguation: which });
  if (zoned.toPlainDateTime().equals(local)) return zoned.epochMilliseconds;
  const before = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  return (before.getTimeZoneTransition('next') ?? zoned).epochMilliseconds;
}

function cityOf(zone: string): string {
  return zone.replace(/^.*\//, '');
}

function succeeds(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
