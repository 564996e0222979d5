import { repositoryKey } from '../platform/platform-id.ts';
import { isHere } from './entries.ts';
import type { LaneEntry, LaneEvent, LanePlace, LaneState } from './types.ts';

/** Whether two places are one environment of one platform, however the URLs are written. */
export function isSamePlace(one: LanePlace, other: LanePlace): boolean {
  return one.environment === other.environment && repositoryKey(one.source) === repositoryKey(other.source);
}

/**
 * The entry of somebody new who comes from elsewhere than the lane's place; undefined: everybody else. Who is known
 * there has been heard before: what they say of themselves moves the lane no more.
 */
export function newcomerFromElsewhere(place: LanePlace, state: LaneState, event: LaneEvent): LaneEntry | undefined {
  if (event.kind !== 'enter' && event.kind !== 'reverted') return undefined;
  const { entry } = event;
  if (isSamePlace(place, entry) || isHere(state, entry)) return undefined;
  return entry;
}

/** E.g. `prod of https://github.com/acme/platform`. */
export function placeWords({ environment, source }: LanePlace): string {
  return `${environment} of ${source}`;
}
