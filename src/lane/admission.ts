import type { Hold } from '../operation/hold.ts';
import { everybody, laneRef, mapEntries } from './entries.ts';
import { holdFor, mayEnter } from './holds.ts';
import type { Admission, LaneCommand, LaneEntry, LaneState, TrackedEntry } from './types.ts';

/** Who has just sent a message, and the revert that it was about, if any. */
export interface Asking {
  readonly id: string;
  readonly revert?: string;
}

/**
 * Tells everybody whose admission is not what they were told last, and in any case who is `asking`: an answer may have
 * been lost.
 */
export function tellAll(
  state: LaneState,
  now: string,
  asking: Asking | undefined,
): { readonly state: LaneState; readonly commands: readonly LaneCommand[] } {
  const news = new Map<string, LaneCommand & { readonly kind: 'tell' }>();
  let { sequence } = state;
  for (const tracked of everybody(state)) {
    const admission = admissionOf(state, tracked, now);
    const revert = tracked.id === asking?.id ? asking.revert : undefined;
    if (admission === undefined || (tracked.id !== asking?.id && isSame(admission, tracked.admission))) continue;
    sequence = Math.max(sequence + 1, Date.parse(now));
    const about = revert === undefined ? {} : { revert };
    news.set(tracked.id, { kind: 'tell', entry: entryOf(tracked), admission, sequence, ...about });
  }
  const told = mapEntries({ ...state, sequence }, (tracked) => {
    const admission = news.get(tracked.id)?.admission;
    return admission ? { ...tracked, admission } : tracked;
  });
  return { state: told, commands: [...news.values()] };
}

/**
 * undefined: there is nothing to be said yet. Who is held is told that, also where a current operation is in the way: a hold
 * needs a person, a current operation leaves by itself. While an observation is due, who waits keeps to what it was told last, unless
 * the world cannot be seen.
 */
function admissionOf(state: LaneState, tracked: TrackedEntry, now: string): Admission | undefined {
  const { current, observedAt, unobservable } = state;
  if (tracked.supersededBy) return { kind: 'superseded', by: tracked.supersededBy };
  const hold = holdFor(state, tracked, now);
  if (tracked.operation === 'config change') return ofConfigChange(tracked, hold);
  if (tracked.id === current?.id) return tracked.relations === undefined ? tracked.admission : granted(hold);
  if (hold && tracked.relations !== undefined && !mayEnter(state, tracked, now)) return { kind: 'held', hold };
  if (unobservable) return { kind: 'unobservable', why: unobservable.why };
  return observedAt === undefined || !current ? tracked.admission : { kind: 'waiting', behind: laneRef(current) };
}

/** Once begun, it goes on as far as a hold lets it. */
function ofConfigChange({ phase, admission }: TrackedEntry, hold: Hold | undefined): Admission {
  const hasBegun = phase !== 'waiting' || admission?.kind === 'granted';
  return hold && !hasBegun ? { kind: 'held', hold } : granted(hold);
}

function granted(hold: Hold | undefined): Admission {
  return { kind: 'granted', hold };
}

function entryOf(tracked: TrackedEntry): LaneEntry {
  const { id, source, environment, operation, main, phase, whenNewer, workflowId, firstRunId } = tracked;
  const { by, reason, holdsConfig } = tracked;
  const asked = {
    by,
    reason,
    holdsConfig,
  };
  return { id, source, environment, operation, main, phase, whenNewer, workflowId, firstRunId, ...asked };
}

function isSame(a: Admission, b: Admission | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
