import { type MessageSender, tellAll } from './admission.ts';
import { exclusiveEntries } from './entries.ts';
import { applyEvent } from './events.ts';
import { orderOperations } from './order.ts';
import { dropExpired } from './schedule.ts';
import type { LaneCommand, LaneEvent, LaneState } from './types.ts';

export { holdFor } from './holds.ts';
export { needsObservation, nextTick } from './schedule.ts';

/** The state of a lane that knows of no operation, hold or revert. */
export const emptyLane: LaneState = { waiting: [], configuring: [], seenReverts: [], sequence: 0 };

/** The state that follows from an event, and the commands that the lane must perform. */
export interface LaneTransition {
  readonly state: LaneState;
  /** The commands in the order in which they must be performed. */
  readonly commands: readonly LaneCommand[];
}

/**
 * Applies the lane's rules to one event: docs/design.md "Changes that meet". `now`: ISO 8601. These hold here:
 *
 * - The function is pure: the same state, event and time give the same answer.
 * - An event changes what is known. Who gives way, who is let in and what is told follows from the known state alone.
 * - At most one promotion or rollback is current. Config changes are in nobody's way.
 * - Nobody gives way and nobody is let in before the world was observed.
 * - A superseded entry stays superseded, and counts for nobody else any more.
 */
export function decide(state: LaneState, event: LaneEvent, now: string): LaneTransition {
  const { state: changed, records } = applyEvent(dropExpired(state, now), event, now);
  const { state: told, commands } = tellAll(orderOperations(dropExpired(changed, now), now), now, senderOf(event));
  return { state: dropObservations(told), commands: [...records, ...commands] };
}

/** Names who sent the event and waits for an answer; undefined for every other event. */
function senderOf(event: LaneEvent): MessageSender | undefined {
  if (event.kind === 'enter') return { id: event.entry.id };
  return event.kind === 'reverted' ? { id: event.entry.id, revert: event.revert.commit } : undefined;
}

/** Drops what was observed once no promotion or rollback is left; holds outlast operations. */
function dropObservations(state: LaneState): LaneState {
  if (exclusiveEntries(state).length > 0) return state;
  const { configuring, hold, seenReverts, sequence } = state;
  return { waiting: [], configuring, hold, seenReverts, sequence };
}
