import { countOf } from '../../text/count-of.ts';
import type { OperationKind } from '../kind.ts';

/** A group from which everything goes while clusters of it are still listed. */
export interface EmptiedGroup {
  readonly group: string;
  /** How many clusters the environment lists in it. */
  readonly clusters: number;
  /** Its folder goes, too: Flux does not find it any more, and keeps what it has applied. */
  readonly keeps?: true;
}

/** What a render removes that needs an approval which names it. The lists are short: they are kept in history. */
export interface GuardedRemovals {
  /** How many objects go, and how many there were; each counts once for each cluster that has it. */
  readonly removed: number;
  readonly before: number;
  /** The share that the guard lets go, from 0 to 1; undefined: not more than that goes. */
  readonly share?: number;
  /** Objects of guarded kinds, as `Namespace shop`; what Flux may delete and make anew says so behind. */
  readonly objects: readonly string[];
  /** How many these are, the ones that are not listed included. */
  readonly guarded: number;
  readonly groups: readonly EmptiedGroup[];
  /** How many groups are emptied, the ones that are not listed included. */
  readonly emptied: number;
  /** Of a rollback: today's config removes it, which is not deployed yet; going back does not, or not all of it. */
  readonly byConfig?: true;
}

/**
 * Answers what needs an approval that names it. Whoever asks for a rollback asks for what going back removes, and not for what a
 * config commit does that comes along.
 */
export function awaitedRemovals(
  operation: OperationKind,
  removals: GuardedRemovals | undefined,
): GuardedRemovals | undefined {
  return operation === 'rollback' && !removals?.byConfig ? undefined : removals;
}

/** Tells whether two renders remove the same. */
export function sameRemovals(one: GuardedRemovals, other: GuardedRemovals | undefined): boolean {
  const told = ({ removed, objects, guarded, groups, emptied }: GuardedRemovals) =>
    JSON.stringify([removed, objects, guarded, groups, emptied]);
  return other !== undefined && told(one) === told(other);
}

/** The most objects, and the most groups, that are listed. */
export const listedRemovals = 20;

/**
 * Tells whether a request is approved as it is now: the approval is for its head, and names what it removes where the
 * guard asks for that.
 */
export function isApproved({
  approval,
  request,
}: {
  readonly approval?: { readonly head: string; readonly removals?: boolean };
  readonly request?: { readonly head: string; readonly removals?: GuardedRemovals };
}): boolean {
  if (approval === undefined || approval.head !== request?.head) return false;
  return request.removals === undefined || approval.removals === true;
}

/** The most objects, and the most groups, that a sentence names. */
const named = 3;

/** Says what is removed, for a sentence: `Namespace shop and 2 more like it; 40 of 100 objects`. */
export function removalWords({ objects, guarded, groups, emptied, ...counts }: GuardedRemovals): string {
  return [
    ...someOf(objects, guarded),
    ...someOf(
      groups.map(({ group, clusters, keeps }) => {
        const rest = keeps ? ', which keep it' : '';
        return `all of the group ${group} (${countOf(clusters, 'cluster')}${rest})`;
      }),
      emptied,
    ),
    ...(counts.share === undefined ? [] : [`${counts.removed} of ${counts.before} objects`]),
  ].join('; ');
}

function someOf(listed: readonly string[], all: number): readonly string[] {
  const shown = listed.slice(0, named);
  const more = all - shown.length;
  return shown.length === 0 ? [] : [`${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}
