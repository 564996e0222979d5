import type { LaneEntry, LaneRef, LaneState, Relation, TrackedEntry } from './types.ts';

/** Promotions and rollbacks: those that are in each other's way. */
export function exclusive({ current, waiting }: LaneState): readonly TrackedEntry[] {
  return current ? [current, ...waiting] : waiting;
}

export function everybody(state: LaneState): readonly TrackedEntry[] {
  return [...exclusive(state), ...state.configuring];
}

/** Whether this very entry is known. */
export function isHere(state: LaneState, { id }: Pick<LaneEntry, 'id'>): boolean {
  return everybody(state).some((tracked) => tracked.id === id);
}

export function mapEntries(state: LaneState, change: (tracked: TrackedEntry) => TrackedEntry): LaneState {
  return {
    ...state,
    current: state.current && change(state.current),
    waiting: state.waiting.map(change),
    configuring: state.configuring.map(change),
  };
}

export function mapEntry(state: LaneState, id: string, change: (tracked: TrackedEntry) => TrackedEntry): LaneState {
  return mapEntries(state, (tracked) => (tracked.id === id ? change(tracked) : tracked));
}

/**
 * Without the operations that leave, and with nothing that the others knew of them. Where the current operation's place becomes
 * free for somebody, the world is looked at again before anybody is let in: the last look may be minutes old.
 */
export function without(state: LaneState, leaves: (tracked: TrackedEntry) => boolean): LaneState {
  const stays = (tracked: TrackedEntry) => !leaves(tracked);
  const left = new Set(
    everybody(state)
      .filter(leaves)
      .map(({ id }) => id),
  );
  const { current } = state;
  const rest = forget(
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

/** Drops the relations to these entries, so that what is known does not grow with all who ever came. */
export function forget(state: LaneState, ids: ReadonlySet<string>): LaneState {
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

/** Whether the commit of `a` is a descendant of that of `b`. Whoever came later was compared with whoever was there. */
export function isNewer(a: TrackedEntry, b: TrackedEntry): boolean {
  const inverse = b.relations?.[a.id];
  return a.id !== b.id && (a.relations?.[b.id] ?? (inverse && opposite[inverse])) === 'newer';
}

/** Superseded ones have lost their say. */
export function isActive(tracked: TrackedEntry): boolean {
  return tracked.supersededBy === undefined;
}

export function isPromotion({ operation }: LaneEntry): boolean {
  return operation === 'promotion';
}

export function laneRef({ operation, main, workflowId, firstRunId, by, reason }: LaneEntry): LaneRef {
  return {
    operation,
    main,
    workflowId,
    firstRunId,
    by,
    reason,
  };
}
