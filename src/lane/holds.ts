import { cut } from '../cut.ts';
import { type Hold, rollbackHoldReason } from '../operation/hold.ts';
import { allEntries, exclusiveEntries, isActive } from './entries.ts';
import type { HoldAnswer } from './received.ts';
import type { LaneState, TrackedEntry } from './types.ts';

/** Answers what holds the lane for this operation now, hold and freeze joined; undefined where nothing does. */
export function holdFor(state: LaneState, tracked: TrackedEntry, now: string): Hold | undefined {
  if (tracked.operation === 'rollback' || tracked.override) return undefined;
  const hold = holdInForce(state.hold, now);
  if (tracked.operation === 'config change') return configHold(state, hold);
  const freeze = freezeHold(state, now);
  return freeze ? joinHolds(hold, freeze) : hold;
}

/**
 * Answers what holds an entry now, to whoever is about to merge. Where a freeze may have begun since the lane looked, it does not know:
 * who asks must look.
 */
export function holdAnswerFor(state: LaneState, id: string, now: string): HoldAnswer {
  const tracked = allEntries(state).find((each) => each.id === id);
  const hold = tracked && holdFor(state, tracked, now);
  const isUnseen = hold === undefined && tracked?.operation === 'promotion' && hasPassed(state.calendar?.next, now);
  return tracked === undefined || isUnseen ? { known: false } : { known: true, hold };
}

/** Answers what holds config changes. A render with today's config would undo a rollback to a recorded pair. */
function configHold(state: LaneState, hold: Hold | undefined): Hold | undefined {
  if (hold?.config) return hold;
  const rollback = exclusiveEntries(state).find((tracked) => isActive(tracked) && tracked.holdsConfig);
  if (!rollback) return undefined;
  const { by = 'Fairlead', reason, since } = rollback;
  return { by, reason: rollbackHoldReason(reason), since, config: true };
}

/** Tells whether this operation may be let in now, or says itself that the lane let it in before it lost its memory. */
export function mayEnter(state: LaneState, tracked: TrackedEntry, now: string): boolean {
  return tracked.phase !== 'waiting' || holdFor(state, tracked, now) === undefined;
}

/** Answers the hold, unless it has ended. */
export function holdInForce(hold: Hold | undefined, now: string): Hold | undefined {
  return hold && !hasPassed(hold.until, now) ? hold : undefined;
}

/** Tells whether a time has been reached. An undefined `time` never passes. */
export function hasPassed(time: string | undefined, now: string): boolean {
  return time !== undefined && Date.parse(time) <= Date.parse(now);
}

/** Joins two holds into one that is in force for as long as either, with the words of both, none of them twice. */
export function joinHolds(older: Hold | undefined, newer: Hold): Hold {
  const until = older ? laterEnd(older.until, newer.until) : newer.until;
  const revert = newer.revert ?? older?.revert;
  return {
    by: joinWords(older?.by, newer.by),
    reason: joinWords(older?.reason, newer.reason),
    since: older && hasPassed(older.since, newer.since) ? older.since : newer.since,
    until,
    config: newer.config || older?.config === true,
    revert,
  };
}

/** The most characters of the words of joined holds, and of one of them. */
const longest = { joined: 4_000, one: 1_500 } as const;
/** Stands for the words that were left out. */
const leftOut = '…';

/** Joins words; where they get too long, the first ones and the latest stay. */
function joinWords(older: string | undefined, newer: string): string {
  const words = [...(older?.split('; ') ?? []), ...newer.split('; ')].map((each) => cut(each, longest.one));
  const [first = '', ...rest] = new Set(words);
  let room = longest.joined - first.length - leftOut.length - 4;
  const latest = rest.filter((each) => each !== leftOut).toReversed();
  const isFull = latest.findIndex((each) => {
    room -= each.length + 2;
    return room < 0;
  });
  const kept = latest.slice(0, isFull < 0 ? undefined : isFull).toReversed();
  const isCut = isFull >= 0 || rest.includes(leftOut);
  return [first, ...(isCut ? [leftOut] : []), ...kept].join('; ');
}

/** Answers the later of two ends. An undefined one never comes. */
function laterEnd(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  return hasPassed(a, b) ? b : a;
}

/** Answers the freeze that is in force as a hold; undefined where there is none. */
export function freezeHold(
  { calendar, frozenSince }: Pick<LaneState, 'calendar' | 'frozenSince'>,
  now: string,
): Hold | undefined {
  const freeze = calendar?.now;
  if (!freeze || hasPassed(freeze.until, now)) return undefined;
  return { by: 'freeze', reason: freeze.reason, since: frozenSince ?? now, until: freeze.until, config: false };
}
