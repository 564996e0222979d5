import { createHash } from 'node:crypto';
import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { checkGroups } from '../../fleet/groups.ts';
import { observeAll } from '../../fleet/observe-all.ts';
import { clusterRegression } from '../../fleet/regression.ts';
import { summarizeFleet } from '../../fleet/summary.ts';
import type { ClusterExpectation, ClusterObservation, ClusterVerdict } from '../../fleet/types.ts';
import { clusterVerdict } from '../../fleet/verdict.ts';
import { type BranchState, branchState } from '../../gitops/branch-state.ts';
import { environmentAt } from '../../gitops/environment-file.ts';
import { platformAt } from '../../gitops/platform-file.ts';
import { type ClusterStatus, fleetStatusLimit } from '../../operation/status.ts';
import type { Cluster, Environment } from '../../platform/types.ts';
import { stillWaiting } from '../still-waiting.ts';
import type { ReconcileOrder, RolloutOrder, RolloutReport } from './contract.ts';
import { isReportDue } from './report-pace.ts';

/**
 * Looks at all clusters of the environment. Answers when every one is healthy (and was, through the soak), when one
 * failed, at the deadline, or when there is progress to report; else fails benignly. These hold here:
 *
 * - A cluster is healthy by positive evidence alone, about a commit with the pair that is deployed now.
 * - A cluster that cannot be seen is neither healthy nor failed.
 * - Where the branch has moved on to another main commit, no cluster is looked at.
 */
export async function awaitRollout(dependencies: Dependencies, order: RolloutOrder): Promise<RolloutReport> {
  const environment = await readRolloutPolicy(dependencies, order);
  const branch = await branchState(dependencies, order);
  if (branch.kind !== 'current') return { ...emptyReport, at: new Date().toISOString(), ...branch };
  const { errors, warnings } = checkGroups([...branch.leaves.keys()], environment);
  if (errors.length > 0) throw new Failure('InvalidConfig', errors.join(' '));
  const judged = await judgeClusters(dependencies, environment, { order, branch });
  return reportOf(dependencies, { order, branch }, { judged, warnings });
}

type JudgedCluster = ClusterStatus & Pick<ClusterVerdict, 'failedAtRevision'>;
type Current = Extract<BranchState, { kind: 'current' }>;

/** The rollout that is awaited, and what has become of the branch since. */
interface Awaited {
  readonly order: RolloutOrder;
  readonly branch: Current;
}

const emptyReport = {
  fleet: { total: 0, healthy: 0, others: [], warnings: [] },
  digest: '',
  mayRollBack: false,
} as const;

/** Reads the Environment file by which an environment rolls out. Throws `Failure` where it is missing or broken. */
export async function readRolloutPolicy({ repositories }: Dependencies, order: ReconcileOrder): Promise<Environment> {
  const source = repositories.open(order.source);
  await source.ensureCommit(order.main);
  return environmentAt(source, await platformAt(source, order.main), { name: order.environment, config: order.config });
}

async function judgeClusters(
  dependencies: Dependencies,
  environment: Environment,
  awaited: Awaited,
): Promise<readonly JudgedCluster[]> {
  const { order, branch } = awaited;
  const watched = environment.clusters.filter(({ group }) => branch.leaves.has(group));
  const round = {
    clusters: watched,
    source: order.gitops,
    timeoutMs: dependencies.intervals.clusterTimeoutMs,
    concurrency: dependencies.intervals.clusterConcurrency,
  };
  return observeAll(dependencies.fleet, round, (cluster, observation) => ({
    name: cluster.name,
    ...judgeCluster(awaited, cluster, observation),
  }));
}

function judgeCluster({ order, branch }: Awaited, cluster: Cluster, observation: ClusterObservation): ClusterVerdict {
  const now = new Date().toISOString();
  const expectation: ClusterExpectation = {
    group: cluster.group,
    leaves: branch.leaves.get(cluster.group) ?? [],
    acceptable: (revision) => branch.evident.has(revision),
    mergedAt: branch.mergedAt,
    deadlinePassed: order.deadline <= now,
    reconciledSince: order.phase === 'after soak' ? order.soakEnds : undefined,
  };
  const before = { ...expectation, acceptable: (revision: string) => branch.acceptable.has(revision) };
  const regression = order.phase === 'rollout' ? undefined : clusterRegression(observation, before);
  if (regression !== undefined) return { state: 'failed', awaited: regression, failedAtRevision: true };
  return clusterVerdict(observation, expectation);
}

/** Makes the report of a look; throws the benign failure where there is nothing to report yet. */
function reportOf(
  dependencies: Dependencies,
  { order, branch }: Awaited,
  { judged, warnings }: { readonly judged: readonly JudgedCluster[]; readonly warnings: readonly string[] },
): RolloutReport {
  const summary = summarizeFleet(judged);
  const others = judged.filter(({ state }) => state !== 'healthy').sort((a, b) => severityRank(a) - severityRank(b));
  const digest = createHash('sha256').update(JSON.stringify(others)).digest('hex').slice(0, 16);
  const report = {
    fleet: {
      total: summary.total,
      healthy: summary.healthy,
      others: others.slice(0, fleetStatusLimit).map(({ name, state, awaited }) => ({ name, state, awaited })),
      warnings: warnings.slice(0, fleetStatusLimit),
    },
    digest,
    at: new Date().toISOString(),
    mayRollBack: summary.failedAtRevision && !branch.configChanged,
  };
  if (summary.failed > 0) return { ...report, kind: 'failed' };
  const now = report.at;
  const over = order.phase === 'soak' ? (order.soakEnds ?? now) <= now : others.length === 0;
  if (over) return { ...report, kind: 'healthy', seen: branch.seen };
  if (others.length > 0 && order.deadline <= now) return { ...report, kind: 'unknown' };
  if (isReportDue(dependencies.intervals.progressMs, order.known, report)) return { ...report, kind: 'progress' };
  throw stillWaiting(awaitedWords(order, others, judged.length), dependencies.intervals.healthPollMs);
}

function severityRank({ state }: ClusterStatus): number {
  return ['failed', 'unknown', 'pending', 'healthy'].indexOf(state);
}

function awaitedWords(order: RolloutOrder, others: readonly ClusterStatus[], total: number): string {
  if (others.length === 0) return `all ${total} clusters are healthy; soaking until ${order.soakEnds}`;
  const first = others.slice(0, 3).map(({ name, awaited }) => `${name}: ${awaited}`);
  return `${total - others.length} of ${total} clusters are healthy. ${first.join('; ')}`;
}
