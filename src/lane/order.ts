import {
  dropRelationsTo,
  isActive,
  isNewer,
  isPromotion,
  laneRef,
  mapEntries,
  mapEntry,
  newerPromotions,
} from './entries.ts';
import { holdFor, mayEnter } from './holds.ts';
import type { LaneState, TrackedEntry } from './types.ts';

/**
 * Settles who has the lane, and who gives way to whom: docs/design.md "Changes that meet". Nobody gives way and nobody
 * is let in before the world was observed. Applied twice, it changes nothing more.
 */
export function orderOperations(state: LaneState, now: string): LaneState {
  const taken = takeOver(state);
  if (taken.observedAt === undefined) return taken;
  return admitNext(giveWayToNewer(keepNewest(giveWayToRollback(taken), now), now), now);
}

/** Makes current again what was let in before the lane lost its memory, unless something else is current. */
function takeOver(state: LaneState): LaneState {
  if (state.current) return state;
  return admit(
    state,
    state.waiting.find((tracked) => isActive(tracked) && tracked.phase !== 'waiting'),
  );
}

/** Lets a rollback interrupt the current promotion, however far it has got, but not another rollback. */
function giveWayToRollback(state: LaneState): LaneState {
  const { current, waiting } = state;
  const rollback = waiting.find(({ operation }) => operation === 'rollback');
  return current && isPromotion(current) && rollback ? supersede(state, current, rollback) : state;
}

/**
 * Supersedes waiting promotions by newer ones: of related promotions only the newest waits. Each is set against those that are newer
 * than it, and not against all: there may be thousands.
 */
function keepNewest(state: LaneState, now: string): LaneState {
  const giving = state.waiting.filter(mayGiveWay);
  const newerThan = giving.length === 0 ? () => [] : newerPromotions(state);
  const successors = new Map<string, TrackedEntry>();
  for (const tracked of giving) {
    const isHeld = !mayEnter(state, tracked, now);
    const isRival = (other: TrackedEntry) =>
      isActive(other) &&
      !successors.has(other.id) &&
      (isHeld || other === state.current || mayEnter(state, other, now));
    const rivals = newerThan(tracked).filter(isRival);
    const isOutdone = (one: TrackedEntry) => newerThan(one).some((other) => rivals.includes(other));
    const by = rivals.find((one) => !isOutdone(one)) ?? rivals[0];
    if (by) successors.set(tracked.id, by);
  }
  if (successors.size === 0) return state;
  const superseded = mapEntries(state, (tracked) => {
    const by = successors.get(tracked.id);
    // Its relations are not asked for any more: without them, the state stays small in a burst.
    return by ? { ...tracked, relations: {}, supersededBy: tracked.supersededBy ?? laneRef(by) } : tracked;
  });
  return dropRelationsTo(superseded, new Set(successors.keys()));
}

/** Lists the newer promotions, the current one included. A held one does not get in the way of one that may enter. */
function newerRivals(state: LaneState, now: string, tracked: TrackedEntry): readonly TrackedEntry[] {
  const { current, waiting } = state;
  const isHeld = tracked !== current && !mayEnter(state, tracked, now);
  const others = waiting.filter((other) => isHeld || mayEnter(state, other, now));
  return [...(current ? [current] : []), ...others].filter(
    (other) => isPromotion(other) && isActive(other) && isNewer(other, tracked),
  );
}

/** Supersedes the current promotion by a newer one while it is not merged yet, or when its rollout has failed. */
function giveWayToNewer(state: LaneState, now: string): LaneState {
  const { current } = state;
  if (!current || !mayGiveWay(current)) return state;
  const by = newestEntry(newerRivals(state, now, current).filter(({ whenNewer }) => whenNewer === 'supersede'));
  return by ? supersede(state, current, by) : state;
}

/**
 * Lets the next operation in: rollbacks first, each kind in the order of arrival. Nobody is let in while one of them
 * takes no message: it may be its turn, and it would not know.
 */
function admitNext(state: LaneState, now: string): LaneState {
  const active = state.waiting.filter(isActive);
  if (state.current || active.some(({ untold }) => untold?.until !== undefined)) return state;
  const ready = active.filter((tracked) => holdFor(state, tracked, now) === undefined);
  return admit(state, ready.find(({ operation }) => operation === 'rollback') ?? ready[0]);
}

function admit(state: LaneState, tracked: TrackedEntry | undefined): LaneState {
  if (!tracked) return state;
  return { ...state, current: tracked, waiting: state.waiting.filter(({ id }) => id !== tracked.id) };
}

function mayGiveWay(tracked: TrackedEntry): boolean {
  return isPromotion(tracked) && tracked.phase !== 'merged';
}

/** Answers an entry that none of the others is newer than. */
function newestEntry(entries: readonly TrackedEntry[]): TrackedEntry | undefined {
  return entries.find((tracked) => !entries.some((other) => isNewer(other, tracked))) ?? entries[0];
}

/** Supersedes an entry once and for all: its successor stays the same even where that one gives way in its turn. */
function supersede(state: LaneState, { id }: TrackedEntry, by: TrackedEntry): LaneState {
  return mapEntry(state, id, (tracked) => ({ ...tracked, supersededBy: tracked.supersededBy ?? laneRef(by) }));
}
