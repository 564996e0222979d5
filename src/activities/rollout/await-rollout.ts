import { createHash } from 'node:crypto';
import { type AtEnd, withEnds } from '../../async/with-ends.ts';
import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { checkGroups } from '../../fleet/groups.ts';
import { observeAll } from '../../fleet/observe-all.ts';
import { type NamedVerdict, severityRank, summarizeFleet } from '../../fleet/summary.ts';
import { isUnasked } from '../../fleet/unasked.ts';
import type { BranchState } from '../../gitops/branch-state.ts';
import { sameTrouble, troubleWords, warningWords } from '../../operation/rollout-trouble.ts';
import { type ClusterStatus, fleetStatusLimit } from '../../operation/status.ts';
import type { Cluster, Environment } from '../../platform/types.ts';
import type { StepAttempt } from '../step-attempt.ts';
import { stillWaiting } from '../still-waiting.ts';
import { branchInTime } from './branch-in-time.ts';
import type { RolloutOrder, RolloutReport } from './contract.ts';
import { judgeCluster } from './judge-cluster.ts';
import { leaveOut } from './leave-out.ts';
import { lookPauseMs } from './look-pace.ts';
import { type LookProgress, lookProgress } from './look-progress.ts';
import { withAppliedObjects } from './objects/applied-objects.ts';
import { withRemovedObjects } from './objects/removed-objects.ts';
import { isReportDue } from './report-pace.ts';
import { clockWarnings, timeOf } from './report-time.ts';
import { askClusters } from './request-reconciliation.ts';
import { bounded, mostInHeartbeat, mostInReport, type RolloutMemory, recall } from './rollout-memory.ts';
import { readRolloutPolicy } from './rollout-policy.ts';
import { unhealthyStatus } from './unhealthy-status.ts';

/**
 * Looks at all clusters of the environment. Answers when every one is healthy (and was, through the soak), when one
 * failed, at the deadline, or when there is progress to report; else fails benignly. These hold here:
 *
 * - A cluster is healthy by positive evidence alone, about a commit with the pair that is deployed now.
 * - A cluster that cannot be seen is neither healthy nor failed.
 * - A rollout goes on without a cluster only where the environment's `maxUnavailable` allows it, and says so by name.
 * - Where the branch has moved on to another main commit, no cluster is looked at.
 * - Time is Temporal's: a worker's clock alone ends no wait.
 */
export function awaitRollout(
  dependencies: Dependencies,
  order: RolloutOrder,
  attempt: StepAttempt,
): Promise<RolloutReport> {
  return withEnds((atEnd) => lookOnce(dependencies, order, { attempt, atEnd }));
}

async function lookOnce(
  dependencies: Dependencies,
  order: RolloutOrder,
  { attempt, atEnd }: { readonly attempt: StepAttempt; readonly atEnd: AtEnd },
): Promise<RolloutReport> {
  const startedAt = attempt.now();
  const environment = await readRolloutPolicy(dependencies, order);
  const branch = await branchInTime(dependencies, order, { atEnd, signal: attempt.signal });
  if (branch.kind !== 'current') return { ...emptyReport, at: timeOf(attempt), ...branch };
  const removed = new Set(branch.removedGroups);
  const rendered = [...branch.leaves.keys()].filter((group) => !removed.has(group));
  const { errors, warnings } = checkGroups(rendered, environment, branch.removedGroups);
  if (errors.length > 0) throw new Failure('InvalidConfig', errors.join(' '));
  const awaited = { order, branch, environment, attempt, memory: recall(attempt.remembered, order.known?.memory) };
  const judged = await withObjects(dependencies, awaited, await judgeClusters(dependencies, awaited));
  const askedAt = await askAgain(dependencies, awaited, judged);
  const memory = { failures: failuresIn(judged), askedAt, began: awaited.memory.began ?? startedAt };
  attempt.remember(bounded(memory, mostInHeartbeat));
  const all = [...clockWarnings(attempt), ...warnings];
  const looked = { ...leaveOut(judged, environment, order), warnings: all, startedAt };
  return reportOf(dependencies, { ...awaited, memory }, looked);
}

/** Looks past Flux at the clusters before a phase ends, where the environment asks for all evidence there is. */
async function withObjects(
  dependencies: Dependencies,
  { order, branch, environment, attempt }: Awaited,
  judged: readonly JudgedCluster[],
): Promise<readonly JudgedCluster[]> {
  if (order.phase === 'soak' || environment.coverage !== 'strict') return judged;
  const { out } = leaveOut(judged, environment, order);
  const isEnd = judged.every(({ name, state }) => ['healthy', 'unknown'].includes(state) || out.includes(name));
  if (!isEnd) return judged;
  const deadlinePassed = Date.parse(order.deadline) <= attempt.now();
  const look = { order, branch, deadlinePassed };
  return withAppliedObjects(dependencies, look, await withRemovedObjects(dependencies, look, judged));
}

interface JudgedCluster extends NamedVerdict {
  readonly cluster: Cluster;
  /** Flux was asked by another text since, or not at all, so that it is to be asked again. */
  readonly unasked: boolean;
}

type Current = Extract<BranchState, { kind: 'current' }>;

/** The rollout that is awaited, by what policy, and what has become of the branch since. */
interface Awaited {
  readonly order: RolloutOrder;
  readonly branch: Current;
  readonly environment: Environment;
  readonly attempt: StepAttempt;
  readonly memory: RolloutMemory;
}

const emptyReport = {
  fleet: { total: 0, healthy: 0, others: [], warnings: [] },
  digest: '',
  mayRollBack: false,
} as const;

