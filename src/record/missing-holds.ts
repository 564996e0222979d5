import type { Hold } from '../operation/hold.ts';
import { isHoldLine, type RecordedEntry } from './entry.ts';

/**
 * Answers the number of the last hold line that the record ever had, by the signed lines that are there: a later line
 * remembers it. 0: none.
 */
export function holdLines(entries: readonly RecordedEntry[]): number {
  return entries.reduce((most, { holds = 0 }) => Math.max(most, holds), 0);
}

/**
 * Answers what holds where a hold line is missing that nothing has ended since: nobody can tell what it said, so that it
 * holds, config changes included, until somebody resumes. `present`: the hold by the lines that are there, which is the
 * answer where none is missing. `entries`: newest first.
 */
export function holdOfMissingLines(entries: readonly RecordedEntry[], present: Hold | undefined): Hold | undefined {
  const lines = entries.filter(isHoldLine);
  const settled = lines.find(({ event }) => event === 'resumed')?.holds ?? 0;
  const numbers = new Set(lines.flatMap(({ holds = 0 }) => (holds > settled ? [holds] : [])));
  const last = holdLines(entries);
  const missing = last - settled - numbers.size;
  if (missing <= 0) return present;
  const what = missing === 1 ? 'a line about a hold is' : `${missing} lines about holds are`;
  const gap = `${what} missing from the record, whose last has the number ${last}: somebody removed or changed it`;
  const witness = entries.find(({ holds }) => holds === last);
  const since = present?.since ?? witness?.time ?? '';
  const reason = present === undefined ? gap : `${present.reason}; ${gap}`;
  return { by: present?.by ?? 'Fairlead', reason, since, config: true, revert: present?.revert };
}
