import { emptyLane } from '../lane/decide.ts';
import type { Hold, LaneInput } from '../lane/types.ts';
import { type RecordedEntry, recordName } from '../record/entry.ts';
import { parseEntries } from '../record/lines.ts';
import { lastHold, seenReverts } from '../record/queries.ts';
import type { Parts } from './parts.ts';

/** What the record knows of holds, for a lane that begins; undefined: nothing that it must know. */
export async function recordedHold(
  { repositories }: Pick<Parts, 'repositories'>,
  { gitops, environment }: Pick<LaneInput, 'gitops' | 'environment'>,
): Promise<LaneInput['state']> {
  const { lines } = await repositories.open(gitops.repository).notes(recordName(environment));
  const { entries } = parseEntries(lines);
  const held = lastHold(entries, new Date());
  const seen = seenReverts(entries);
  if (held === undefined && seen.length === 0) return undefined;
  return { ...emptyLane, ...(held && { hold: holdOf(held) }), seenReverts: seen };
}

function holdOf({ by = 'somebody', reason, time, until, configHeld = false, revert }: RecordedEntry): Hold {
  return {
    by,
    reason: reason ?? 'no reason is recorded',
    since: time,
    ...(until !== undefined && { until }),
    config: configHeld,
    ...(revert !== undefined && { revert }),
  };
}
