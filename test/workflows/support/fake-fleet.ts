import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { LateOrder } from '../../../src/activities/late/contract.ts';
import type { RolloutOrder, RolloutReport } from '../../../src/activities/rollout/contract.ts';
import { isReportDue } from '../../../src/activities/rollout/report-pace.ts';
import { stillWaiting } from '../../../src/activities/still-waiting.ts';
import type { VerificationOrder, VerificationReport } from '../../../src/activities/verify/contract.ts';
import { countGroups } from '../../../src/operation/accept.ts';
import { type ClusterStatus, fleetStatusLimit } from '../../../src/operation/status.ts';
import { type FakeEnvironment, type Surroundings, sha } from './fake-environment.ts';

/**
 * Answers what the clusters say, as the real step does: of what failed and what is healthy at once, of the rest now and
 * then.
 */
export async function report(world: Surroundings, order: RolloutOrder): Promise<RolloutReport> {
  const { environment: name, main, phase, soakEnds, deadline, known } = order;
  const environment = world.at(name);
  const { nextReport, late } = environment;
  if (late)
    throw ApplicationFailure.create({ message: lateWords, type: 'Refused', nonRetryable: true, details: [late] });
  environment.nextReport = undefined;
  const { mayRollBack, deployed, unhealthyAt = deployed?.main } = environment;
  const unhealthy = unhealthyAt === deployed?.main ? environment.unhealthy : [];
  const total = Math.max(environment.clusters, unhealthy.length);
  // The server's clock, which a time-skipping server moves.
  const at = new Date(Context.current().info.currentAttemptScheduledTimestampMs).toISOString();
  const digest = sha(JSON.stringify(unhealthy));
  const others = unhealthy.slice(0, fleetStatusLimit);
  const groups = countGroups(unhealthy.map(({ state, group = 'us/west' }) => ({ state, group })));
  const fleet = { total, healthy: total - unhealthy.length, others, groups, warnings: [] };
  const found = { fleet, digest, at, mayRollBack } satisfies Omit<RolloutReport, 'kind'>;
  if (nextReport) return { ...found, kind: 'healthy', ...nextReport };
  const moved = deployed && movedOn(world, main, deployed.main);
  if (moved) return { ...found, kind: moved, deployed: deployed.main };
  if (unhealthy.some(({ state }) => state === 'failed')) return { ...found, kind: 'failed' };
  if (phase === 'soak' ? (soakEnds ?? '') <= at : unhealthy.length === 0) return { ...found, kind: 'healthy' };
  if (deadline <= at) return { ...found, kind: 'unknown' };
  if (environment.restless) return restlessReport(environment, found, known);
  if (known?.digest !== digest) return { ...found, kind: 'progress' };
  throw stillWaiting('Flux applies it', world.intervalMs);
}

/** Reports a fleet in which something changes at each look, as seldom as the real step does. */
function restlessReport(
  environment: FakeEnvironment,
  found: Omit<RolloutReport, 'kind'>,
  known: RolloutOrder['known'],
): RolloutReport {
  const report = { ...found, digest: sha(found.at) };
  if (isReportDue(30_000, known, report)) {
    environment.reports += 1;
    return { ...report, kind: 'progress' };
  }
  throw stillWaiting('Flux applies it', 30_000 * 2 ** Math.max(0, (known?.reports ?? 0) - 10));
}

const lateWords = 'the merge is not on the branch any more. Put it back and retry, or abort.';

/** Looks for what is late, as the real step does. */
export async function lookForLate(world: Surroundings, order: LateOrder): Promise<void> {
  const environment = world.at(order.environment);
  const now = Context.current().info.currentAttemptScheduledTimestampMs;
  const pauseMs = Date.parse(order.notBefore) - now;
  if (Context.current().info.attempt === 1) environment.lateWaits.push(order);
  if (pauseMs > 0) throw stillWaiting('it is tried again later', pauseMs);
  environment.lateLooks += 1;
  if (order.missing && environment.late) throw stillWaiting('git does not show it yet', world.intervalMs);
}

/** Answers what a check finds, as the environment of the test says. */
export async function verification(world: Surroundings, order: VerificationOrder): Promise<VerificationReport> {
  const found = world.at(order.environment).check(order);
  const digest = sha(JSON.stringify(found ?? ''));
  const at = new Date().toISOString();
  if (found === undefined || (found.kind === 'progress' && order.known?.digest === digest))
    throw stillWaiting('it is not done', world.intervalMs);
  return {
    kind: 'passed',
    awaited: '',
    clusters: [],
    open: found.clusters?.length ?? 0,
    mayRollBack: false,
    digest,
    at,
    ...found,
  };
}

function movedOn(world: Surroundings, main: string, deployed: string): 'overtaken' | 'reverted' | undefined {
  const relation = world.relation(deployed, main);
  if (relation === 'newer') return 'overtaken';
  return relation === 'older' ? 'reverted' : undefined;
}

export function failed(name: string): ClusterStatus {
  return { name, state: 'failed', awaited: 'HealthCheckFailed: Deployment/shop is not ready' };
}

export function unreachable(name: string): ClusterStatus {
  return { name, state: 'unknown', awaited: 'no answer within 10 s' };
}
