import type { Dependencies } from '../../dependencies.ts';
import { judgeHere } from '../../fleet/judging/judge.ts';
import type { ClusterStandard } from '../../fleet/judging/questions.ts';
import type { NamedVerdict } from '../../fleet/summary.ts';
import type { ClusterObservation } from '../../fleet/types.ts';
import type { BranchState } from '../../gitops/branch-state.ts';
import type { Cluster, Environment } from '../../platform/types.ts';
import type { RolloutOrder } from './contract.ts';
import type { RolloutMemory } from './rollout-memory.ts';

/** What the clusters of a rollout are judged by. */
interface JudgedRollout {
  readonly order: RolloutOrder;
  readonly branch: Extract<BranchState, { readonly kind: 'current' }>;
  readonly environment: Pick<Environment, 'coverage'>;
  readonly memory: Pick<RolloutMemory, 'failures'>;
  /** The time of the look, milliseconds since 1970. */
  readonly now: number;
}

/** Judges one cluster. What it answers may be more than can be judged: then nothing is known of it. */
export async function judgeCluster(
  { judge = judgeHere }: Pick<Dependencies, 'judge'>,
  rollout: JudgedRollout,
  { cluster, observation }: { readonly cluster: Cluster; readonly observation: ClusterObservation },
): Promise<Omit<NamedVerdict, 'name'>> {
  const { order, branch } = rollout;
  const leaves = branch.leaves.get(cluster.group) ?? [];
  const question = { observation, standard: standardOf(rollout, cluster), leaves, folders: branch.folders };
  const judged = await judge('cluster', question, { cluster: cluster.name, repository: order.source });
  return 'beyond' in judged ? { state: 'unknown', awaited: judged.beyond } : judged.found;
}

function standardOf(
  { order, branch, environment, memory, now }: JudgedRollout,
  { name, group }: Cluster,
): ClusterStandard {
  return {
    group,
    removed: branch.removedGroups.includes(group),
    coverage: environment.coverage,
    acceptable: branch.acceptable,
    evident: branch.evident,
    wasHealthy: order.phase !== 'rollout',
    now,
    remembered: memory.failures[name],
    deadlinePassed: Date.parse(order.deadline) <= now,
    reconciledSince:
      order.phase === 'after soak' && order.soakEnds !== undefined
        ? { time: order.soakEnds, token: order.token }
        : undefined,
  };
}
