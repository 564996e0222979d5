import type { LaneEntry, LaneRef, LaneState, Relation, TrackedEntry } from './types.ts';

/** Lists the promotions and rollbacks, which are in each other's way: the current one first, then those that wait. */
export function exclusiveEntries({ current, waiting }: LaneState): readonly TrackedEntry[] {
  return current ? [current, ...waiting] : waiting;
}

/** Lists every entry of the lane, config changes last. */
export function allEntries(state: LaneState): readonly TrackedEntry[] {
  return [...exclusiveEntries(state), ...state.configuring];
}

/** Tells whether the lane has an entry of this id. */
export function isInLane(state: LaneState, { id }: Pick<LaneEntry, 'id'>): boolean {
  return allEntries(state).some((tracked) => tracked.id === id);
}

/** Changes every entry of the lane. */
export function mapEntries(state: LaneState, change: (tracked: TrackedEntry) => TrackedEntry): LaneState {
  return {
    ...state,
    current: state.current && change(state.current),
    waiting: state.waiting.map(change),
    configuring: state.configuring.map(change),
  };
}

/** Changes the entry of this id; the state stays as it is where there is none. */
export function mapEntry(state: LaneState, id: string, change: (tracked: TrackedEntry) => TrackedEntry): LaneState {
  return mapEntries(state, (tracked) => (tracked.id === id ? change(tracked) : tracked));
}

/**
 * Removes the entries that leave, with the relations of the others to them. Where the current one leaves and others
 * wait, the world must be observed again before anybody is let in: the last observation may be minutes old.
 */
export function removeEntries(state: LaneState, leaves: (tracked: TrackedEntry) => boolean): LaneState {
  const stays = (tracked: TrackedEntry) => !leaves(tracked);
  const left = new Set(
    allEntries(state)
      .filter(leaves)
      .map(({ id }) => id),
  );
  if (left.size === 0) return state;
  const { current } = state;
  const rest = dropRelationsTo(
    {
      ...state,
      current: current && stays(current) ? current : undefined,
      waiting: state.waiting.filter(stays),
      configuring: state.configuring.filter(stays),
    },
    left,
  );
  const isFree = current !== undefined && rest.current === undefined;
  return isFree && rest.waiting.length > 0 ? { ...rest, observedAt: undefined, looks: undefined } : rest;
}

/** Drops the relations to these entries, so that the state does not grow with every entry that ever came. */
export function dropRelationsTo(state: LaneState, ids: ReadonlySet<string>): LaneState {
  return mapEntries(state, (tracked) => {
    const { relations } = tracked;
    if (relations === undefined || !Object.keys(relations).some((id) => ids.has(id))) return tracked;
    return { ...tracked, relations: Object.fromEntries(Object.entries(relations).filter(([id]) => !ids.has(id))) };
  });
}

const opposite: Readonly<Record<Relation, Relation>> = {
  newer: 'older',
  older: 'newer',
  same: 'same',
  unrelated: 'unrelated',
};

/**
 * Tells whether the commit of `a` descends from that of `b`. Either of the two may know the relation: an entry that
 * came later was compared with those that were there.
 */
export function isNewer(a: TrackedEntry, b: TrackedEntry): boolean {
  const inverse = b.relations?.[a.id];
  return a.id !== b.id && (a.relations?.[b.id] ?? (inverse && opposite[inverse])) === 'newer';
}

/**
 * Makes a function that lists the promotions whose commits descend from that of an entry, as `isNewer` says, in the order of
 * `exclusiveEntries`. It goes through the relations once, and not through all pairs.
 */
export function newerPromotions(state: LaneState): (tracked: TrackedEntry) => readonly TrackedEntry[] {
  const promotions = exclusiveEntries(state).filter(isPromotion);
  const places = new Map(promotions.map((tracked, index) => [tracked.id, index]));
  const newer = new Map<string, Set<number>>();
  const note = (id: string, index: number) => newer.set(id, (newer.get(id) ?? new Set()).add(index));
  for (const [index, one] of promotions.entries())
    for (const [id, relation] of Object.entries(one.relations ?? {})) {
      const place = places.get(id);
      const other = place === undefined ? undefined : promotions[place];
      if (place === undefined || other === undefined) continue;
      if (isNewer(one, other)) note(id, index);
      else if (relation === 'older' && isNewer(other, one)) note(one.id, place);
    }
  return ({ id }) => [...(newer.get(id) ?? [])].sort((a, b) => a - b).flatMap((index) => promotions[index] ?? []);
}

/** Tells whether an entry still counts: a superseded one does not. */
export function isActive(tracked: TrackedEntry): boolean {
  return tracked.supersededBy === undefined;
}

/** Tells whether an entry is that of a promotion. */
export function isPromotion({ operation }: LaneEntry): boolean {
  return operation === 'promotion';
}

/** Answers the entry as other operations are told about it. */
export function laneRef({ operation, main, workflowId, firstRunId, by, reason }: LaneEntry): LaneRef {
  return { operation, main, workflowId, firstRunId, by, reason };
}
