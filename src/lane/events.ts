import { afterRollback, type Hold } from '../operation/hold.ts';
import type { FreezeCalendar } from '../platform/freeze/freeze.ts';
import { shortSha } from '../short-sha.ts';
import { everybody, exclusive, isActive, mapEntries, mapEntry, without } from './entries.ts';
import { hasPassed, joinHolds } from './holds.ts';
import { lookAgain, restAfter } from './schedule.ts';
import type { LaneCommand, LaneEntry, LaneEvent, LaneObservation, LaneState, TrackedEntry } from './types.ts';

export interface Change {
  readonly state: LaneState;
  /** For the environment's record. */
  readonly records: readonly LaneCommand[];
}

type Took<Kind extends LaneEvent['kind']> = Extract<LaneEvent, { readonly kind: Kind }>;

const seenRevertsLimit = 20;

/**
 * What an event says, written down; what follows from it is worked out afterwards, from the state alone. `state`: of
 * `now`, see `expire`.
 */
export function take(state: LaneState, event: LaneEvent, now: string): Change {
  switch (event.kind) {
    case 'enter':
      return entered(state, event.entry, now);
    case 'reverted':
      return then(entered(state, event.entry, now), (rest) => reverted(rest, event.revert, now));
    case 'gone':
      return leftAlone(state, ({ id }) => id === event.id, now);
    case 'leave': {
      // The hold counts also where the entry is not known: the lane may have lost its memory meanwhile.
      const rest = without(state, ({ id }) => id === event.id);
      return event.hold ? held(rest, event.hold, now) : silent(rest);
    }
    case 'hold':
      return held(state, event.hold, now);
    case 'resume':
      return resumed(state, event);
    case 'override':
      return overridden(state, event);
    case 'observed':
      return observed(state, event, now);
    case 'unobservable':
      return silent({ ...state, unobservable: restAfter(state, event.why, now) });
    case 'tick':
      return silent(lookAgain(state, now));
  }
}

function silent(state: LaneState): Change {
  return { state, records: [] };
}

function then({ state, records }: Change, next: (state: LaneState) => Change): Change {
  const change = next(state);
  return { ...change, records: [...records, ...change.records] };
}

function entered(state: LaneState, entry: LaneEntry, now: string): Change {
  const known = everybody(state).find((tracked) => isSameEntry(tracked, entry));
  if (!known) return arrived(state, entry, now);
  const isBack = entry.phase === 'merged' && known.supersededBy && known.supersededBy.operation !== 'rollback';
  if (!isBack) return silent(mapEntry(state, entry.id, (tracked) => ({ ...tracked, ...entry })));
  // It was merged a moment before it would have been superseded.
  if (known.id !== state.current?.id) return arrived(state, entry, now);
  return silent(mapEntry(state, entry.id, ({ supersededBy: _, ...tracked }) => ({ ...tracked, ...entry })));
}

function isSameEntry(a: LaneEntry, b: LaneEntry): boolean {
  const isSameRun = a.workflowId === b.workflowId && a.firstRunId === b.firstRunId;
  // What is known of a promotion's commit is known of no other.
  return (
    a.id === b.id && a.operation === b.operation && isSameRun && (a.operation !== 'promotion' || a.main === b.main)
  );
}

/** A workflow that was started again, or comes again, takes the place of its earlier stay. */
function arrived(state: LaneState, entry: LaneEntry, now: string): Change {
  const isEarlier = ({ operation, workflowId }: TrackedEntry) =>
    operation === entry.operation && workflowId === entry.workflowId;
  const others = without(state, ({ id }) => id === entry.id);
  const left = leftAlone(others, isEarlier, now);
  return { ...left, state: withArrival(left.state, { ...entry, since: now }) };
}

function withArrival(state: LaneState, tracked: TrackedEntry): LaneState {
  if (tracked.operation === 'config change') return { ...state, configuring: [...state.configuring, tracked] };
  const unobservable = state.unobservable && { ...state.unobservable, until: undefined };
  return { ...state, waiting: [...state.waiting, tracked], observedAt: undefined, looks: undefined, unobservable };
}

