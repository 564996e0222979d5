import type { Hold } from '../operation/hold.ts';
import { allEntries, laneRef, mapEntries } from './entries.ts';
import { holdFor, mayEnter } from './holds.ts';
import type { Admission, LaneCommand, LaneEntry, LaneState, TrackedEntry } from './types.ts';

/** Names the entry that has just sent a message, and the revert that the message was about, if any. */
export interface MessageSender {
  readonly id: string;
  readonly revert?: string;
}

/**
 * Tells every entry its admission where that is not what it was told last. `sender` is told in any case, because an
 * earlier answer may have been lost. Answers the state that remembers what was told.
 */
export function tellAll(
  state: LaneState,
  now: string,
  sender: MessageSender | undefined,
): { readonly state: LaneState; readonly commands: readonly LaneCommand[] } {
  const news = new Map<string, LaneCommand & { readonly kind: 'tell' }>();
  let { sequence } = state;
  for (const tracked of allEntries(state)) {
    const admission = admissionOf(state, tracked, now);
    const revert = tracked.id === sender?.id ? sender.revert : undefined;
    if (admission === undefined || (tracked.id !== sender?.id && !isNews(tracked, admission))) continue;
    sequence = Math.max(sequence + 1, Date.parse(now));
    const about = revert === undefined ? {} : { revert };
    news.set(tracked.id, { kind: 'tell', entry: untrackedEntry(tracked), admission, sequence, ...about });
  }
  if (news.size === 0) return { state, commands: [] };
  const told = mapEntries({ ...state, sequence }, (tracked) => {
    const admission = news.get(tracked.id)?.admission;
    return admission ? { ...tracked, admission, untold: undefined } : tracked;
  });
  return { state: told, commands: [...news.values()] };
}

/**
 * Answers what an entry is to be told; undefined where there is nothing to tell yet. A held entry is told of the hold
 * even where a current operation is in its way as well: a hold needs a person, a current operation leaves by itself.
 * While an observation is due, a waiting entry keeps what it was told last, unless the world is unobservable.
 */
function admissionOf(state: LaneState, tracked: TrackedEntry, now: string): Admission | undefined {
  const { current, observedAt, unobservable } = state;
  if (tracked.supersededBy) return { kind: 'superseded', by: tracked.supersededBy };
  const hold = holdFor(state, tracked, now);
  if (tracked.operation === 'config change') return configChangeAdmission(tracked, hold);
  if (tracked.id === current?.id) return tracked.relations === undefined ? tracked.admission : grantedAdmission(hold);
  if (hold && tracked.relations !== undefined && !mayEnter(state, tracked, now)) return { kind: 'held', hold };
  if (unobservable) return { kind: 'unobservable', why: unobservable.why };
  return observedAt === undefined || !current ? tracked.admission : { kind: 'waiting', behind: laneRef(current) };
}

/** Answers the admission of a config change. One that has begun goes on as far as the hold lets it. */
function configChangeAdmission({ phase, admission }: TrackedEntry, hold: Hold | undefined): Admission {
  const hasBegun = phase !== 'waiting' || admission?.kind === 'granted';
  return hold && !hasBegun ? { kind: 'held', hold } : grantedAdmission(hold);
}

function grantedAdmission(hold: Hold | undefined): Admission {
  return { kind: 'granted', hold };
}

/** Answers the entry as its operation sent it, without what the lane knows of it. */
function untrackedEntry(tracked: TrackedEntry): LaneEntry {
  const { id, source, environment, operation, main, phase, whenNewer, workflowId, firstRunId } = tracked;
  const { by, reason, holdsConfig } = tracked;
  return {
    id,
    source,
    environment,
    operation,
    main,
    phase,
    whenNewer,
    workflowId,
    firstRunId,
    by,
    reason,
    holdsConfig,
  };
}

/** Tells whether an entry must be told. What did not reach it is sent again when it is time, and not before. */
function isNews({ admission: before, untold }: TrackedEntry, admission: Admission): boolean {
  if (untold) return untold.until === undefined;
  return JSON.stringify(admission) !== JSON.stringify(before);
}
