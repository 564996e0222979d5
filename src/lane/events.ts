import { type Hold, rollbackHoldReason } from '../operation/hold.ts';
import type { FreezeCalendar } from '../platform/freeze/freeze.ts';
import { shortSha } from '../short-names.ts';
import { allEntries, exclusiveEntries, isActive, mapEntries, mapEntry, removeEntries } from './entries.ts';
import { hasPassed, joinHolds } from './holds.ts';
import { observeIfDue, pauseAfterFailure, untoldFor } from './schedule.ts';
import type { LaneCommand, LaneEntry, LaneEvent, LaneObservation, LaneState, TrackedEntry } from './types.ts';

/** The state with what an event says, before anything follows from it. */
export interface LaneChange {
  readonly state: LaneState;
  /** The commands that write to the environment's record. */
  readonly records: readonly LaneCommand[];
}

type EventOf<Kind extends LaneEvent['kind']> = Extract<LaneEvent, { readonly kind: Kind }>;

/** The most answered reverts by hand that a lane remembers, the latest ones: it hands them on with its state. */
export const seenRevertsLimit = 20;

/**
 * Writes down what an event says; what follows from it is worked out afterwards, from the state alone. `state` must
 * be that of `now`, see `dropExpired`.
 */
export function applyEvent(state: LaneState, event: LaneEvent, now: string): LaneChange {
  switch (event.kind) {
    case 'enter':
      return applyEntry(state, event.entry, now);
    case 'reverted':
      return continueWith(applyEntry(state, event.entry, now), (rest) => applyRevert(rest, event.revert, now));
    case 'gone':
      return removeGone(state, ({ id }) => id === event.id, now);
    case 'leave': {
      // The hold counts also where the entry is not known: the lane may have lost its memory meanwhile.
      const rest = removeEntries(state, ({ id }) => id === event.id);
      return event.hold ? applyHold(rest, event.hold, now) : withoutRecord(rest);
    }
    case 'hold':
      return applyHold(state, event.hold, now);
    case 'resume':
      return endHold(state, event);
    case 'override':
      return applyOverride(state, event);
    case 'observed':
      return applyObservation(state, event, now);
    case 'untold':
      return withoutRecord(mapEntry(state, event.id, (tracked) => ({ ...tracked, untold: untoldFor(event.why, now) })));
    case 'unobservable':
      return withoutRecord({ ...state, unobservable: pauseAfterFailure(state, event.why, now) });
    case 'tick':
      return withoutRecord(observeIfDue(state, now));
  }
}

/** Makes a change that the record need not know. */
function withoutRecord(state: LaneState): LaneChange {
  return { state, records: [] };
}

/** Makes a second change after a first one, and keeps what both record. */
function continueWith({ state, records }: LaneChange, next: (state: LaneState) => LaneChange): LaneChange {
  const change = next(state);
  return { ...change, records: [...records, ...change.records] };
}

/**
 * Takes what an operation says of itself; one that the lane does not know is added. Whoever comes takes messages again.
 */
function applyEntry(state: LaneState, entry: LaneEntry, now: string): LaneChange {
  const known = allEntries(state).find((tracked) => tracked.id === entry.id && isSameEntry(tracked, entry));
  if (!known) return addArrival(state, entry, now);
  const isBack = entry.phase === 'merged' && known.supersededBy && known.supersededBy.operation !== 'rollback';
  // It was merged a moment before it would have been superseded.
  if (isBack && known.id !== state.current?.id) return addArrival(state, entry, now);
  const more = { ...entry, untold: undefined, ...(isBack && { supersededBy: undefined }) };
  return withoutRecord(mapEntry(state, entry.id, (tracked) => ({ ...tracked, ...more })));
}

/** Tells whether an entry is the one that the lane knows, so that what it knows stays true. */
function isSameEntry(a: LaneEntry, b: LaneEntry): boolean {
  const isSameRun = a.workflowId === b.workflowId && a.firstRunId === b.firstRunId;
  // Relations are known of one main commit: a promotion with another one is another entry.
  return (
    a.id === b.id && a.operation === b.operation && isSameRun && (a.operation !== 'promotion' || a.main === b.main)
  );
}

/** Adds a new entry. The entry of a workflow that was started again, or comes again, replaces its earlier one. */
function addArrival(state: LaneState, entry: LaneEntry, now: string): LaneChange {
  const isEarlier = ({ operation, workflowId }: TrackedEntry) =>
    operation === entry.operation && workflowId === entry.workflowId;
  const others = removeEntries(state, ({ id }) => id === entry.id);
  const left = removeGone(others, isEarlier, now);
  return { ...left, state: insertArrival(left.state, { ...entry, since: now }) };
}

/** Puts a new entry last, and asks for an observation at once where others may be in its way. */
function insertArrival(state: LaneState, tracked: TrackedEntry): LaneState {
  if (tracked.operation === 'config change') return { ...state, configuring: [...state.configuring, tracked] };
  const unobservable = state.unobservable && { ...state.unobservable, until: undefined };
  return { ...state, waiting: [...state.waiting, tracked], observedAt: undefined, looks: undefined, unobservable };
}

/**
 * Removes entries whose workflow does not run any more. A merged rollback among them leaves the lane held all the same.
 */
function removeGone(state: LaneState, isGone: (tracked: TrackedEntry) => boolean, now: string): LaneChange {
  const rest = removeEntries(state, isGone);
  const rollback = allEntries(state).find((tracked) => {
    const { operation, phase } = tracked;
    return isGone(tracked) && operation === 'rollback' && (phase === 'merged' || phase === 'failed');
  });
  if (!rollback) return withoutRecord(rest);
  const { by = 'Fairlead', reason = '', holdsConfig = false } = rollback;
  return applyHold(rest, { by, reason: rollbackHoldReason(reason), config: holdsConfig }, now);
}

