import { type Asking, tellAll } from './admission.ts';
import { exclusive } from './entries.ts';
import { take } from './events.ts';
import { order } from './order.ts';
import { expire } from './schedule.ts';
import type { LaneCommand, LaneEvent, LaneState } from './types.ts';

export { holdFor } from './holds.ts';
export { needsObservation, nextTick } from './schedule.ts';

export const emptyLane: LaneState = { waiting: [], configuring: [], seenReverts: [], sequence: 0 };

export interface LaneTransition {
  readonly state: LaneState;
  /** To be carried out in this order. */
  readonly commands: readonly LaneCommand[];
}

/**
 * The lane's rules: DESIGN "Changes that meet". Pure: the same state, event and time give the same answer. An event
 * changes what is known; then everything follows from that alone: who gives way, who is let in, and what is told.
 * `now`: ISO 8601.
 */
export function decide(state: LaneState, event: LaneEvent, now: string): LaneTransition {
  const { state: changed, records } = take(expire(state, now), event, now);
  const { state: told, commands } = tellAll(order(expire(changed, now), now), now, askingBy(event));
  return { state: tidy(told), commands: [...records, ...commands] };
}

function askingBy(event: LaneEvent): Asking | undefined {
  if (event.kind === 'enter') return { id: event.entry.id };
  return event.kind === 'reverted' ? { id: event.entry.id, revert: event.revert.commit } : undefined;
}

/** Holds outlast operations; what was seen of the world does not. */
function tidy(state: LaneState): LaneState {
  if (exclusive(state).length > 0) return state;
  const { configuring, hold, seenReverts, sequence } = state;
  return { waiting: [], configuring, hold, seenReverts, sequence };
}
