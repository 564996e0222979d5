import { Temporal } from 'temporal-polyfill';
import { Failure } from '../failure.ts';
import { parseDuration } from '../platform/duration.ts';

/**
 * Reads `--until`: a time with its zone, or a duration from now. Answers ISO 8601 in UTC. Throws `Failure`
 * InvalidInput.
 */
export function untilFrom(text: string, now: Date): string {
  const until = parseTime(text, now);
  if (until.getTime() > now.getTime()) return until.toISOString();
  throw new Failure('InvalidInput', `--until ${text} is not in the future: it is ${now.toISOString()} now.`);
}

function parseTime(text: string, now: Date): Date {
  const duration = parseDuration(text);
  if (duration !== undefined) return new Date(now.getTime() + duration);
  const instant = unlessInvalid(() => Temporal.Instant.from(text));
  if (instant !== undefined) return new Date(instant.epochMilliseconds);
  const local = unlessInvalid(() => Temporal.PlainDateTime.from(text));
  if (local === undefined) {
    throw new Failure(
      'InvalidInput',
      `--until is ${JSON.stringify(text)}, which is not a time. Write it with its zone, such as 2026-12-24T08:00+01:00, or a duration such as 4h.`,
    );
  }
  const written = local.toString({ smallestUnit: 'minute' });
  throw new Failure(
    'InvalidInput',
    `--until ${JSON.stringify(text)} has no time zone, and the worker may be in another one than you. Write ${written}Z or ${written}+01:00, whichever is meant, or a duration such as 4h.`,
  );
}

/** Answers undefined where the text cannot be parsed. */
function unlessInvalid<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
