import * as v from 'valibot';
import { Failure } from '../failure.ts';
import { claimedName } from '../operation/claim.ts';
import type { Hold } from '../operation/hold.ts';
import { personsText, readFields, shownJson } from '../shape.ts';
import type { ResumeMessage } from './messages.ts';

/** A time without its zone would mean one thing on one worker, and another on the next. */
const zoned = /^\d{4}-.*(Z|[+-]\d\d:\d\d)$/;
/** The last moment of the years with four digits. */
const latest = Date.parse('9999-12-31T23:59:59.999Z');
const laneExample = '{"by":"ann","reason":"…"}';

const until = v.pipe(
  v.custom<string>(
    (given) => typeof given === 'string' && zoned.test(given) && Date.parse(given) <= latest,
    invalidTime,
  ),
  v.transform((given) => new Date(given).toISOString()),
);

const holdFields = {
  by: claimedName(),
  reason: personsText('reason'),
  until: v.optional(until),
  config: v.optional(v.boolean('"config" must be true or false'), false),
};

const resumeFields = { by: claimedName(), reason: v.optional(personsText('reason')) };

/** Checks what a person sends with `hold`. Throws `Failure` InvalidInput that names the field and what is expected. */
export function parseHold(payload: unknown, now: string): Omit<Hold, 'since'> {
  const hold = readFields('hold', payload, { fields: holdFields, example: laneExample });
  if (hold.until !== undefined && Date.parse(hold.until) <= Date.parse(now))
    throw new Failure('InvalidInput', `hold: "until" is ${shownJson(hold.until)}, which has passed`);
  return hold;
}

/**
 * Checks what a person sends with `resume`. Throws `Failure` InvalidInput that names the field and what is expected.
 */
export function parseResume(payload: unknown): ResumeMessage {
  return readFields('resume', payload, { fields: resumeFields, example: laneExample });
}

function invalidTime({ input }: { readonly input: unknown }): string {
  return `"until" must be a time in ISO 8601 with Z or an offset, not ${shownJson(input)}`;
}
