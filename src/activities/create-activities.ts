import { Context } from '@temporalio/activity';
import type { Dependencies } from '../dependencies.ts';
import { asActivity } from './as-activity.ts';
import { lookAtMain } from './catch-up/look-at-main.ts';
import { startPromotion } from './catch-up/start-promotion.ts';
import type { Activities } from './contract.ts';
import { type EndingDependencies, endingWith } from './ending-dependencies.ts';
import { admitPlatform } from './lane/admit-platform.ts';
import { announceLane } from './lane/announce-lane.ts';
import { hasEnded } from './lane/has-ended.ts';
import { observeLane } from './lane/observe-lane.ts';
import { recordedHold } from './lane/recorded-hold.ts';
import { tellLane } from './lane/tell-lane.ts';
import type { Places } from './places.ts';
import { awaitCarried, type Caller } from './pull-request/await-carried.ts';
import { awaitMerge } from './pull-request/await-merge.ts';
import { clearRequests } from './pull-request/clear-requests.ts';
import { closePullRequest } from './pull-request/close-pull-request.ts';
import { openPullRequest } from './pull-request/open-pull-request.ts';
import { record } from './record/record.ts';
import { renderEnvironment } from './render/render-environment.ts';
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
    readPlatform: activity(readPlatform),
    readConfig: activity(readConfig),
    readEnvironment: activity(readEnvironment),
    renderEnvironment: activity(renderEnvironment),
    clearRequests: activity((parts, order) => clearRequests(parts, order, currentCaller().workflowId)),
    openPullRequest: activity(openPullRequest),
    awaitMerge: urgent((parts, order) => awaitMerge(parts, order, currentAttempt())),
    awaitCarried: activity((parts, order) => awaitCarried(parts, order, currentCaller())),
    record: activity(record),
    closePullRequest: activity(closePullRequest),
    requestReconciliation: activity(requestReconciliation),
    awaitRollout: activity((parts, order) => awaitRollout(parts, order, currentAttempt())),
    awaitVerification: activity((parts, order) => awaitVerification(parts, order, currentAttempt())),
    tellLane: activity(tellLane),
    observeLane: activity((parts, order) => observeLane(parts, order, currentAttempt())),
    hasEnded: activity(hasEnded),
    admitPlatform: activity(admitPlatform),
    announceLane: activity(announceLane),
    recordedHold: activity((parts, order) => recordedHold(parts, order, currentAttempt())),
    planRollback: activity(planRollback),
    endPromotions: activity(endPromotions),
    endPromotion: activity(endPromotion),
    awaitWithdrawn: activity(awaitWithdrawn),
    awaitRollback: activity(awaitRollback),
    reachedBy: activity(reachedBy),
    lookAtMain: activity(lookAtMain),
    startPromotion: activity(startPromotion),
  };
}

/** Names the workflow that asks for the running step. */
function currentCaller(): Caller {
  const { workflowExecution, attempt } = Context.current().info;
  return { workflowId: workflowExecution?.workflowId ?? '', attempt };
}
