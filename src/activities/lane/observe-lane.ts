import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { deployedNow } from '../../gitops/deployed-now.ts';
import { requestBranch } from '../../gitops/request-branch.ts';
import { revertByHand } from '../../gitops/revert-by-hand.ts';
import type { LaneObservation, Revert } from '../../lane/types.ts';
import type { GitopsTarget } from '../../platform/types.ts';
import type { RecordedEntry } from '../../record/entry.ts';
import { lastHold } from '../../record/queries.ts';
import { askEach } from '../../temporal/ask-each.ts';
import type { StepClock } from '../clock.ts';
import { tellGone } from '../report/gone.ts';
import { readFreeze } from '../source/read-freeze.ts';
import type { ObservationOrder } from './contract.ts';
import { hasEnded } from './has-ended.ts';
import { compareCommits } from './relations.ts';

/** What this process saw that many milliseconds ago is not asked again. */
const justNowMs = 2_000;

/**
 * Observes the world: who still runs, whose commit is newer, what is frozen, what the record says of holds, and whether
 * somebody reverted by hand.
 * What is wrong with the environment itself is for its operations to find and say. A passing failure fails the step,
 * which is tried again.
 */
export async function observeLane(
  dependencies: Dependencies,
  order: ObservationOrder,
  clock: Pick<StepClock, 'now'>,
): Promise<LaneObservation> {
  const { source: url, environment, gitops, entries } = order;
  const ended = await askEach(entries, (entry) => hasEnded(dependencies, entry));
  const gone = entries.filter((_, index) => ended[index]);
  await tellGone(dependencies, order, gone);
  const present = entries.filter(({ operation }, index) => operation !== 'config change' && !ended[index]);
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
  const branches = requestBranches(present, gitops);
  const found =
    isRollback || !hasMain ? undefined : await unlessBroken(() => lookAtRecord(dependencies, order, branches));
  const hold = found && lastHold(found.entries, new Date(clock.now()));
  return {
    gone: gone.map(({ id }) => id),
    relations,
    onlyNeeded: true,
    calendar,
    revert: found?.revert,
    recorded: found && { hold },
  };
}

/** Of more operations, most give way to others, and each branch that is asked for makes the answer longer. */
const mostBranches = 4;

/** Lists the request branches of the operations that may be let in next: their renders see them with the same connection. */
function requestBranches(entries: ObservationOrder['entries'], gitops: GitopsTarget): readonly string[] {
  if (entries.length > mostBranches) return [];
  return entries.map(({ operation, main }) => requestBranch(operation, main, gitops.branch));
}

/** Looks for a revert by hand, which takes reading the record. */
async function lookAtRecord(
  dependencies: Dependencies,
  { source, environment, gitops, seenReverts }: ObservationOrder,
  branches: readonly string[],
): Promise<{ readonly revert: Revert | undefined; readonly entries: readonly RecordedEntry[] }> {
  const where = { source, environment, gitops };
  const now = await deployedNow(dependencies, where, branches);
  return { revert: await revertByHand(dependencies, where, { now, seenReverts }), entries: now.entries };
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
