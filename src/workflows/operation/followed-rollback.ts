import { cut } from '../../cut.ts';
import type { AwaitedRollback } from '../memory/operation-memory.ts';

/** How many rollbacks of a whole promotion are waited for at a time: a step each, and a message may come twice. */
const mostFollowed = 10;

/**
 * Says why a promotion does not follow a rollback that a message names; undefined: it does. `expected`: the id of what alone takes the
 * whole promotion back.
 */
export function faultOfFollowing(
  rollback: string,
  expected: string,
  awaited: ReadonlySet<AwaitedRollback>,
): string | undefined {
  if (rollback !== expected) return `${cut(rollback, 200)} does not take this promotion back; ${expected} does`;
  const followed = [...awaited].filter(({ kind }) => kind === 'all').length;
  return followed < mostFollowed ? undefined : `${followed} rollbacks of this promotion are waited for already`;
}
