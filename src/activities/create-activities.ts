import { Context } from '@temporalio/activity';
import type { Dependencies } from '../dependencies.ts';
import { asActivity } from './as-activity.ts';
import type { Activities } from './contract.ts';
import { admitPlatform } from './lane/admit-platform.ts';
import { announceLane } from './lane/announce-lane.ts';
import { hasEnded } from './lane/has-ended.ts';
import { observeLane } from './lane/observe-lane.ts';
import { recordedHold } from './lane/recorded-hold.ts';
import { tellLane } from './lane/tell-lane.ts';
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

/** Makes the steps of every workflow from the given parts. */
export function createActivities(dependencies: Dependencies): Activities {
  return {
    readPlatform: asActivity((ref) => readPlatform(dependencies, ref)),
    readConfig: asActivity((ref) => readConfig(dependencies, ref)),
    readEnvironment: asActivity((ref) => readEnvironment(dependencies, ref)),
    renderEnvironment: asActivity((order) => renderEnvironment(dependencies, order)),
    clearRequests: asActivity((order) => clearRequests(dependencies, order, currentCaller().workflowId)),
    openPullRequest: asActivity((order) => openPullRequest(dependencies, order)),
    awaitMerge: asActivity((order) => awaitMerge(dependencies, order, currentAttempt())),
    awaitCarried: asActivity((order) => awaitCarried(dependencies, order, currentCaller())),
    record: asActivity((order) => record(dependencies, order)),
    closePullRequest: asActivity((order) => closePullRequest(dependencies, order)),
    requestReconciliation: asActivity((order) => requestReconciliation(dependencies, order, currentAttempt())),
    awaitRollout: asActivity((order) => awaitRollout(dependencies, order, currentAttempt())),
    awaitVerification: asActivity((order) => awaitVerification(dependencies, order, currentAttempt())),
    tellLane: asActivity((order) => tellLane(dependencies, order)),
    observeLane: asActivity((order) => observeLane(dependencies, order, currentAttempt())),
    hasEnded: asActivity((entry) => hasEnded(dependencies, entry)),
    admitPlatform: asActivity((order) => admitPlatform(dependencies, order)),
    announceLane: asActivity((order) => announceLane(dependencies, order)),
    recordedHold: asActivity((order) => recordedHold(dependencies, order, currentAttempt())),
    planRollback: asActivity((input) => planRollback(dependencies, input)),
    endPromotions: asActivity((order) => endPromotions(dependencies, order)),
    endPromotion: asActivity((order) => endPromotion(dependencies, order)),
    awaitWithdrawn: asActivity((ref) => awaitWithdrawn(dependencies, ref)),
    awaitRollback: asActivity((ref) => awaitRollback(dependencies, ref)),
    reachedBy: asActivity((ref) => reachedBy(dependencies, ref)),
  };
}

/** Names the workflow that asks for the running step. */
function currentCaller(): Caller {
  const { workflowExecution, attempt } = Context.current().info;
  return { workflowId: workflowExecution?.workflowId ?? '', attempt };
}
