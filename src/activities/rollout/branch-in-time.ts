import { sleepFor } from '../../async/until-aborted.ts';
import type { Dependencies } from '../../dependencies.ts';
import { type AwaitedDeployment, type BranchState, branchRewritten, branchState } from '../../gitops/branch-state.ts';
import type { LongLook } from '../../gitops/leaves/leaves-in-turn.ts';

/** Between two looks at a branch that is behind, in milliseconds. */
const lookAgainMs = 5_000;

/**
 * Answers what has become of the environment's branch, as `branchState` does. Where git shows the branch as it was before the awaited
 * commit, it is looked at again until git had the time that a forge may be behind; then the branch was rewritten: throws `Failure` `Refused`.
 */
export async function branchInTime(
  dependencies: Dependencies,
  order: AwaitedDeployment,
  look: LongLook,
): Promise<Exclude<BranchState, { readonly kind: 'behind' }>> {
  const { commitPatienceMs = 0 } = dependencies.intervals;
  for (let leftMs = commitPatienceMs; ; leftMs -= lookAgainMs) {
    const branch = await branchState(dependencies, order, look);
    if (branch.kind !== 'behind') return branch;
    if (leftMs <= 0) throw branchRewritten(dependencies.repositories.open(order.gitops.repository), order);
    await sleepFor(Math.min(lookAgainMs, leftMs), look.signal);
  }
}
