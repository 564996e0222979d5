import type { Dependencies } from '../../../dependencies.ts';
import type { Forge, PullRequestEntry } from '../../../forge/port.ts';
import type { MergeOrder } from '../contract.ts';

/** What a look at a request knows before it asks the forge. */
interface Look {
  /** The head of the environment's branch, as of now. */
  readonly base: string;
  /** 1: somebody has woken the step, or it begins. */
  readonly attempt: number;
  readonly pollMs: number;
}

/**
 * Answers the request as it was a moment ago, where neither it nor its branch has changed since it was opened; undefined: it
 * must be asked for. A look in turn is content with the list that all who wait share. One that was woken asks.
 */
export async function unchangedRequest(
  forge: Forge,
  order: MergeOrder,
  { base, attempt, pollMs }: Look,
): Promise<PullRequestEntry | undefined> {
  if (base !== order.base || attempt === 1) return undefined;
  const seen = await forge.glance?.(order.number, { withinMs: pollMs, isPolled: true });
  return seen !== undefined && isUnchanged(seen, order) ? seen : undefined;
}

/** Tells whether a request is open, with what was rendered, to the environment's branch. */
export function isUnchanged({ state, head, base }: PullRequestEntry, { commit, gitops }: MergeOrder): boolean {
  return state === 'open' && head.sha === commit && base === gitops.branch;
}

/** Stretches the pace of looks by what is left of the forge's limit. */
export function pacedByForge<D extends Pick<Dependencies, 'forges' | 'intervals'>>(
  dependencies: D,
  { gitops }: Pick<MergeOrder, 'gitops'>,
): D {
  const { forges, intervals } = dependencies;
  const mergePollMs = forges.for(gitops.repository).stretched?.(intervals.mergePollMs);
  return mergePollMs === undefined ? dependencies : { ...dependencies, intervals: { ...intervals, mergePollMs } };
}
