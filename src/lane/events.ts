import { short } from '../operation/decisions.ts';
import type { FreezeCalendar } from '../platform/freeze/freeze.ts';
import { afterRollback } from '../record/queries.ts';
import { hasPassed, joinHolds } from './holds.ts';
import { lookAgain, restAfter } from './schedule.ts';
import type { Hold, LaneCommand, LaneEvent, LaneState, Survey, Visit, Visitor } from './types.ts';
import { counts, everybody, exclusive, mapVisitor, mapVisitors, without } from './visitors.ts';

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
    case 'visit':
      return visited(state, event.visit, now);
    case 'reverted':
      return then(visited(state, event.visit, now), (rest) => reverted(rest, event.revert, now));
    case 'gone':
      return leftAlone(state, ({ id }) => id === event.id, now);
    case 'leave': {
      // The hold counts also where the visit is not known: the lane may have lost its memory meanwhile.
      const rest = without(state, ({ id }) => id === event.id);
      return event.hold ? held(rest, event.hold, now) : silent(rest);
    }
    case 'hold':
      return held(state, event.hold, now);
    case 'resume':
      return resumed(state, event);
    case 'override':
      return overridden(state, event);
    case 'surveyed':
      return surveyed(state, event, now);
    case 'unseen':
      return silent({ ...state, unseen: restAfter(state, event.why, now) });
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

function visited(state: LaneState, visit: Visit, now: string): Change {
  const known = everybody(state).find((visitor) => isSameStay(visitor, visit));
  if (!known) return arrived(state, visit, now);
  const isBack = visit.phase === 'merged' && known.supersededBy && known.supersededBy.operation !== 'rollback';
  if (!isBack) return silent(mapVisitor(state, visit.id, (visitor) => ({ ...visitor, ...visit })));
  // It was merged a moment before it would have been superseded.
  if (known.id !== state.occupant?.id) return arrived(state, visit, now);
  return silent(mapVisitor(state, visit.id, ({ supersededBy: _, ...visitor }) => ({ ...visitor, ...visit })));
}

function isSameStay(a: Visit, b: Visit): boolean {
  const isSameRun = a.workflowId === b.workflowId && a.firstRunId === b.firstRunId;
  // What is known of a promotion's commit is known of no other.
  return (
    a.id === b.id && a.operation === b.operation && isSameRun && (a.operation !== 'promotion' || a.main === b.main)
  );
}

/** A workflow that was started again, or comes again, takes the place of its earlier stay. */
function arrived(state: LaneState, visit: Visit, now: string): Change {
  const isEarlier = ({ operation, workflowId }: Visitor) =>
    operation === visit.operation && workflowId === visit.workflowId;
  const others = without(state, ({ id }) => id === visit.id);
  const left = leftAlone(others, isEarlier, now);
  return { ...left, state: withNewcomer(left.state, { ...visit, since: now }) };
}

function withNewcomer(state: LaneState, visitor: Visitor): LaneState {
  if (visitor.operation === 'config change') return { ...state, configuring: [...state.configuring, visitor] };
  const unseen = state.unseen && { ...state.unseen, until: undefined };
  return { ...state, waiting: [...state.waiting, visitor], surveyedAt: undefined, looks: undefined, unseen };
}

/** Without those who do not run any more. A rollback that cannot say so itself leaves the lane held all the same. */
function leftAlone(state: LaneState, isGone: (visitor: Visitor) => boolean, now: string): Change {
  const rest = without(state, isGone);
  const rollback = everybody(state).find((visitor) => {
    const { operation, phase } = visitor;
    return isGone(visitor) && operation === 'rollback' && (phase === 'merged' || phase === 'failed');
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
  return mapVisitors(state, ({ override: _, ...visitor }) => visitor);
}

function resumed(state: LaneState, { by, reason }: Took<'resume'>): Change {
  if (!state.hold) return silent(state);
  const record: LaneCommand = { kind: 'record', event: 'resumed', by, ...(reason !== undefined && { reason }) };
  return { state: { ...state, hold: undefined }, records: [record] };
}

function overridden(state: LaneState, { id, by, reason }: Took<'override'>): Change {
  const visitor = everybody(state).find((visitor) => visitor.id === id);
  const before = visitor?.override;
  if (!visitor || !counts(visitor) || (before?.by === by && before.reason === reason)) return silent(state);
  // A config change has no main commit of its own.
  const main = visitor.main === '' ? {} : { main: visitor.main };
  return {
    state: mapVisitor(state, id, (visitor) => ({ ...visitor, override: { by, reason } })),
    records: [{ kind: 'record', event: 'overridden', by, reason, ...main }],
  };
}

function surveyed(state: LaneState, event: Took<'surveyed'>, now: string): Change {
  const isGone = ({ id }: Visitor) => event.survey.gone.includes(id);
  return then(leftAlone(state, isGone, now), (rest) => seen(rest, event, now));
}

function seen(rest: LaneState, { survey, looked }: Took<'surveyed'>, now: string): Change {
  const related = mapVisitors(rest, (visitor) => {
    if (visitor.operation === 'config change' || visitor.relations || !looked.includes(visitor.id)) return visitor;
    return { ...visitor, relations: relationsOf(rest, visitor, survey) };
  });
  const calendar = survey.calendar ?? stillKnown(rest.calendar, now);
  const wasFrozen = rest.calendar?.now !== undefined && !hasPassed(rest.calendar.now.until, now);
  // A lane without memory does not know whether the freeze began before the override.
  const isNew = calendar.now !== undefined && rest.calendar !== undefined && !wasFrozen;
  const change: LaneState = {
    ...(isNew ? withoutOverrides(related) : related),
    calendar,
    frozenSince: calendar.now && ((wasFrozen ? rest.frozenSince : undefined) ?? now),
    unseen: undefined,
    // Who came after the look was begun was not looked at.
    surveyedAt: exclusive(related).every(({ relations }) => relations !== undefined) ? now : undefined,
  };
  return reverted(change, survey.revert, now);
}

function stillKnown({ now: freeze, next }: FreezeCalendar = {}, now: string): FreezeCalendar {
  return {
    ...(freeze && !hasPassed(freeze.until, now) && { now: freeze }),
    ...(next !== undefined && !hasPassed(next, now) && { next }),
  };
}

function relationsOf(state: LaneState, { id }: Visitor, { relations }: Survey): Visitor['relations'] {
  const present = new Set(exclusive(state).map((visitor) => visitor.id));
  return Object.fromEntries(Object.entries(relations[id] ?? {}).filter(([other]) => present.has(other)));
}

function reverted(state: LaneState, revert: Survey['revert'], now: string): Change {
  if (!revert || state.seenReverts.includes(revert.commit)) return silent(state);
  const { by, from, to, commit } = revert;
  const reason = `${by} took the environment back from main ${short(from)} to ${short(to)} on the forge`;
  const seenReverts = [...state.seenReverts, commit].slice(-seenRevertsLimit);
  return held({ ...state, seenReverts }, { by, reason, config: false, revert: commit }, now);
}
