import { holdFor, mayEnter } from './holds.ts';
import type { LaneState, Visitor } from './types.ts';
import { counts, forget, isNewer, isPromotion, mapVisitor, newcomer } from './visitors.ts';

/**
 * Who has the lane, and who gives way to whom: DESIGN "Changes that meet". Nobody gives way and nobody is let in
 * before the world was looked at. Nothing changes when it is applied twice.
 */
export function order(state: LaneState, now: string): LaneState {
  const taken = takeOver(state);
  if (taken.surveyedAt === undefined) return taken;
  return letIn(giveWayToNewer(keepNewest(giveWayToRollback(taken), now), now), now);
}

/** Whoever was let in before the lane lost its memory is in already, unless somebody else is. */
function takeOver(state: LaneState): LaneState {
  if (state.occupant) return state;
  return seat(
    state,
    state.waiting.find((visitor) => counts(visitor) && visitor.phase !== 'waiting'),
  );
}

/** A rollback interrupts a promotion, however far it has got, but not another rollback. */
function giveWayToRollback(state: LaneState): LaneState {
  const { occupant, waiting } = state;
  const rollback = waiting.find(({ operation }) => operation === 'rollback');
  return occupant && isPromotion(occupant) && rollback ? supersede(state, occupant, rollback) : state;
}

/** Of related promotions only the newest waits. */
function keepNewest(state: LaneState, now: string): LaneState {
  return state.waiting.filter(mayGiveWay).reduce((rest, visitor) => {
    const by = newest(rivals(rest, now, visitor));
    // Nobody asks any more whose commit is newer than its own: what is known stays small in a burst.
    return by ? forgetRelations(supersede(rest, visitor, by), visitor) : rest;
  }, state);
}

/** Newer ones, the occupant included. Who is held does not get in the way of who may enter. */
function rivals(state: LaneState, now: string, visitor: Visitor): readonly Visitor[] {
  const { occupant, waiting } = state;
  const isHeld = visitor !== occupant && !mayEnter(state, visitor, now);
  const others = waiting.filter((other) => isHeld || mayEnter(state, other, now));
  return [...(occupant ? [occupant] : []), ...others].filter(
    (other) => isPromotion(other) && counts(other) && isNewer(other, visitor),
  );
}

/** A promotion that is not merged yet, or whose rollout has failed, gives way to a newer one. */
function giveWayToNewer(state: LaneState, now: string): LaneState {
  const { occupant } = state;
  if (!occupant || !mayGiveWay(occupant)) return state;
  const by = newest(rivals(state, now, occupant).filter(({ whenNewer }) => whenNewer === 'supersede'));
  return by ? supersede(state, occupant, by) : state;
}

/** Rollbacks first, each in the order of arrival. */
function letIn(state: LaneState, now: string): LaneState {
  if (state.occupant) return state;
  const ready = state.waiting.filter((visitor) => counts(visitor) && holdFor(state, visitor, now) === undefined);
  return seat(state, ready.find(({ operation }) => operation === 'rollback') ?? ready[0]);
}

function seat(state: LaneState, visitor: Visitor | undefined): LaneState {
  if (!visitor) return state;
  return { ...state, occupant: visitor, waiting: state.waiting.filter(({ id }) => id !== visitor.id) };
}

function mayGiveWay(visitor: Visitor): boolean {
  return isPromotion(visitor) && visitor.phase !== 'merged';
}

function newest(visitors: readonly Visitor[]): Visitor | undefined {
  return visitors.find((visitor) => !visitors.some((other) => isNewer(other, visitor))) ?? visitors[0];
}

/** Once and for all: who took its place is not told anew when that one gives way in its turn. */
function supersede(state: LaneState, { id }: Visitor, by: Visitor): LaneState {
  return mapVisitor(state, id, (visitor) => ({ ...visitor, supersededBy: visitor.supersededBy ?? newcomer(by) }));
}

function forgetRelations(state: LaneState, { id }: Visitor): LaneState {
  return forget(
    mapVisitor(state, id, (visitor) => ({ ...visitor, relations: {} })),
    new Set([id]),
  );
}
