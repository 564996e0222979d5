import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { Forge } from '../../forge/port.ts';
import type { CloseOrder, CloseOutcome } from './contract.ts';
import { mergedBy } from './merged-by.ts';

/** Closes a request of ours with this comment and deletes its branch, unless somebody merged it first. */
export async function closeRequest(
  dependencies: Pick<Dependencies, 'repositories' | 'forges'>,
  order: Omit<CloseOrder, 'successor'>,
): Promise<CloseOutcome> {
  const forge = dependencies.forges.for(order.gitops.repository);
  const number = order.number ?? (await forge.findOpen(order.branch, order.gitops.branch))?.number;
  const merged = number === undefined ? undefined : await close(forge, number, order);
  if (merged) return merged;
  // Also where no request is open: one that is being opened right now has nothing to stand on then.
  const branchStays = await deleteBranch(dependencies, order);
  return { kind: 'closed', branchStays };
}

/** A branch that the forge's rules keep is no reason to stop: answers why it stays. */
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

/** Answers the merge where somebody was faster; one into another branch is none. */
async function close(
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
