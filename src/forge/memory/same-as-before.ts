import type { Sha } from '../../git/repository.ts';
import type { MergeResult } from '../port.ts';
import type { RequestMemory } from './request-memory.ts';

/** A merge that is wanted, and how its request is read. */
export interface WantedMerge {
  readonly number: number;
  readonly head: Sha;
  /** Names everything by which the merge may fare differently, as far as the forge shows it; the head is part of it. */
  readonly readState: () => Promise<string>;
}

/**
 * Answers what came of this merge when the forge did not take it before, where the request is as it was then; undefined: try. With
 * many requests that wait, trying each again and again would use up what the forge gives.
 */
export async function sameAsBefore(
  open: RequestMemory | undefined,
  { number, head, readState }: WantedMerge,
): Promise<MergeResult | undefined> {
  if (open?.isRefused(number) !== true) return undefined;
  const state = open.stateJustNow(number) ?? (await readState());
  return state.includes(head) ? open.refusedIn(number, state) : undefined;
}
