import { forget, isActive, isNewer, isPromotion, laneRef, mapEntry } from './entries.ts';
import { holdFor, mayEnter } from './holds.ts';
import type { LaneState, TrackedEntry } from './types.ts';

/**
 * Who has the lane, and who gives way to whom: DESIGN "Changes that meet". Nobody gives way and nobody is let in
 * before the world was looked at. Nothing changes when it is applied twice.
 */
export function order(state: LaneState, now: string): LaneState {
  const taken = takeOver(state);
  if (taken.observedAt === undefined) return taken;
  return admitNext(giveWayToNewer(keepNewest(giveWayToRollback(taken), now), now), now);
}

/** Whoever was let in before the lane lost its memory is in already, unless somebody else is. */
function takeOver(state: LaneState): LaneState {
  if (state.current) return state;
  return admit(
    state,
    state.waiting.find((tracked) => isActive(tracked) && tracked.phase !== 'waiting'),
  );
}

/** A rollback interrupts a promotion, however far it has got, but not another rollback. */
function giveWayToRollback(state: LaneState): LaneState {
  const { current, waiting } = state;
  const rollback = waiting.find(({ operation }) => operation === 'rollback');
  return current && isPromotion(current) && rollback ? supersede(state, current, rollback) : state;
}

/** Of related promotions only the newest waits. */
function keepNewest(state: LaneState, now: string): LaneState {
  return state.waiting.filter(mayGiveWay).reduce((rest, tracked) => {
    const by = newest(rivals(rest, now, tracked));
    // Nobody asks any more whose commit is newer than its own: what is known stays small in a burst.
    return by ? forgetRelations(supersede(rest, tracked, by), tracked) : rest;
  }, state);
}

/** Newer ones, the current operation included. Who is held does not get in the way of who may enter. */
function rivals(state: LaneState, now: string, tracked: TrackedEntry): readonly TrackedEntry[] {
  const { current, waiting } = state;
  const isHeld = tracked !== current && !mayEnter(state, tracked, now);
  const others = waiting.filter((other) => isHeld || mayEnter(state, other, now));
  return [...(current ? [current] : []), ...others].filter(
    (other) => isPromotion(other) && isActive(other) && isNewer(other, tracked),
  );
}

/** A promotion that is not merged yet, or whose rollout has failed, gives way to a newer one. */
function giveWayToNewer(state: LaneState, now: string): LaneState {
  const { current } = state;
  if (!current || !mayGiveWay(current)) return state;
  const by = newest(rivals(state, now, current).filter(({ whenNewer }) => whenNewer === 'supersede'));
  return by ? supersede(state, current, by) : state;
}

/** Rollbacks first, each in the order of arrival. */
function admitNext(state: LaneState, now: string): LaneState {
  if (state.current) return state;
  const ready = state.waiting.filter((tracked) => isActive(tracked) && holdFor(state, tracked, now) === undefined);
  return admit(state, ready.find(({ operation }) => operation === 'rollback') ?? ready[0]);
}

function admit(state: LaneState, tracked: TrackedEntry | undefined): LaneState {
  if (!tracked) return state;
  return { ...state, current: tracked, waiting: state.waiting.filter(({ id }) => id !== tracked.id) };
}

function mayGiveWay(tracked: TrackedEntry): boolean {
  return isPromotion(tracked) && tracked.phase !== 'merged';
}

function newest(entries: readonly TrackedEntry[]): TrackedEntry | undefined {
  return entries.find((tracked) => !entries.some((other) => isNewer(other, tracked))) ?? entries[0];
}

/** Once and for all: who took its place is not told anew when that one gives way in its turn. */
function supersede(state: LaneState, { id }: TrackedEntry, by: TrackedEntry): LaneState {
  return mapEntry(state, id, (tracked) => ({ ...tracked, supersededBy: tracked.supersededBy ?? laneRef(by) }));
}

function forgetRelations(state: LaneState, { id }: TrackedEntry): LaneState {
  return forget(
    mapEntry(state, id, (tracked) => ({ ...tracked, relations: {} })),
    new Set([id]),
  );
}
