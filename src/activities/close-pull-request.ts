import type { CloseOrder, CloseOutcome } from './contract.ts';
import type { Parts } from './parts.ts';

/** Closes our own request with the reason and deletes our branch, unless somebody merged it first. */
export async function closePullRequest(parts: Parts, order: CloseOrder): Promise<CloseOutcome> {
  const forge = parts.forges.for(order.gitops.repository);
  const before = await forge.pullRequest(order.number);
  if (before.state === 'open') await forge.close(order.number, order.comment);
  const after = await forge.pullRequest(order.number);
  if (after.state === 'merged' && after.mergeCommit !== undefined) return { kind: 'merged', commit: after.mergeCommit };
  const repository = parts.repositories.open(order.gitops.repository);
  await repository.deleteBranch(order.branch, order.commit);
  return { kind: 'closed' };
}
