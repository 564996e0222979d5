import { Context } from '@temporalio/activity';
import type { Dependencies } from '../dependencies.ts';
import { asActivity } from './as-activity.ts';
import { lookAtMain } from './catch-up/look-at-main.ts';
import { startPromotion } from './catch-up/start-promotion.ts';
import type { Activities } from './contract.ts';
import { type EndingDependencies, endingWith } from './ending-dependencies.ts';
import { admitPlatform } from './lane/admit-platform.ts';
import { announceLane } from './lane/announce-lane.ts';
import { tellingEnd } from './lane/has-ended.ts';
import { observeLane } from './lane/observe-lane.ts';
import { recordedHold } from './lane/recorded-hold.ts';
import { tellLane } from './lane/tell-lane.ts';
import { awaitLate } from './late/await-late.ts';
import type { Places } from './places.ts';
import { awaitCarried, type Caller } from './pull-request/await-carried.ts';
import { awaitMerge } from './pull-request/await-merge.ts';
import { clearRequests } from './pull-request/clear-requests.ts';
import { closePullRequest } from './pull-request/close-pull-request.ts';
import { openPullRequest } from './pull-request/open-pull-request.ts';
import { record } from './record/record.ts';
import { renderEnvironment } from './render/render-environment.ts';
import { awaitTold } from './report/await-told.ts';
import { tellingFailure } from './report/failed.ts';
import { tellRecorded } from './report/recorded.ts';
import { tellMergeEnd, tellOpened } from './report/request.ts';
import { tellRollout, tellVerification } from './report/rollout.ts';
import { awaitRollback } from './rollback/await-rollback.ts';
import { awaitWithdrawn, endPromotion, endPromotions } from './rollback/end-promotions.ts';
import { planRollback } from './rollback/plan-rollback.ts';
import { reachedBy } from './rollback/reached-by.ts';
import { awaitRollout } from './rollout/await-rollout.ts';
import { requestReconciliation } from './rollout/request-reconciliation.ts';
import { readConfig } from './source/read-config.ts';
import { readEnvironment } from './source/read-environment.ts';
import { readPlatform } from './source/read-platform.ts';
import { currentAttempt } from './step-attempt.ts';
import { awaitVerification } from './verify/await-verification.ts';

/** A step of the process, made of the parts of one attempt. */
type Step<Input, Output> = (dependencies: EndingDependencies, input: Input) => Promise<Output>;

/**
 * Makes the steps of every workflow from the given parts. What an attempt asks of them ends when it is cancelled. `placesOf`: the
 * places of a task queue, which one platform does not keep alone; undefined: nobody looks.
 */
export function createActivities(
  dependencies: Dependencies,
  placesOf?: (taskQueue: string) => Places | undefined,
): Activities {
  const activity = <Input, Output>(step: Step<Input, Output>, givesWay = true) =>
    asActivity<Input, Output>(
      (input, signal) => step(endingWith(dependencies, signal, { givesWay }), input),
      dependencies.workflows,
      placesOf,
    );
  /** A step for which a person waits: git goes on while many others want the machine. */
  const urgent = <Input, Output>(step: Step<Input, Output>) => activity(step, false);
  return {
    readPlatform: activity((parts, ref) => readPlatform(parts, ref, currentCaller().runId)),
    readConfig: activity(readConfig),
    readEnvironment: activity((parts, ref) => readEnvironment(parts, ref, currentCaller().runId)),
    renderEnvironment: activity(renderEnvironment),
    clearRequests: activity((parts, order) => clearRequests(parts, order, currentCaller().workflowId)),
    openPullRequest: activity(async (parts, order) =>
      tellOpened(
        parts,
        order,
        await tellingFailure(parts, order, () => openPullRequest(parts, order, currentCaller())),
      ),
    ),
    awaitMerge: urgent(async (parts, order) =>
      tellMergeEnd(parts, order, await tellingFailure(parts, order, () => awaitMerge(parts, order, currentAttempt()))),
    ),
    awaitCarried: activity((parts, order) => awaitCarried(parts, order, currentCaller())),
    record: activity(async (parts, order) => tellRecorded(parts, order, await record(parts, order))),
    closePullRequest: activity(closePullRequest),
    requestReconciliation: activity(requestReconciliation),
    awaitRollout: activity(async (parts, order) =>
      tellRollout(parts, order, await tellingFailure(parts, order, () => awaitRollout(parts, order, currentAttempt()))),
    ),
    awaitVerification: activity(async (parts, order) =>
      tellVerification(
        parts,
        order,
        await tellingFailure(parts, order, () => awaitVerification(parts, order, currentAttempt())),
      ),
    ),
    tellLane: activity(tellLane),
    observeLane: activity((parts, order) => observeLane(parts, order, currentAttempt())),
    hasEnded: activity(tellingEnd),
    admitPlatform: activity(admitPlatform),
    announceLane: activity(announceLane),
    recordedHold: activity((parts, order) => recordedHold(parts, order, currentAttempt())),
    planRollback: activity(planRollback),
    endPromotions: activity(endPromotions),
    endPromotion: activity(endPromotion),
    awaitWithdrawn: activity(awaitWithdrawn),
    awaitRollback: activity(awaitRollback),
    reachedBy: activity(reachedBy),
    awaitTold: activity(awaitTold),
    awaitLate: activity((parts, order) => awaitLate(parts, order, currentAttempt())),
    lookAtMain: activity(lookAtMain),
    startPromotion: activity(startPromotion),
  };
}

/** Names the workflow that asks for the running step. */
function currentCaller(): Caller & { readonly runId: string | undefined } {
  const { workflowExecution, attempt } = Context.current().info;
  return { workflowId: workflowExecution?.workflowId ?? '', runId: workflowExecution?.runId, attempt };
}
