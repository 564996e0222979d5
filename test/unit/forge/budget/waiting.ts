import { expect } from 'vitest';
import type { MergeOrder } from '../../../../src/activities/pull-request/contract.ts';
import { unchangedRequest } from '../../../../src/activities/pull-request/waiting/unchanged-request.ts';
import type { Forge } from '../../../../src/forge/port.ts';
import type { VirtualTime } from './virtual-time.ts';

export const pollMs = 30_000;
export const hourMs = 3_600_000;
/** The head of every environment's branch. */
export const baseSha = 'b'.repeat(40);

/** Names the head of a request. */
export function shaOf(number: number): string {
  return String(number).padStart(40, '0');
}

function orderFor(number: number, merge: boolean): MergeOrder {
  const order = { number, commit: shaOf(number), base: baseSha, merge, gitops: { branch: `env-${number}` } };
  return order as unknown as MergeOrder;
}

/** A request that is waited for. */
interface Waiting {
  readonly number: number;
  readonly merge: boolean;
  /** It is read again just before its merge, as the step does; that costs nothing where questions are conditional. */
  readonly isReadTwice?: boolean;
}

/** Looks in turn, as the step that waits for a merge does. */
export function wait(time: VirtualTime, forge: Forge, { number, merge, isReadTwice = false }: Waiting) {
  const look = async (attempt: number) => {
    const order = orderFor(number, merge);
    const seen = merge ? undefined : await unchangedRequest(forge, order, { base: baseSha, attempt, pollMs });
    if (seen === undefined) await forge.pullRequest(number, { isForMerge: merge });
    if (isReadTwice) await forge.pullRequest(number, { isForMerge: merge });
    if (merge) expect(await forge.merge(number, order.commit)).toMatchObject({ kind: 'not yet' });
    const next = time.now() + (forge.stretched?.(pollMs) ?? pollMs);
    time.at(next, () => look(attempt + 1));
  };
  // They did not begin at the same moment.
  time.at(time.now() + ((number * 997) % pollMs), () => look(1));
}
