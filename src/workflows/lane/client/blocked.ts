import { type GuardedRemovals, removalWords } from '../../../operation/guard/removals.ts';
import { claimedHold, type Hold, holdWords } from '../../../operation/hold.ts';
import type { OperationKind } from '../../../operation/kind.ts';
import type { MergePolicy } from '../../../platform/types.ts';
import { admissionWords } from './admission-words.ts';
import type { LaneClient } from './lane-client.ts';

/** An operation in its environment, as far as its lane rules it. */
interface RuledRun {
  readonly name: string;
  readonly status: { readonly hold?: Hold };
  readonly lane?: Pick<LaneClient, 'admission'> | undefined;
}

/** A request, as far as it says what may be in the way of its merge. */
interface GuardedRequest {
  readonly operation: OperationKind;
  readonly merge: MergePolicy;
  /** What it removes that an approval must name. */
  readonly removals?: GuardedRemovals | undefined;
  /** Such an approval is there. */
  readonly isApproved?: boolean;
}

/**
 * Says for people why nobody should merge a request now, not even on the forge; undefined: nothing is in the way. Nothing
 * holds a rollback. Under `manual` the merge itself is the approval.
 */
export function blockedBy(
  { name, status: { hold }, lane }: RuledRun,
  { operation, merge, removals, isApproved = false }: GuardedRequest,
): string | undefined {
  const isRollback = operation === 'rollback';
  if (hold && !isRollback) return `${name} is held by ${holdWords(claimedHold(hold))}`;
  const admission = lane?.admission;
  if (!isRollback && admission !== undefined && admission.kind !== 'granted')
    return `not its turn: ${admissionWords(name, admission)}`;
  if (removals !== undefined && merge !== 'manual' && !isApproved)
    return `an approval must name what it removes: ${removalWords(removals)}`;
  return undefined;
}