/** Holds the lane, together with what holds it already; a hold that has passed or is known changes nothing. */
function applyHold(state: LaneState, asked: Omit<Hold, 'since'>, now: string): LaneChange {
  if (hasPassed(asked.until, now)) return withoutRecord(state);
  const hold = joinHolds(state.hold, { ...asked, since: now });
  if (JSON.stringify(hold) === JSON.stringify(state.hold)) return withoutRecord(state);
  const { by, reason } = hold;
  return {
    state: { ...withoutOverrides(state), hold },
    records: [{ kind: 'record', event: 'held', by, reason, hold }],
  };
}

/** Drops all overrides: they were given for what held then, not for what holds the lane from now on. */
function withoutOverrides(state: LaneState): LaneState {
  return mapEntries(state, ({ override: _, ...tracked }) => tracked);
}

function endHold(state: LaneState, { by, reason }: EventOf<'resume'>): LaneChange {
  if (!state.hold) return withoutRecord(state);
  const record: LaneCommand = { kind: 'record', event: 'resumed', by, reason };
  return { state: { ...state, hold: undefined }, records: [record] };
}

function applyOverride(state: LaneState, { id, by, reason }: EventOf<'override'>): LaneChange {
  const tracked = allEntries(state).find((tracked) => tracked.id === id);
  const before = tracked?.override;
  if (!tracked || !isActive(tracked) || (before?.by === by && before.reason === reason)) return withoutRecord(state);
  // A config change has no main commit of its own.
  const main = tracked.main === '' ? {} : { main: tracked.main };
  return {
    state: mapEntry(state, id, (tracked) => ({ ...tracked, override: { by, reason } })),
    records: [{ kind: 'record', event: 'overridden', by, reason, ...main }],
  };
}

function applyObservation(state: LaneState, event: EventOf<'observed'>, now: string): LaneChange {
  const gone = new Set(event.observation.gone);
  const isGone = ({ id }: TrackedEntry) => gone.has(id);
  return continueWith(removeGone(state, isGone, now), (rest) => applyFindings(rest, event, now));
}

/** Takes what was observed of the entries that are left. */
function applyFindings(rest: LaneState, { observation, looked }: EventOf<'observed'>, now: string): LaneChange {
  const isOutdated = mustCompareAgain(rest, observation, looked);
  const present = new Set(exclusiveEntries(rest).map(({ id }) => id));
  const seen = new Set(looked);
  const related = mapEntries(rest, (tracked) => {
    if (isOutdated || tracked.operation === 'config change' || tracked.relations || !seen.has(tracked.id))
      return tracked;
    return { ...tracked, relations: presentRelations(tracked, observation, present) };
  });
  const calendar = observation.calendar ?? unexpiredCalendar(rest.calendar, now);
  const wasFrozen = rest.calendar?.now !== undefined && !hasPassed(rest.calendar.now.until, now);
  // A lane that has lost its memory does not know whether the freeze began before the override.
  const isNew = calendar.now !== undefined && rest.calendar !== undefined && !wasFrozen;
  const change: LaneState = {
    ...(isNew ? withoutOverrides(related) : related),
    calendar,
    frozenSince: calendar.now && ((wasFrozen ? rest.frozenSince : undefined) ?? now),
    unobservable: undefined,
    // An entry that came after the observation began was not observed.
    observedAt: exclusiveEntries(related).every(({ relations }) => relations !== undefined) ? now : undefined,
  };
  return applyRevert(change, observation.revert, now);
}

/**
 * Tells whether relations that only count together are outdated: somebody came meanwhile, or a newer one left to which
 * others were compared instead of with each other.
 */
function mustCompareAgain(rest: LaneState, observation: LaneObservation, looked: readonly string[]): boolean {
  if (observation.onlyNeeded === undefined) return false;
  const exclusive = exclusiveEntries(rest);
  const present = new Set(exclusive.map(({ id }) => id));
  const seen = new Set(looked);
  const hasLeft = ([id, relation]: readonly [string, string]) => relation === 'older' && !present.has(id);
  return exclusive.some(
    ({ id, relations }) =>
      relations === undefined && (!seen.has(id) || Object.entries(observation.relations[id] ?? {}).some(hasLeft)),
  );
}

/** Answers what was last known of freezes, as far as it has not passed. */
function unexpiredCalendar({ now: freeze, next }: FreezeCalendar = {}, now: string): FreezeCalendar {
  return {
    ...(freeze && !hasPassed(freeze.until, now) && { now: freeze }),
    ...(next !== undefined && !hasPassed(next, now) && { next }),
  };
}

/** Answers the observed relations of an entry to those that are still in the lane. */
function presentRelations(
  { id }: TrackedEntry,
  { relations }: LaneObservation,
  present: ReadonlySet<string>,
): TrackedEntry['relations'] {
  return Object.fromEntries(Object.entries(relations[id] ?? {}).filter(([other]) => present.has(other)));
}

/** Holds the lane for a revert by hand, once for each. */
function applyRevert(state: LaneState, revert: LaneObservation['revert'], now: string): LaneChange {
  if (!revert || state.seenReverts.includes(revert.commit)) return withoutRecord(state);
  const { by, from, to, commit } = revert;
  const reason = `${by} took the environment back from main ${shortSha(from)} to ${shortSha(to)} on the forge`;
  const seenReverts = [...state.seenReverts, commit].slice(-seenRevertsLimit);
  return applyHold({ ...state, seenReverts }, { by, reason, config: false, revert: commit }, now);
}
