import { Context } from '@temporalio/activity';
import { awaitCarried, type Caller } from './await-carried.ts';
import { awaitMerge } from './await-merge.ts';
import { awaitRollback } from './await-rollback.ts';
import { awaitRollout } from './await-rollout.ts';
import { callVisitors } from './call-visitors.ts';
import { clearRequests } from './clear-requests.ts';
import { closePullRequest } from './close-pull-request.ts';
import type { Activities } from './contract.ts';
import { awaitWithdrawn, endPromotion, endPromotions } from './end-promotions.ts';
import { openPullRequest } from './open-pull-request.ts';
import type { Parts } from './parts.ts';
import { planRollback } from './plan-rollback.ts';
import { reachedBy } from './reached-by.ts';
import { readConfig } from './read-config.ts';
import { readEnvironment } from './read-environment.ts';
import { readPlatform } from './read-platform.ts';
import { record } from './record.ts';
import { recordedHold } from './recorded-hold.ts';
import { renderEnvironment } from './render-environment.ts';
import { requestReconciliation } from './request-reconciliation.ts';
import { surveyLane } from './survey-lane.ts';
import { tellLane } from './tell-lane.ts';
import { asActivity } from './wrap.ts';

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
    surveyLane: asActivity((order) => surveyLane(parts, order)),
    callVisitors: asActivity((order) => callVisitors(parts, order)),
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
