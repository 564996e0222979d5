import { Context } from '@temporalio/activity';
import type { Parts } from '../dependencies.ts';
import { asActivity } from './as-activity.ts';
import type { Activities } from './contract.ts';
import { announceLane } from './lane/announce-lane.ts';
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

/** The steps of every workflow, over the given parts. */
export function createActivities(parts: Parts): Activities {
  return {
    readPlatform: asActivity((ref) => readPlatform(parts, ref)),
    readConfig: asActivity((ref) => readConfig(parts, ref)),
    readEnvironment: asActivity((ref) => readEnvironment(parts, ref)),
    renderEnvironment: asActivity((order) => renderEnvironment(parts, order)),
    clearRequests: asActivity((order) => clearRequests(parts, order, caller().workflowId)),
    openPullRequest: asActivity((order) => openPullRequest(parts, order)),
    awaitMerge: asActivity((order) => awaitMerge(parts, order)),
    awaitCarried: asActivity((order) => awaitCarried(parts, order, caller())),
    record: asActivity((order) => record(parts, order)),
    closePullRequest: asActivity((order) => closePullRequest(parts, order)),
    requestReconciliation: asActivity((order) => requestReconciliation(parts, order)),
    awaitRollout: asActivity((order) => awaitRollout(parts, order)),
    tellLane: asActivity((order) => tellLane(parts, order)),
    observeLane: asActivity((order) => observeLane(parts, order)),
    announceLane: asActivity((order) => announceLane(parts, order)),
    recordedHold: asActivity((order) => recordedHold(parts, order)),
    planRollback: asActivity((input) => planRollback(parts, input)),
    endPromotions: asActivity((order) => endPromotions(parts, order)),
    endPromotion: asActivity((order) => endPromotion(parts, order)),
    awaitWithdrawn: asActivity((ref) => awaitWithdrawn(parts, ref)),
    awaitRollback: asActivity((ref) => awaitRollback(parts, ref)),
    reachedBy: asActivity((ref) => reachedBy(parts, ref)),
  };
}

function caller(): Caller {
  const { workflowExecution, attempt } = Context.current().info;
  return { workflowId: workflowExecution?.workflowId ?? '', attempt };
}
