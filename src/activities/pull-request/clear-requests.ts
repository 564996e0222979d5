import type { Dependencies } from '../../dependencies.ts';
import { closeRequest } from './close-request.ts';
import type { ClearOrder, ClearOutcome } from './contract.ts';
import { listOwnRequests, readOwnRequests } from './open-requests.ts';

/**
 * Closes the open requests to the environment's branch whose promotion or rollback does not run any more. Requests of
 * config changes stay: they are in nobody's way. `self` is the workflow that asks; what it left open is closed, too.
 */
export async function clearRequests(
  dependencies: Dependencies,
  order: ClearOrder,
  self: string,
): Promise<ClearOutcome> {
  const listed = (await listOwnRequests(dependencies, order)).filter(
    ({ request, owner }) => owner.operation !== 'config change' && request.head.branch !== order.keep,
  );
  if (listed.length === 0) return { kind: 'clear' };
  const { requests } = await readOwnRequests(dependencies, order, listed);
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
    else await closeRequest(dependencies, { ...placeOf(order), number, branch, commit: head, comment: order.comment });
  }
  return reasons.length === 0 ? { kind: 'clear' } : { kind: 'in the way', reason: reasons.join(' ') };
}

function placeOf({ source, environment, gitops }: ClearOrder): Pick<ClearOrder, 'source' | 'environment' | 'gitops'> {
  return { source, environment, gitops };
}
