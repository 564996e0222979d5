import type { Dependencies } from '../../../dependencies.ts';
import type { PullRequestEntry } from '../../../forge/port.ts';
import { type GitopsHeads, gitopsHeads } from '../../../gitops/gitops-branch.ts';
import { recordName } from '../../../record/entry.ts';
import { stillWaiting } from '../../still-waiting.ts';
import type { MergeOrder } from '../contract.ts';
import { isUnchanged, unchangedRequest } from './unchanged-request.ts';

/** Whoever opened a request so many milliseconds ago need not read it before the look that comes just before the merge. */
const justOpenedMs = 10_000;

/** What an attempt finds as it begins: the branch, the record, and the request. */
export interface RequestLook extends Pick<GitopsHeads, 'base' | 'notes'> {
  readonly request: PullRequestEntry;
}

/**
 * Looks at branch, record and request. Where it is to be merged, both sides are asked at once, which counts only if the branch is what
 * was rendered on and the request is open with what was rendered: neither of them had been merged or moved by then. Otherwise the
 * branch is read first, so that a merge after that is found in the request, and does not make it look stale.
 */
export async function lookAtRequest(
  { repositories, forges, intervals }: Pick<Dependencies, 'repositories' | 'forges' | 'intervals'>,
  order: MergeOrder,
  attempt = 1,
): Promise<RequestLook> {
  const forge = forges.for(order.gitops.repository);
  const readHeads = () =>
    gitopsHeads(repositories.open(order.gitops.repository), order.gitops, { notes: recordName(order.gitops.branch) });
  const readRequest = () => forge.pullRequest(order.number, { isForMerge: order.merge });
  const seenOrRead = async () =>
    (await forge.glance?.(order.number, { withinMs: justOpenedMs, isPolled: false })) ?? readRequest();
  if (order.merge) {
    const [heads, request] = await Promise.all([readHeads(), seenOrRead()]);
    if (heads.base === order.base && isUnchanged(request, order)) return { ...heads, request };
  }
  const heads = await readHeads();
  const look = { base: heads.base, attempt, pollMs: intervals.mergePollMs };
  const known = order.merge ? undefined : await unchangedRequest(forge, order, look);
  return { ...heads, request: known ?? (await readRequest()) };
}

/**
 * Reads the request once more just before it is merged: the lane may have taken seconds to answer, and a forge pins the head of what it
 * merges, but not where it goes to. Fails benignly where it has changed.
 */
export async function checkJustBeforeMerge(
  { forges, intervals }: Pick<Dependencies, 'forges' | 'intervals'>,
  order: MergeOrder,
): Promise<void> {
  const request = await forges.for(order.gitops.repository).pullRequest(order.number, { isForMerge: true });
  if (isUnchanged(request, order)) return;
  throw stillWaiting(`${request.url} has changed while it was looked at: looking again`, intervals.mergePollMs);
}
