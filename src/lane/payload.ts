import { Failure } from '../failure.ts';
import type { Hold } from '../operation/hold.ts';
import type { ResumeMessage } from './messages.ts';

const lengthLimit = 1000;
/** Without its zone a time would be one thing on one worker, and another on the next. */
const zoned = /^\d{4}-.*(Z|[+-]\d\d:\d\d)$/;
/** Of the years with four digits. */
const latest = Date.parse('9999-12-31T23:59:59.999Z');

/** Checks what a person sends with `hold`. Throws `Failure` InvalidInput that names the field and what is expected. */
export function parseHold(payload: unknown, now: string): Omit<Hold, 'since'> {
  const given = fieldsOf('hold', payload, ['by', 'reason', 'until', 'config']);
  const by = textOf('hold', given, 'by');
  const reason = textOf('hold', given, 'reason');
  const { until, config = false } = given;
  if (typeof config !== 'boolean') throw wrong('hold', '"config" must be true or false');
  if (until === undefined) return { by, reason, config };
  const end = typeof until === 'string' && zoned.test(until) ? Date.parse(until) : Number.NaN;
  if (Number.isNaN(end) || end > latest)
    throw wrong('hold', `"until" must be a time in ISO 8601 with Z or an offset, not ${JSON.stringify(until)}`);
  if (end <= Date.parse(now)) throw wrong('hold', `"until" is ${JSON.stringify(until)}, which has passed`);
  return { by, reason, config, until: new Date(end).toISOString() };
}

/** The same for `resume`. */
export function parseResume(payload: unknown): ResumeMessage {
  const given = fieldsOf('resume', payload, ['by', 'reason']);
  const by = textOf('resume', given, 'by');
  return { by, ...(given.reason !== undefined && { reason: textOf('resume', given, 'reason') }) };
}

function fieldsOf(what: string, payload: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    throw wrong(
      what,
      `expected an object such as {"by":"ann","reason":"…"}, got ${JSON.stringify(payload) ?? 'nothing'}`,
    );
  const unknown = Object.keys(payload).find((key) => !known.includes(key));
  if (unknown !== undefined)
    throw wrong(what, `unknown field ${JSON.stringify(unknown)}; the fields are ${known.join(', ')}`);
  return payload as Readonly<Record<string, unknown>>;
}

function textOf(what: string, given: Readonly<Record<string, unknown>>, key: string): string {
  const value = given[key];
  if (typeof value === 'string' && value.trim() !== '' && value.length <= lengthLimit) return value.trim();
  throw wrong(what, `"${key}" must be a text of 1 to ${lengthLimit} characters`);
}

function wrong(what: string, why: string): Failure {
  return new Failure('InvalidInput', `${what}: ${why}`);
}
