import type { Dependencies } from '../../dependencies.ts';
import { closeRequest } from './close-request.ts';
import type { ClearOrder, ClearOutcome } from './contract.ts';
import { listOwn, ownRequests } from './open-requests.ts';

/**
 * Closes what a promotion or a rollback that does not run any more has left open to the environment's branch. Requests
 * of config changes stay: they are in nobody's way. `self`: the workflow that asks; what it left behind goes, too.
 */
export async function clearRequests(
  dependencies: Dependencies,
  order: ClearOrder,
  self: string,
): Promise<ClearOutcome> {
  const listed = (await listOwn(dependencies, order)).filter(
    ({ request, owner }) => owner.operation !== 'config change' && request.head.branch !== order.keep,
  );
  if (listed.length === 0) return { kind: 'clear' };
  const { requests } = await ownRequests(dependencies, order, listed);
  const reasons: string[] = [];
  for (const { branch, number, url, head, foreign, workflowId } of requests) {
    if (foreign !== undefined)
      reasons.push(
        `${foreign} pushed to ${branch}, which is ours: merge or close ${url} yourself, then retry, or abort.`,
      );
    else if (workflowId !== self && (await dependencies.workflows.isRunning(workflowId)))
      reasons.push(
        `${url} is open, and ${workflowId}, which opened it, still runs: see it through or abort it, then retry.`,
      );
    else
      await closeRequest(dependencies, { gitops: order.gitops, number, branch, commit: head, comment: order.comment });
  }
  return reasons.length === 0 ? { kind: 'clear' } : { kind: 'in the way', reason: reasons.join(' ') };
}
