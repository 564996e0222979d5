import type { Dependencies } from '../../dependencies.ts';
import { type AwaitedCommit, Failure } from '../../failure.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { pauseBetweenLooks } from '../../operation/trouble/late.ts';
import { shortSha } from '../../short-names.ts';
import type { StepClock } from '../clock.ts';
import { stillWaiting } from '../still-waiting.ts';
import type { LateOrder } from './contract.ts';

/**
 * Waits until git shows what is missing, and looks ever more seldom. A failure that is another one ends the wait: who goes on meets it
 * again, and says it.
 */
export async function awaitLate(
  { repositories, intervals }: Pick<Dependencies, 'repositories' | 'intervals'>,
  { missing, since, notBefore }: LateOrder,
  { now }: Pick<StepClock, 'now'>,
): Promise<void> {
  const pauseMs = Date.parse(notBefore) - now();
  if (pauseMs > 0) throw stillWaiting('it is not time to look for it again', pauseMs);
  if (missing === undefined || (await isThere(repositories, missing))) return;
  const nextMs = pauseBetweenLooks(now() - Date.parse(since), intervals.commitPatienceMs);
  throw stillWaiting(missingWords(missing), nextMs);
}

async function isThere(
  repositories: Dependencies['repositories'],
  { repository: url, commit, branch }: AwaitedCommit,
): Promise<boolean> {
  const repository = repositories.open(url);
  try {
    if (branch === undefined) return await repository.ensureCommit(commit);
    const head = await repository.branchHead(branch);
    return head !== undefined && (await isAtOrBehind(repository, commit, head));
  } catch (error) {
    if (!(error instanceof Failure) || error.retryable) throw error;
    return !error.isLate;
  }
}

function missingWords({ repository, commit, branch }: AwaitedCommit): string {
  return branch === undefined
    ? `${repository} has no commit ${shortSha(commit)} yet`
    : `${shortSha(commit)} is not on ${branch} of ${repository} yet`;
}
