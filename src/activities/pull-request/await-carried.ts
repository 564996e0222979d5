import type { Dependencies } from '../../dependencies.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { deployedAt } from '../../gitops/deployed.ts';
import { provenanceAt } from '../../gitops/gitops-branch.ts';
import { readRecord } from '../../gitops/record/read-record.ts';
import { sameRevision } from '../../gitops/same-render.ts';
import { type RerenderMessage, rerenderSignal } from '../../operation/messages.ts';
import type { Revision } from '../../operation/status.ts';
import { shortSha } from '../../short-names.ts';
import { stillWaiting } from '../still-waiting.ts';
import { closeRequest } from './close-request.ts';
import type { CarryOrder, CarryOutcome } from './contract.ts';
import { type OwnRequest, readOwnRequests } from './open-requests.ts';

/** The workflow that waits, and which attempt of the step this is, from 1. */
export interface Caller {
  readonly workflowId: string;
  readonly attempt: number;
}

/**
 * Waits until every open request of ours to the environment's branch was rendered with the pair that is about to be
 * recorded, or with a newer one: a later merge must not take the record back. Tells the owners of the others to render
 * again, and closes a request whose owner does not run any more. Fails benignly until then, or until it waits for
 * something else than before.
 */
export async function awaitCarried(
  dependencies: Dependencies,
  order: CarryOrder,
  caller: Caller,
): Promise<CarryOutcome> {
  const found = await readOwnRequests(dependencies, order);
  if (found.base !== order.base) return { kind: 'stale' };
  const missing: string[] = [];
  for (const request of found.requests) {
    if (await carriesPair(dependencies, order, request)) continue;
    missing.push(await renewRequest(dependencies, { order, caller }, request));
  }
  if (missing.length === 0)
    return (await isDeployedStill(dependencies, order)) ? { kind: 'carried' } : { kind: 'stale' };
  const reason = missing.join(' ');
  if (reason !== order.waitingFor) return { kind: 'waiting', reason };
  throw stillWaiting(reason, dependencies.intervals.mergePollMs);
}

/** Tells whether the same pair is still deployed, or this one: with another, this one was rendered for nothing. */
async function isDeployedStill(dependencies: Dependencies, order: CarryOrder): Promise<boolean> {
  const record = await readRecord(dependencies, order);
  const deployed = await deployedAt(dependencies, order, { head: order.base, record });
  const known = [order.over, order.revision];
  return deployed !== undefined && known.some((revision) => sameRevision(revision, deployed.revision));
}

/** Tells whether a merge of this request would keep the pair that is about to be recorded. */
async function carriesPair({ repositories }: Dependencies, order: CarryOrder, request: OwnRequest): Promise<boolean> {
  const source = repositories.open(order.source);
  const { revision, over } = order;
  const carried = (await provenanceAt(repositories.open(order.gitops.repository), request.head))?.revision;
  if (!carried) return false;
  if (!(await isAtOrBehind(source, revision.config, carried.config)))
    // A rollback to a recorded pair takes config back on purpose.
    return request.operation === 'rollback' && carried.config !== over.config && (await isConfigBehind(carried, over));
  switch (request.operation) {
    case 'promotion':
      return isAtOrBehind(source, revision.main, carried.main);
    case 'config change':
      return carried.main === revision.main;
    case 'rollback':
      return true;
  }

  function isConfigBehind(one: Revision, other: Revision): Promise<boolean> {
    return isAtOrBehind(source, one.config, other.config);
  }
}

/** Has a request rendered again, or closes it; answers what is awaited, in a sentence for people. */
async function renewRequest(
  dependencies: Dependencies,
  { order, caller }: { readonly order: CarryOrder; readonly caller: Caller },
  request: OwnRequest,
): Promise<string> {
  const { url, branch, foreign, workflowId } = request;
  const pair = `main ${shortSha(order.revision.main)} with config ${shortSha(order.revision.config)}`;
  if (foreign !== undefined)
    return `${foreign} pushed to ${branch}, which is ours, so that it cannot be rendered again with ${pair}: merge or close ${url}.`;
  if (
    workflowId !== caller.workflowId &&
    (await remindOwner(dependencies, order, { workflowId, attempt: caller.attempt }))
  )
    return `${url} does not carry ${pair} yet: ${workflowId} renders it again.`;
  const comment = `Closed by Fairlead: ${workflowId}, which opened this, does not run any more, and ${pair} is deployed without it.`;
  await closeRequest(dependencies, {
    source: order.source,
    environment: order.environment,
    gitops: order.gitops,
    number: request.number,
    branch,
    commit: request.head,
    comment,
  });
  return `${url} did not carry ${pair} and is closed.`;
}

/**
 * Tells the owner to render again, less and less often, because each signal grows the owner's history; false where the
 * owner does not run.
 */
async function remindOwner(
  dependencies: Dependencies,
  order: CarryOrder,
  { workflowId, attempt }: Caller,
): Promise<boolean> {
  const isPowerOfTwo = (attempt & (attempt - 1)) === 0;
  if (!isPowerOfTwo) return dependencies.workflows.isRunning(workflowId);
  const { environment, revision, over } = order;
  const message: RerenderMessage = { environment, ...revision, over: over.main };
  return dependencies.workflows.signal(workflowId, rerenderSignal, message);
}