/** Without those who do not run any more. A rollback that cannot say so itself leaves the lane held all the same. */
function leftAlone(state: LaneState, isGone: (tracked: TrackedEntry) => boolean, now: string): Change {
  const rest = without(state, isGone);
  const rollback = everybody(state).find((tracked) => {
    const { operation, phase } = tracked;
    return isGone(tracked) && operation === 'rollback' && (phase === 'merged' || phase === 'failed');
  });
  if (!rollback) return silent(rest);
  const { by = 'Fairlead', reason = '', holdsConfig = false } = rollback;
  return held(rest, { by, reason: afterRollback(reason), config: holdsConfig }, now);
}

function held(state: LaneState, asked: Omit<Hold, 'since'>, now: string): Change {
  if (hasPassed(asked.until, now)) return silent(state);
  const hold = joinHolds(state.hold, { ...asked, since: now });
  if (JSON.stringify(hold) === JSON.stringify(state.hold)) return silent(state);
  const { by, reason } = hold;
  return {
    state: { ...withoutOverrides(state), hold },
    records: [{ kind: 'record', event: 'held', by, reason, hold }],
  };
}

/** An override was given for what held then, not for what holds the lane from now on. */
function withoutOverrides(state: LaneState): LaneState {
  return mapEntries(state, ({ override: _, ...tracked }) => tracked);
}

function resumed(state: LaneState, { by, reason }: Took<'resume'>): Change {
  if (!state.hold) return silent(state);
  const record: LaneCommand = { kind: 'record', event: 'resumed', by, reason };
  return { state: { ...state, hold: undefined }, records: [record] };
}

function overridden(state: LaneState, { id, by, reason }: Took<'override'>): Change {
  const tracked = everybody(state).find((tracked) => tracked.id === id);
  const before = tracked?.override;
  if (!tracked || !isActive(tracked) || (before?.by === by && before.reason === reason)) return silent(state);
  // A config change has no main commit of its own.
  const main = tracked.main === '' ? {} : { main: tracked.main };
  return {
    state: mapEntry(state, id, (tracked) => ({ ...tracked, override: { by, reason } })),
    records: [{ kind: 'record', event: 'overridden', by, reason, ...main }],
  };
}

function observed(state: LaneState, event: Took<'observed'>, now: string): Change {
  const isGone = ({ id }: TrackedEntry) => event.observation.gone.includes(id);
  return then(leftAlone(state, isGone, now), (rest) => seen(rest, event, now));
}

function seen(rest: LaneState, { observation, looked }: Took<'observed'>, now: string): Change {
  const related = mapEntries(rest, (tracked) => {
    if (tracked.operation === 'config change' || tracked.relations || !looked.includes(tracked.id)) return tracked;
    return { ...tracked, relations: relationsOf(rest, tracked, observation) };
  });
  const calendar = observation.calendar ?? stillKnown(rest.calendar, now);
  const wasFrozen = rest.calendar?.now !== undefined && !hasPassed(rest.calendar.now.until, now);
  // A lane without memory does not know whether the freeze began before the override.
  const isNew = calendar.now !== undefined && rest.calendar !== undefined && !wasFrozen;
  const change: LaneState = {
    ...(isNew ? withoutOverrides(related) : related),
    calendar,
    frozenSince: calendar.now && ((wasFrozen ? rest.frozenSince : undefined) ?? now),
    unobservable: undefined,
    // Who came after the look was begun was not looked at.
    observedAt: exclusive(related).every(({ relations }) => relations !== undefined) ? now : undefined,
  };
  return reverted(change, observation.revert, now);
}

function stillKnown({ now: freeze, next }: FreezeCalendar = {}, now: string): FreezeCalendar {
  return {
    ...(freeze && !hasPassed(freeze.until, now) && { now: freeze }),
    ...(next !== undefined && !hasPassed(next, now) && { next }),
  };
}

function relationsOf(
  state: LaneState,
  { id }: TrackedEntry,
  { relations }: LaneObservation,
): TrackedEntry['relations'] {
  const present = new Set(exclusive(state).map((tracked) => tracked.id));
  return Object.fromEntries(Object.entries(relations[id] ?? {}).filter(([other]) => present.has(other)));
}

function reverted(state: LaneState, revert: LaneObservation['revert'], now: string): Change {
  if (!revert || state.seenReverts.includes(revert.commit)) return silent(state);
  const { by, from, to, commit } = revert;
  const reason = `${by} took the environment back from main ${shortSha(from)} to ${shortSha(to)} on the forge`;
  const seenReverts = [...state.seenReverts, commit].slice(-seenRevertsLimit);
  return held({ ...state, seenReverts }, { by, reason, config: false, revert: commit }, now);
}
