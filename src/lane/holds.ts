import { afterRollback, type Hold } from '../operation/hold.ts';
import { exclusive, isActive } from './entries.ts';
import type { LaneState, TrackedEntry } from './types.ts';

/** What holds the lane now for this operation, hold and freeze joined; undefined: nothing. */
export function holdFor(state: LaneState, tracked: TrackedEntry, now: string): Hold | undefined {
  if (tracked.operation === 'rollback' || tracked.override) return undefined;
  const hold = inForce(state.hold, now);
  if (tracked.operation === 'config change') return configHold(state, hold);
  const freeze = freezeHold(state, now);
  return freeze ? joinHolds(hold, freeze) : hold;
}

/** A rollback to a recorded pair would be undone by what is rendered with today's config beside it. */
function configHold(state: LaneState, hold: Hold | undefined): Hold | undefined {
  if (hold?.config) return hold;
  const rollback = exclusive(state).find((tracked) => isActive(tracked) && tracked.holdsConfig);
  if (!rollback) return undefined;
  const { by = 'Fairlead', reason, since } = rollback;
  return { by, reason: afterRollback(reason), since, config: true };
}

/** Whether this operation may be let in, or was: by an earlier life of the lane, as it says itself. */
export function mayEnter(state: LaneState, tracked: TrackedEntry, now: string): boolean {
  return tracked.phase !== 'waiting' || holdFor(state, tracked, now) === undefined;
}

/** The hold, unless it has ended. */
export function inForce(hold: Hold | undefined, now: string): Hold | undefined {
  return hold && !hasPassed(hold.until, now) ? hold : undefined;
}

/** `time`: undefined never passes. */
export function hasPassed(time: string | undefined, now: string): boolean {
  return time !== undefined && Date.parse(time) <= Date.parse(now);
}

/** One hold for two: in force for as long as either, with the words of both, none of them twice. */
export function joinHolds(older: Hold | undefined, newer: Hold): Hold {
  const until = older ? later(older.until, newer.until) : newer.until;
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

function joinWords(older: string | undefined, newer: string): string {
  return [...new Set([...(older?.split('; ') ?? []), ...newer.split('; ')])].join('; ');
}

/** Of two ends; undefined: none. */
function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return undefined;
  return hasPassed(a, b) ? b : a;
}

function freezeHold({ calendar, frozenSince }: LaneState, now: string): Hold | undefined {
  const freeze = calendar?.now;
  if (!freeze || hasPassed(freeze.until, now)) return undefined;
  return { by: 'freeze', reason: freeze.reason, since: frozenSince ?? now, until: freeze.until, config: false };
}
