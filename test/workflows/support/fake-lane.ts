import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../../src/activities/contract.ts';
import type { LaneActivities, ObservationOrder } from '../../../src/activities/lane/contract.ts';
import type { RollbackActivities } from '../../../src/activities/rollback/contract.ts';
import { environmentsWithdrawing } from '../../../src/activities/rollback/end-promotions.ts';
import { stillWaiting } from '../../../src/activities/still-waiting.ts';
import { neededRelations } from '../../../src/lane/compared.ts';
import { emptyLane } from '../../../src/lane/decide.ts';
import { laneBeganSignal, laneId, laneWorkflow } from '../../../src/lane/messages.ts';
import { isPlacedStatus } from '../../../src/lane/received.ts';
import type { LaneInput, LanePlace } from '../../../src/lane/types.ts';
import { goNoFurtherSignal, rolledBackSignal, statusQuery } from '../../../src/operation/messages.ts';
import { lastHold, seenReverts } from '../../../src/record/queries.ts';
import type { Surroundings } from './fake-environment.ts';

/** Names a lane of the test's own: the id is made of its task queue. */
export const laneOf = (taskQueue: string, branch: string) => laneId(taskQueue, branch);

/** The lanes are the real ones; what they look at is the memory. */
export function laneSteps(world: Surroundings & { readonly lanes: Partial<LaneInput> }): LaneActivities {
  return {
    tellLane: async ({ gitops, source, environment, message }) => {
      if (world.at(environment).laneIsLost) throw ApplicationFailure.nonRetryable('no such lane');
      const workflowId = laneOf(Context.current().info.taskQueue, gitops.branch);
      const start = { workflow: laneWorkflow, workflowId, args: [{ gitops, source, environment, ...world.lanes }] };
      await world.workflows.signalWithStart(start, message.signal, message.payload);
      const { entries } = world.at(environment);
      if (message.signal === 'enter') entries.set(message.payload.id, message.payload.workflowId);
      if (message.signal === 'leave') entries.delete(message.payload.id);
    },
    observeLane: async ({ environment: name, entries }) => {
      const environment = world.at(name);
      environment.failingObservations -= 1;
      if (environment.failingObservations >= 0) throw ApplicationFailure.nonRetryable('its config cannot be read');
      const gone = await goneOf(world, entries);
      const present = entries.filter(({ id, operation }) => operation !== 'config change' && !gone.includes(id));
      const revert = present.some(({ operation }) => operation === 'rollback') ? undefined : environment.revert;
      // The server's clock, which a time-skipping server moves.
      const calendar = environment.calendar(Context.current().info.currentAttemptScheduledTimestampMs);
      const isDescendant = (one: string, of: string) => world.relation(one, of) === 'newer';
      return { gone, relations: neededRelations(present, isDescendant), onlyNeeded: true, calendar, revert };
    },
    hasEnded: async ({ workflowId, firstRunId }) => !(await world.workflows.isRunning(workflowId, firstRunId)),
    admitPlatform: async ({ source, place }) => {
      if (!world.foreignSources.has(source)) return { kind: 'taken' };
      return { kind: 'refused', why: `the branch belongs to ${place.source}, not to ${source}` };
    },
    announceLane: async ({ environment }) => {
      const ids = [...new Set(world.at(environment).entries.values())];
      const heard = await Promise.all(ids.map((id) => world.workflows.signal(id, laneBeganSignal, { environment })));
      return ids.filter((_, index) => heard[index]);
    },
    recordedHold: async ({ environment, gitops }) => {
      const { recordUnreadable } = world.at(environment);
      if (recordUnreadable) throw ApplicationFailure.nonRetryable(recordUnreadable, 'Unauthorized');
      const entries = world
        .at(environment)
        .record.map((entry) => ({ ...entry, commit: '' }))
        .reverse();
      const hold = lastHold(entries, new Date());
      const seen = seenReverts(entries);
      const served = await servedBefore(world, gitops.branch);
      return hold || served || seen.length > 0 ? { ...emptyLane, hold, seenReverts: seen, served } : undefined;
    },
  };
}

