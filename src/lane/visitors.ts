import type { LaneState, Newcomer, Relation, Visit, Visitor } from './types.ts';

/** Promotions and rollbacks: those that are in each other's way. */
export function exclusive({ occupant, waiting }: LaneState): readonly Visitor[] {
  return occupant ? [occupant, ...waiting] : waiting;
}

export function everybody(state: LaneState): readonly Visitor[] {
  return [...exclusive(state), ...state.configuring];
}

export function mapVisitors(state: LaneState, change: (visitor: Visitor) => Visitor): LaneState {
  return {
    ...state,
    occupant: state.occupant && change(state.occupant),
    waiting: state.waiting.map(change),
    configuring: state.configuring.map(change),
  };
}

export function mapVisitor(state: LaneState, id: string, change: (visitor: Visitor) => Visitor): LaneState {
  return mapVisitors(state, (visitor) => (visitor.id === id ? change(visitor) : visitor));
}

/**
 * Without the visitors that leave, and with nothing that the others knew of them. Where the occupant's place becomes
 * free for somebody, the world is looked at again before anybody is let in: the last look may be minutes old.
 */
export function without(state: LaneState, leaves: (visitor: Visitor) => boolean): LaneState {
  const stays = (visitor: Visitor) => !leaves(visitor);
  const left = new Set(
    everybody(state)
      .filter(leaves)
      .map(({ id }) => id),
  );
  const { occupant } = state;
  const rest = forget(
    {
      ...state,
      occupant: occupant && stays(occupant) ? occupant : undefined,
      waiting: state.waiting.filter(stays),
      configuring: state.configuring.filter(stays),
    },
    left,
  );
  const isFree = occupant !== undefined && rest.occupant === undefined;
  return isFree && rest.waiting.length > 0 ? { ...rest, surveyedAt: undefined, looks: undefined } : rest;
}

/** Drops the relations to these visits, so that what is known does not grow with all who ever came. */
export function forget(state: LaneState, ids: ReadonlySet<string>): LaneState {
  return mapVisitors(state, (visitor) => {
    const { relations } = visitor;
    if (relations === undefined || !Object.keys(relations).some((id) => ids.has(id))) return visitor;
    return { ...visitor, relations: Object.fromEntries(Object.entries(relations).filter(([id]) => !ids.has(id))) };
  });
}

const opposite: Readonly<Record<Relation, Relation>> = {
  newer: 'older',
  older: 'newer',
  same: 'same',
  unrelated: 'unrelated',
};

/** Whether the commit of `a` is a descendant of that of `b`. Whoever came later was compared with whoever was there. */
export function isNewer(a: Visitor, b: Visitor): boolean {
  const inverse = b.relations?.[a.id];
  return a.id !== b.id && (a.relations?.[b.id] ?? (inverse && opposite[inverse])) === 'newer';
}

/** Superseded ones have lost their say. */
export function counts(visitor: Visitor): boolean {
  return visitor.supersededBy === undefined;
}

export function isPromotion({ operation }: Visit): boolean {
  return operation === 'promotion';
}

export function newcomer({ operation, main, workflowId, firstRunId, by, reason }: Visit): Newcomer {
  return {
    operation,
    main,
    workflowId,
    firstRunId,
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
  };
}
