import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { deployedNow } from '../../gitops/deployed-now.ts';
import { revertByHand } from '../../gitops/revert-by-hand.ts';
import type { LaneObservation, Revert } from '../../lane/types.ts';
import { askEach } from '../../temporal/ask-each.ts';
import type { StepClock } from '../clock.ts';
import { readFreeze } from '../source/read-freeze.ts';
import type { ObservationOrder } from './contract.ts';
import { compareCommits } from './relations.ts';

/** What this process saw that many milliseconds ago is not asked again. */
const justNowMs = 2_000;

/**
 * Observes the world: who still runs, whose commit is newer, what is frozen, and whether somebody reverted by hand.
 * What is wrong with the environment itself is for its operations to find and say. A passing failure fails the step,
 * which is tried again.
 */
export async function observeLane(
  dependencies: Dependencies,
  order: ObservationOrder,
  clock: Pick<StepClock, 'now'>,
): Promise<LaneObservation> {
  const { source: url, environment, gitops, entries } = order;
  const running = await askEach(entries, ({ workflowId, firstRunId }) =>
    dependencies.workflows.isRunning(workflowId, firstRunId),
  );
  const gone = entries.filter((_, index) => !running[index]).map(({ id }) => id);
  const present = entries.filter(({ id, operation }) => operation !== 'config change' && !gone.includes(id));
  const source = dependencies.repositories.open(url);
  const mainBranch = await source.mainBranch();
  // It observes now and then: whoever merges looks for itself. The operation that comes in has just read the branch.
  const heads = await source.branchHeads([mainBranch, environment], { withinMs: justNowMs });
  const calendar = await readFreeze(
    source,
    { environment, gitops, config: heads.get(environment) },
    new Date(clock.now()),
  );
  const relations = await compareCommits(source, present);
  // A rollback moves the branch back, and is recorded a moment later: while one is here, no revert is looked for.
  const isRollback = present.some(({ operation }) => operation === 'rollback');
  const hasMain = heads.has(mainBranch);
  const revert = isRollback || !hasMain ? undefined : await unlessBroken(() => findRevert(dependencies, order));
  return { gone, relations, onlyNeeded: true, calendar, revert };
}

async function findRevert(
  dependencies: Dependencies,
  { source, environment, gitops, seenReverts }: ObservationOrder,
): Promise<Revert | undefined> {
  const where = { source, environment, gitops };
  const now = await deployedNow(dependencies, where);
  return revertByHand(dependencies, where, { now, seenReverts });
}

/** Answers undefined for a failure that needs a person: a missing branch must not keep everybody out of the lane. */
async function unlessBroken<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return undefined;
    throw error;
  }
}
