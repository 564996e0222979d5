import { z } from 'zod';
import { closest } from '../closest.ts';
import { map, text } from '../fields.ts';
import type { FreezeWindow } from '../types.ts';
import { isFrozenFor } from './freeze.ts';
import { isDateTime, isTimeZone, likelyTimeZone } from './freeze-time-zone.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const SHORT = WEEKDAYS.map((day) => day.slice(0, 3));

const TIME = '(?:[01][0-9]|2[0-3]):[0-5][0-9]';
const WEEKLY = `(?:${SHORT.join('|')}) ${TIME}`;
const DATED = `20[0-9]{2}-[01][0-9]-[0-3][0-9] ${TIME}`;
const MOMENT = new RegExp(`^(?:${WEEKLY}|${DATED})$`);

const momentRemedy = `Write a time of every week such as Fri 16:00 (${SHORT.join(', ')}; 00:00 to 23:59), or one of a date such as 2026-12-18 16:00.`;

/** A moment as it is written; only the window that it belongs to says what it means. */
const momentField = z
  .string({ error: momentRemedy })
  .regex(MOMENT, { error: ({ input }) => momentRemedy + didYouMean(likelyMoment(String(input))) })
  .refine((written) => isWeekly(written) || isDateTime(written), {
    error: 'The calendar has no such day. Write one that exists.',
    when: ({ value }) => typeof value === 'string' && MOMENT.test(value),
  });

const zoneRemedy = 'Write a name of the IANA time zone database, such as Europe/Oslo, America/New_York or UTC.';

const timeZone = z.string({ error: zoneRemedy }).refine(isTimeZone, {
  error: ({ input }) => zoneRemedy + didYouMean(likelyTimeZone(String(input))),
});

const freezeWindow = map({
  from: momentField.describe('When it begins: a time of every week (Fri 16:00), or one of a date (2026-12-18 16:00).'),
  to: momentField.describe('When it ends: written like `from`.'),
  timeZone: timeZone
    .prefault('UTC')
    .describe('The time zone whose clocks are meant: a name of the IANA time zone database.'),
  reason: text(
    /^(?=.*\S)[^\p{Cc}]{1,200}$/u,
    'Say in one line of 200 characters at most why nothing starts then; people who wait read it.',
  ).describe('What people who wait for its end read.'),
}).transform(({ from, to, timeZone, reason }, context): FreezeWindow => {
  const common = { timeZone, reason: reason.trim() };
  const refuseEnd = (message: string) => context.addIssue({ code: 'custom', path: ['to'], message });
  if (isWeekly(from) !== isWeekly(to)) {
    refuseEnd(
      `A window is either of every week or of dates, but it begins ${shownMoment(from)}. Write both in the same form.`,
    );
    return z.NEVER;
  }
  if (isWeekly(from)) {
    if (from === to) refuseEnd('It ends when it begins. Write another day or time.');
    return { kind: 'weekly', from: weekTime(from), to: weekTime(to), ...common };
  }
  if (to <= from) refuseEnd(`It must be later than the beginning, ${from}. Write a later date or time.`);
  return { kind: 'dated', from: isoLocal(from), to: isoLocal(to), ...common };
});

const listRemedy =
  'List windows such as `- { from: Fri 16:00, to: Mon 08:00, timeZone: Europe/Oslo, reason: weekend }`.';
const MOST_WINDOWS = 100;

/** The field `freeze`: windows that leave some time free. */
export const freezeField = z
  .array(freezeWindow, { error: listRemedy })
  .max(MOST_WINDOWS, { error: `Keep to ${MOST_WINDOWS} windows; remove those that are over.` })
  .superRefine((windows, context) => {
    if (!leavesNoTime(windows)) return;
    const message =
      'Its weekly windows together leave no time free, so nothing could ever start. Shorten or remove one of them; to stop an environment, hold it with `fairlead hold`.';
    context.addIssue({ code: 'custom', message });
  });

/**
 * Answers whether weekly windows leave no time free. It looks in January and in July, because windows of several time
 * zones may leave a gap in one half of the year only.
 */
function leavesNoTime(windows: readonly FreezeWindow[]): boolean {
  const weekly = windows.filter(({ kind }) => kind === 'weekly');
  return [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)].some((instant) =>
    isFrozenFor(weekly, new Date(instant), TWO_WEEKS),
  );
}

const TWO_WEEKS = 14 * 24 * 3_600_000;

function isWeekly(moment: string): boolean {
  return /^[A-Z]/.test(moment);
}

function weekTime(moment: string) {
  const [day = '', time = ''] = moment.split(' ');
  return { weekday: SHORT.indexOf(day) + 1, time };
}

function isoLocal(moment: string): string {
  return moment.replace(' ', 'T');
}

function shownMoment(moment: string): string {
  return isWeekly(moment) ? `every week, ${moment}` : `once, ${moment}`;
}

/**
 * Guesses the moment that was meant by a day written out, mistyped or in lower case, a time without its zero, or a "T"
 * between date and time.
 */
function likelyMoment(written: string): string | undefined {
  const [, day = '', time = ''] = /^(\S+?)[,.]?(?:\s+|(?<=\d)T(?=\d))(\d{1,2}:\d\d)(?::00)?$/.exec(written) ?? [];
  const likely = `${likelyDay(day) ?? day} ${time.padStart(5, '0')}`;
  return MOMENT.test(likely) && (isWeekly(likely) || isDateTime(likely)) ? likely : undefined;
}

function likelyDay(word: string): string | undefined {
  const begun = WEEKDAYS.find((day) => word.length >= 3 && day.toLowerCase().startsWith(word.toLowerCase()));
  return (begun ?? closest(word, [...SHORT, ...WEEKDAYS]))?.slice(0, 3);
}

function didYouMean(likely: string | undefined): string {
  return likely === undefined ? '' : ` Did you mean "${likely}"?`;
}