async function servedBefore(
  { workflows, forgetsEarlierRuns }: Surroundings,
  branch: string,
): Promise<LanePlace | undefined> {
  if (forgetsEarlierRuns) return undefined;
  const answer = await workflows.askEarlierRun(laneOf(Context.current().info.taskQueue, branch), statusQuery);
  return isPlacedStatus(answer) ? { source: answer.source, environment: answer.environment } : undefined;
}

async function goneOf({ workflows }: Surroundings, entries: ObservationOrder['entries']): Promise<readonly string[]> {
  const running = await Promise.all(
    entries.map(({ workflowId, firstRunId }) => workflows.isRunning(workflowId, firstRunId)),
  );
  return entries.filter((_, index) => !running[index]).map(({ id }) => id);
}

/** Plans where a rollback goes, and whom it tells. */
export function rollbackSteps(world: Surroundings): RollbackActivities & Pick<Activities, 'record'> {
  return {
    planRollback: async ({ environment: name, to, of, config, planned }) => {
      const { deployed, before, neverHealthy, record } = world.at(name);
      const isSettled = record.some(({ event, main }) => event === 'promoted' && main === deployed?.main);
      if (deployed && of !== undefined && of !== deployed.main)
        if (!planned || isSettled || world.relation(deployed.main, of) !== 'newer')
          return { kind: 'not there', deployed };
      const main = planned?.main ?? to ?? before?.main;
      if (!deployed || main === undefined || neverHealthy)
        throw ApplicationFailure.nonRetryable(`nothing was recorded healthy in ${name} before`, 'Refused');
      if (main === deployed.main) return { kind: 'already there', deployed };
      if (world.relation(main, deployed.main) === 'newer')
        throw ApplicationFailure.nonRetryable('that is not back but forward', 'Refused');
      const { afterPlan } = world.at(name);
      world.at(name).afterPlan = undefined;
      afterPlan?.();
      const target = planned ?? { main, config: before?.config ?? deployed.config };
      return { kind: 'go', target, recordedConfig: config === 'recorded', subject: 'As it was', deployed };
    },
    endPromotions: async ({ environment, by, reason, rollback, run, target, deployed }) => {
      for (const workflowId of world.promotions) {
        const commit = workflowId.split('/').at(-1) ?? '';
        const isTakenBack = world.relation(commit, target) !== 'older' && world.relation(commit, deployed) !== 'newer';
        if (isTakenBack && commit !== target)
          await world.workflows.signal(workflowId, rolledBackSignal, { environment, by, reason, rollback, run });
      }
    },
    endPromotion: async ({ source: _, commit, ...message }) => {
      for (const id of promotionsOf(world, commit)) await world.workflows.signal(id, goNoFurtherSignal, message);
    },
    awaitWithdrawn: async ({ commit }) => {
      for (const id of promotionsOf(world, commit))
        if (environmentsWithdrawing(await world.workflows.status(id)).length > 0)
          throw stillWaiting(id, world.intervalMs);
    },
    awaitRollback: async ({ workflowId, runId }) => {
      const end = await world.workflows.endOf(workflowId, runId);
      if (!end) throw stillWaiting(workflowId, world.intervalMs);
      return end;
    },
    reachedBy: async ({ commit }) => {
      const environments = [...world.environments].map(([environment, { deployed }]) => {
        return { environment, main: deployed?.main ?? '' };
      });
      const reached = environments.filter(({ main }) => main === commit).map(({ environment }) => environment);
      return { reached, newer: environments.filter(({ main }) => world.relation(main, commit) === 'newer') };
    },
    record: async ({ environment: name, earlier = [], entry, commit }) => {
      const environment = world.at(name);
      if (environment.recordFails) throw environment.recordFails;
      environment.record.push(...earlier, entry);
      environment.notedOn.push(commit);
      const { event, main, config, request, operation = 'promotion' } = entry;
      // Without a request, the record alone says what counts as deployed.
      if (event === 'deployed' && request === undefined && main && config)
        environment.setDeployed({ main, config }, operation);
      const untold = environment.isUntold && event !== 'deployed';
      return { unlabelled: environment.unlabelled, ...(untold && { untold }) };
    },
  };
}

function promotionsOf({ promotions }: Surroundings, commit: string): readonly string[] {
  return promotions.filter((id) => id.endsWith(`/${commit}`));
}
