import type { Dependencies } from '../../dependencies.ts';
import { shortSha } from '../../short-names.ts';
import { markdownText } from '../../untrusted-text.ts';
import { closeRequest } from './close-request.ts';
import type { CloseOrder, CloseOutcome } from './contract.ts';

/** Closes our own request with the reason and deletes our branch, unless somebody merged it first. */
export async function closePullRequest(dependencies: Dependencies, order: CloseOrder): Promise<CloseOutcome> {
  return closeRequest(dependencies, {
    ...order,
    reason: order.comment,
    comment: [markdownText(order.comment), ...successorLinks(dependencies, order)].join('\n\n'),
  });
}

/** Links the commit and the workflow that took the turn, as far as their addresses are known. */
function successorLinks({ forges, workflowUrl }: Dependencies, { successor }: CloseOrder): readonly string[] {
  if (!successor) return [];
  const { source, main, workflowId } = successor;
  const commit = forges.commitUrl(source, main);
  const workflow = workflowUrl?.(workflowId);
  const found = [
    ...(commit === undefined ? [] : [`[main ${shortSha(main)}](${commit})`]),
    ...(workflow === undefined ? [] : [`[${workflowId}](${workflow})`]),
  ];
  return found.length === 0 ? [] : [`See ${found.join(' and ')}.`];
}
