import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { deployedNow } from '../../gitops/deployed-now.ts';
import { revertByHand } from '../../gitops/revert-by-hand.ts';
import type { LaneObservation, Revert } from '../../lane/types.ts';
import { readFreeze } from '../source/read-freeze.ts';
import type { ObservationOrder } from './contract.ts';
import { relationsOf } from './relations.ts';

type Looked = ObservationOrder['entries'][number];

/**
 * Looks who still runs, whose commit is newer, what is frozen, and whether somebody moved the branch back. What is wrong
 * with the environment itself is for its operations to find and say; what passes fails, and is tried again.
 */
export async function observeLane(dependencies: Dependencies, order: ObservationOrder): Promise<LaneObservation> {
  const { source: url, environment, gitops, entries } = order;
  const running = await Promise.all(
    entries.map(({ workflowId, firstRunId }) => dependencies.workflows.isRunning(workflowId, firstRunId)),
  );
  const gone = entries.filter((_, index) => !running[index]).map(({ id }) => id);
  const present = entries.filter(({ id, operation }) => operation !== 'config change' && !gone.includes(id));
  const source = dependencies.repositories.open(url);
  const mainBranch = await source.mainBranch();
  const heads = await source.branchHeads([mainBranch, environment]);
  const calendar = await readFreeze(source, { environment, gitops, config: heads.get(environment) }, new Date());
  const relations = await relationsOf(source, present);
  const revert = await unlessBroken(() => revertOf(dependencies, order, present, heads.get(mainBranch)));
  return { gone, relations, ...(calendar && { calendar }), ...(revert && { revert }) };
}

/** A rollback moves the branch back, and is recorded a moment later: while one is here, nobody else is suspected. */
async function revertOf(
  dependencies: Dependencies,
  { source, environment, gitops, seenReverts }: ObservationOrder,
  present: readonly Looked[],
  main: string | undefined,
): Promise<Revert | undefined> {
  if (main === undefined || present.some(({ operation }) => operation === 'rollback')) return undefined;
  const where = { source, environment, gitops };
  return revertByHand(dependencies, where, await deployedNow(dependencies, where), { main, seenReverts });
}

/** A missing branch or damaged provenance must not stand in the way of everybody. */
async function unlessBroken<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return undefined;
    throw error;
  }
}
