import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { judgeHere } from '../../fleet/judging/judge.ts';
import { leftOut, mostLeftOut, type NamedVerdict, severityRank } from '../../fleet/summary.ts';
import { createTurns } from '../../fleet/turns.ts';
import type { WantedObject } from '../../fleet/verify/types.ts';
import type { BranchState } from '../../gitops/branch-state.ts';
import { sameTrouble, troubleWords } from '../../operation/rollout-trouble.ts';
import type { ClusterStatus } from '../../operation/status.ts';
import type { Cluster, Environment } from '../../platform/types.ts';
import { type ObjectReference, referenceText } from '../../platform/verify/verify-check.ts';
import { shortSha } from '../../short-names.ts';
import { readRolloutPolicy } from '../rollout/rollout-policy.ts';
import type { VerificationOrder } from './contract.ts';
import { renderedObjects } from './rendered-objects.ts';

/** What one look at a check gave. */
export interface CheckFinding {
  readonly state: 'passed' | 'awaited' | 'failed';
  /** What is awaited, or what failed; empty where it passed. */
  readonly awaited: string;
  /** The clusters on which it has not passed, failed ones first. */
  readonly clusters: readonly (ClusterStatus & Pick<Cluster, 'group'>)[];
  /** The clusters that the check goes on without, beside those that the rollout does; undefined: there are none. */
  readonly leftOut?: readonly string[];
}

type Current = Extract<BranchState, { kind: 'current' }>;

/** The branch at which a check looks, and what it names. */
interface CheckedBranch {
  readonly branch: Current;
  readonly reference: ObjectReference;
}

/**
 * Looks at the objects that a check names, on every cluster whose group has them, except those that the rollout goes on
 * without. As many more as `maxUnavailable` allows may be out of reach; one that is late is waited for. Throws `Failure`
 * `InvalidConfig` where no manifest has such an object, or no cluster is there to show it.
 */
export async function lookAtObjects(
  dependencies: Dependencies,
  order: VerificationOrder,
  { branch, reference }: CheckedBranch,
): Promise<CheckFinding> {
  const environment = await readRolloutPolicy(dependencies, order);
  const repository = dependencies.repositories.open(order.gitops.repository);
  const wanted = renderedObjects(branch.leaves, reference);
  const having = environment.clusters.filter(({ group }) => wanted.has(group));
  if (having.length === 0) throw nothingToLookAt(order, { head: branch.head, reference, groups: [...wanted.keys()] });
  // Where only clusters have it that were left out, there is no evidence without them.
  const kept = having.filter(({ name }) => !order.leftOut?.includes(name));
  const watched = kept.length > 0 ? kept : having;
  const merged = (await repository.commit(order.commit)).committer.date;
  const since = Date.parse(merged) < Date.parse(order.mergeKnown) ? merged : order.mergeKnown;
  const look = { branch, since, wanted, watched };
  const judged = await judgeClusters(dependencies, order, look);
  const max = { clusters: mayStillLeave(environment, order, branch) };
  return findingOf(judged, leftOut(judged, { max }));
}

/** The verdict on a cluster, and its group. */
interface GroupedVerdict extends NamedVerdict {
  readonly group: string;
}

interface Look {
  readonly branch: Current;
  readonly since: string;
  readonly wanted: ReadonlyMap<string, readonly WantedObject[]>;
  readonly watched: readonly Cluster[];
}

async function judgeClusters(
  { objects, intervals, judge = judgeHere }: Dependencies,
  { gitops, source }: VerificationOrder,
  { branch, since, wanted, watched }: Look,
): Promise<readonly GroupedVerdict[]> {
  const turns = createTurns(intervals.clusterConcurrency);
  const { acceptable } = branch;
  const judgeOne = (cluster: Cluster) =>
    turns.run(async (turn): Promise<GroupedVerdict> => {
      const { name, group } = cluster;
      const ofGroup = wanted.get(group) ?? [];
      const options = { timeoutMs: intervals.clusterTimeoutMs, turn };
      const observation = await objects.observeObjects(cluster, { source: gitops, wanted: ofGroup }, options);
      const question = { observation, wanted: ofGroup, acceptable, since };
      const judged = await judge('objects', question, { cluster: name, repository: source });
      const unknown = (awaited: string) => ({ state: 'unknown' as const, awaited });
      return { name, group, ...('beyond' in judged ? unknown(judged.beyond) : judged.found) };
    });
  try {
    return await Promise.all(watched.map(judgeOne));
  } finally {
    turns.forgetWaiting();
  }
}

/** Answers how many more clusters may be left out than the rollout goes on without. */
function mayStillLeave({ clusters, maxUnavailable }: Environment, order: VerificationOrder, branch: Current): number {
  const { leaves, removedGroups } = branch;
  const total = clusters.filter(({ group }) => leaves.has(group) || removedGroups.includes(group)).length;
  return Math.max(0, mostLeftOut(maxUnavailable, total) - (order.leftOut?.length ?? 0));
}

function findingOf(judged: readonly GroupedVerdict[], out: readonly NamedVerdict[]): CheckFinding {
  const isOut = ({ name }: NamedVerdict) => out.some((each) => each.name === name);
  const open = judged
    .filter((each) => each.state !== 'healthy' && !isOut(each))
    .sort((a, b) => severityRank(a) - severityRank(b))
    .map(({ name, state, awaited, group }) => ({ name, state, awaited, group }));
  const [first] = open;
  if (first === undefined) {
    const without = out.length > 0 ? out.map(({ name }) => name).sort() : undefined;
    return { state: 'passed', awaited: '', clusters: [], leftOut: without };
  }
  const awaited = sameTrouble(open).slice(0, 3).map(troubleWords).join('; ');
  return { state: first.state === 'failed' ? 'failed' : 'awaited', awaited, clusters: open };
}

function nothingToLookAt(
  { environment }: VerificationOrder,
  {
    head,
    reference,
    groups,
  }: { readonly head: string; readonly reference: ObjectReference; readonly groups: readonly string[] },
): Failure {
  const name = referenceText(reference);
  const where = `\`verify\` in fairlead.yaml of branch ${environment}`;
  return new Failure(
    'InvalidConfig',
    groups.length === 0
      ? `${where} names the object ${name}, but no leaf of ${environment} has one at ${shortSha(head)}. Name an object of the rendered manifests, or remove the check.`
      : `${where} names the object ${name}, but only the groups ${groups.join(', ')} have it, and no cluster of them is listed under \`clusters\`. List one, or remove the check.`,
  );
}
