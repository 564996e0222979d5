import { cutToBytes } from '../../cut.ts';
import { limits } from '../../platform/limits.ts';
import { jsonBytes } from '../../text/json-size.ts';
import type { Admission, LaneRef, LaneStatus, TrackedEntry } from '../types.ts';

/** How many bytes of each text that people wrote are left, where all of it is too much. */
const shortTexts: readonly number[] = [300, 60];

/**
 * Shortens what a lane says, where Temporal would not hand it on: the words of its entries, and what nobody reads of them; then the
 * entries that came last are left out, and counted. Where the sum is small, all of it stays.
 */
export function boundedLane(status: LaneStatus): LaneStatus {
  let bounded = status;
  for (const text of shortTexts) {
    if (isSmall(bounded)) return bounded;
    bounded = mapEntries(status, (tracked) => shortEntry(tracked, text));
  }
  return isSmall(bounded) ? bounded : withoutLast(bounded);
}

function isSmall(status: LaneStatus): boolean {
  return jsonBytes(status, limits.statusBytes) <= limits.statusBytes;
}

function mapEntries(status: LaneStatus, change: (tracked: TrackedEntry) => TrackedEntry): LaneStatus {
  const { current, waiting, configuring } = status;
  return {
    ...status,
    ...(current && { current: change(current) }),
    waiting: waiting.map(change),
    configuring: configuring.map(change),
  };
}

function shortEntry({ relations: _, ...tracked }: TrackedEntry, most: number): TrackedEntry {
  const { override, supersededBy, admission, untold } = tracked;
  return {
    ...shortWords(tracked, most),
    ...(override && { override: shortWords(override, most) }),
    ...(supersededBy && { supersededBy: shortWords(supersededBy, most) }),
    ...(admission && { admission: shortAdmission(admission, most) }),
    ...(untold && { untold: { ...untold, why: cutToBytes(untold.why, most) } }),
  };
}

function shortAdmission(admission: Admission, most: number): Admission {
  switch (admission.kind) {
    case 'granted':
      return admission.hold ? { ...admission, hold: shortWords(admission.hold, most) } : admission;
    case 'held':
      return { ...admission, hold: shortWords(admission.hold, most) };
    case 'waiting':
      return { ...admission, behind: shortWords(admission.behind, most) };
    case 'superseded':
      return { ...admission, by: shortWords(admission.by, most) };
    case 'unobservable':
    case 'refused':
      return { ...admission, why: cutToBytes(admission.why, most) };
  }
}

function shortWords<W extends Pick<LaneRef, 'by' | 'reason'>>(words: W, most: number): W {
  const { by, reason } = words;
  return {
    ...words,
    ...(by !== undefined && { by: cutToBytes(by, most) }),
    ...(reason !== undefined && { reason: cutToBytes(reason, most) }),
  };
}

/** Leaves out the entries that came last. */
function withoutLast(status: LaneStatus): LaneStatus {
  const { waiting, configuring } = status;
  let left = limits.statusBytes - jsonBytes({ ...status, waiting: [], configuring: [] }, limits.statusBytes);
  const fits = (tracked: TrackedEntry) => {
    left -= jsonBytes(tracked, Math.max(0, left));
    return left >= 0;
  };
  const [kept, keptBeside] = [waiting.filter(fits), configuring.filter(fits)];
  const more = waiting.length + configuring.length - kept.length - keptBeside.length;
  return { ...status, waiting: kept, configuring: keptBeside, more };
}
