import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { Forge } from '../../forge/port.ts';
import { tellClosed } from '../report/closed.ts';
import type { CloseOrder, CloseOutcome } from './contract.ts';
import { mergedBy } from './merged-by.ts';

/**
 * Closes a request of ours with a comment and deletes its branch, unless somebody merged it first. `reason`: why, as plain text;
 * default: the comment.
 */
export async function closeRequest(
  dependencies: Pick<Dependencies, 'repositories' | 'forges' | 'outbox'>,
  order: Omit<CloseOrder, 'successor'> & { readonly reason?: string },
): Promise<CloseOutcome> {
  const forge = dependencies.forges.for(order.gitops.repository);
  const number = order.number ?? (await forge.findOpen(order.branch, order.gitops.branch))?.number;
  const merged = number === undefined ? undefined : await closeOnForge(forge, number, order);
  if (merged) return merged;
  // The branch goes even where no request is open: one that is being opened right now cannot be opened without it.
  const branchStays = await deleteBranch(dependencies, order);
  const untold = await tellClosed(dependencies, { ...order, reason: order.reason ?? order.comment });
  return { kind: 'closed', branchStays, ...(untold && { untold }) };
}

/** Deletes our branch, and answers why it stays where it does: a branch that the forge's rules keep stops nobody. */
async function deleteBranch(
  { repositories }: Pick<Dependencies, 'repositories'>,
  { gitops, branch, commit }: Pick<CloseOrder, 'gitops' | 'branch' | 'commit'>,
): Promise<string | undefined> {
  try {
    const result = await repositories.open(gitops.repository).deleteBranch(branch, commit);
    return result.kind === 'moved' ? 'somebody else committed there' : undefined;
  } catch (error) {
    if (!(error instanceof Failure) || error.retryable) throw error;
    return error.message;
  }
}

/**
 * Closes the request on the forge. Answers the merge where somebody was faster; a merge into another branch is none.
 */
async function closeOnForge(
  forge: Forge,
  number: number,
  { comment, gitops }: Pick<CloseOrder, 'comment' | 'gitops'>,
): Promise<CloseOutcome | undefined> {
  const before = await forge.pullRequest(number);
  if (before.state === 'open') await forge.close(number, comment);
  const after = await forge.pullRequest(number);
  if (after.state !== 'merged' || after.mergeCommit === undefined || after.base !== gitops.branch) return undefined;
  return { kind: 'merged', commit: after.mergeCommit, ...mergedBy(after) };
}