/** The shortest time between two requests to the same Flux, in milliseconds: it may not be allowed to be asked at all. */
const askAgainMs = 60_000;

async function judgeClusters(dependencies: Dependencies, awaited: Awaited): Promise<readonly JudgedCluster[]> {
  const { order, branch, environment, attempt } = awaited;
  const watched = environment.clusters.filter(
    ({ group }) => branch.leaves.has(group) || branch.removedGroups.includes(group),
  );
  const progress = progressOf(awaited, watched);
  const known = watched.flatMap((cluster) => {
    const verdict = progress.verdictOf(cluster.name);
    return verdict ? [{ name: cluster.name, cluster, unasked: false, ...verdict }] : [];
  });
  const round = {
    clusters: watched.filter(({ name }) => progress.verdictOf(name) === undefined),
    source: order.gitops,
    timeoutMs: dependencies.intervals.clusterTimeoutMs,
    concurrency: dependencies.intervals.clusterConcurrency,
  };
  const looked = await observeAll(dependencies.fleet, round, async (cluster, observation) => {
    const verdict = await judgeCluster(dependencies, { ...awaited, now: attempt.now() }, { cluster, observation });
    progress.note(cluster.name, verdict);
    return { name: cluster.name, cluster, unasked: isUnasked(observation, order), ...verdict };
  });
  return [...known, ...looked];
}

/** Goes on with what an attempt that was interrupted has found out, and keeps it beside what is remembered anyway. */
function progressOf({ order, branch, attempt, memory }: Awaited, watched: readonly Cluster[]): LookProgress {
  const { acceptable, evident } = branch;
  const judgedBy = [order.commit, order.phase, order.soakEnds, [...acceptable], [...evident]];
  const look = { names: watched.map(({ name }) => name), judgedBy, now: attempt.now() };
  const { remembered } = attempt;
  const before = typeof remembered === 'object' && remembered && 'look' in remembered ? remembered.look : undefined;
  const kept = bounded(memory, mostInHeartbeat);
  return lookProgress(before, look, { keep: (progress) => attempt.remember({ ...kept, look: progress }) });
}

function failuresIn(judged: readonly JudgedCluster[]): RolloutMemory['failures'] {
  return Object.fromEntries(
    judged.flatMap(({ name, remembered }) => (remembered === undefined ? [] : [[name, remembered] as const])),
  );
}

/**
 * Asks Flux again where it was reached and has not heard of the request: a cluster may have been away when it was
 * asked, or somebody else has asked since. Answers when that was last done.
 */
async function askAgain(
  dependencies: Dependencies,
  { order, attempt, memory: { askedAt } }: Awaited,
  judged: readonly JudgedCluster[],
): Promise<number | undefined> {
  const now = attempt.now();
  const unasked = judged.filter((each) => each.state === 'pending' && each.unasked);
  if (order.phase === 'soak' || unasked.length === 0) return askedAt;
  if (askedAt !== undefined && now - askedAt < askAgainMs) return askedAt;
  await askClusters(
    dependencies,
    order,
    unasked.map(({ cluster }) => cluster),
  );
  return now;
}

/** The findings of a look at all clusters, and the names of those that the rollout may go on without. */
interface Looked {
  readonly counting: readonly JudgedCluster[];
  readonly out: readonly string[];
  readonly warnings: readonly string[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** Makes the report of a look; throws the benign failure where there is nothing to report yet. */
function reportOf(
  dependencies: Dependencies,
  { order, branch, attempt, memory }: Awaited,
  { counting, out, warnings, startedAt }: Looked,
): RolloutReport {
  const summary = summarizeFleet(counting);
  const others = counting.filter(({ state }) => state !== 'healthy').sort((a, b) => severityRank(a) - severityRank(b));
  const listed = others.map(({ name, state, awaited }) => ({ name, state, awaited }));
  const digest = createHash('sha256').update(JSON.stringify(listed)).digest('hex').slice(0, 16);
  const report = {
    fleet: {
      total: summary.total,
      healthy: summary.healthy,
      ...unhealthyStatus(others),
      warnings: [...warnings, ...warningWords(counting)].slice(0, fleetStatusLimit),
    },
    digest,
    at: timeOf(attempt),
    memory: bounded(memory, mostInReport),
    mayRollBack: summary.failedAtRevision && !branch.configChanged,
  };
  if (summary.failed > 0) return { ...report, kind: 'failed' };
  const now = report.at;
  const over = order.phase === 'soak' ? (order.soakEnds ?? now) <= now : others.length === out.length;
  const leftOut = out.length > 0 ? out : undefined;
  if (over) return { ...report, kind: 'healthy', seen: branch.seen, fleet: { ...report.fleet, leftOut } };
  if (others.length > 0 && order.deadline <= now) return { ...report, kind: 'unknown' };
  if (isReportDue(dependencies.intervals.progressMs, order.known, report)) return { ...report, kind: 'progress' };
  const ended = attempt.now();
  const pauseMs = lookPauseMs({
    since: memory.began ?? startedAt,
    now: ended,
    tookMs: ended - startedAt,
    slowestMs: dependencies.intervals.healthPollMs,
  });
  throw stillWaiting(awaitedWords(order, others, counting.length), pauseMs);
}

function awaitedWords(order: RolloutOrder, others: readonly ClusterStatus[], total: number): string {
  if (others.length === 0) return `all ${total} clusters are healthy; soaking until ${order.soakEnds}`;
  const first = sameTrouble(others).slice(0, 3).map(troubleWords);
  return `${total - others.length} of ${total} clusters are healthy. ${first.join('; ')}`;
}
