import { repositoryKey } from '../platform/repository/platform-id.ts';
import { isInLane } from './entries.ts';
import type { LaneEntry, LaneEvent, LanePlace, LaneState } from './types.ts';

/** Tells whether two places are one environment of one platform, however the URLs are written. */
export function isSamePlace(one: LanePlace, other: LanePlace): boolean {
  return one.environment === other.environment && repositoryKey(one.source) === repositoryKey(other.source);
}

/**
 * Answers the entry of an event where the lane does not know it yet and it belongs to another place than the lane;
 * undefined for every other event. An entry that the lane knows does not move the lane any more, whatever it says.
 */
export function entryFromElsewhere(place: LanePlace, state: LaneState, event: LaneEvent): LaneEntry | undefined {
  if (event.kind !== 'enter' && event.kind !== 'reverted') return undefined;
  const { entry } = event;
  if (isSamePlace(place, entry) || isInLane(state, entry)) return undefined;
  return entry;
}

/** Names a place: `prod of https://github.com/acme/platform`. */
export function placeWords({ environment, source }: LanePlace): string {
  return `${environment} of ${source}`;
}
