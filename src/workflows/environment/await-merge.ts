import type { MergeOutcome } from '../../activities/pull-request/contract.ts';
import type { Revert } from '../../lane/types.ts';
import { asGiven } from '../../operation/claim.ts';
import { isApproved, removalWords } from '../../operation/guard/removals.ts';
import { afterHoldWords, claimedHold, holdWords } from '../../operation/hold.ts';
import type { RequestStatus } from '../../operation/status.ts';
import type { WaitingStep } from '../../operation/trouble/step-trouble.ts';
import { shortSha } from '../../short-names.ts';
import { admissionWords } from '../lane/client/admission-words.ts';
import { blockedBy } from '../lane/client/blocked.ts';
import type { RequestProgress } from '../memory/progress.ts';
import { inQueue, step } from '../temporal/step.ts';
import { answerUnlessWoken } from '../temporal/waiting.ts';
import type { EnvironmentRun } from './environment-run.ts';
import { type Changed, proposalOf } from './open-request.ts';
import type { Attempt } from './order.ts';
import {
  type AttemptEnd,
  attention,
  type DeployedCommit,
  foreignPush,
  type RenderAgain,
  renderAgain,
} from './results.ts';

const requestEnds: readonly MergeOutcome['kind'][] = ['merged', 'merged otherwise', 'closed'];

/** Waits, by the environment's policy, until the request is merged or cannot be; `kept`: it has waited before. */
export async function awaitMerge(
  attempt: Attempt,
  rendered: Changed,
  kept?: RequestProgress,
): Promise<DeployedCommit | RenderAgain | AttemptEnd> {
  const { run, policy } = attempt;
  let wantedSince = kept?.wantedSince;
  let waiting: WaitingStep | undefined;
  // What was told before it was handed on is not known any more.
  let wasBlocked = kept !== undefined;
  for (let mayBeQueued = kept?.mayBeQueued ?? false; ; ) {
    const { request } = run.status;
    if (!request) throw new TypeError('a merge is awaited without a request');
    if (run.control.isStale) return renderAgain;
    const refused = run.lane?.refusal;
    if (refused !== undefined) return attention(refused);
    const merge = mayMerge(attempt, request);
    if (merge !== (wantedSince !== undefined)) waiting = undefined;
    wantedSince = merge ? (wantedSince ?? new Date().toISOString()) : undefined;
    showAwaited(run, request, { merge, waiting });
    const { operation } = attempt.order;
    const blocked = blockedBy(run, { ...request, operation, isApproved: isApproved(run.status) });
    const order = {
      ...proposalOf(attempt, rendered),
      blocked,
      wasBlocked: wasBlocked || undefined,
      number: request.number,
      entry: run.lane?.id,
      answeredReverts: run.lane?.answeredReverts ?? [],
      merge,
      wantedSince,
      awaited: waiting,
      mayBeQueued: mayBeQueued && !merge ? true : undefined,
    };
    mayBeQueued ||= merge;
    wasBlocked ||= blocked !== undefined;
    run.noteProgress({ kind: 'request', policy, rendered, mayBeQueued, wantedSince });
    const name = `${run.name}: #${request.number} at ${shortSha(rendered.commit)}`;
    const onWaiting = (told: WaitingStep) => {
      waiting = told;
      showAwaited(run, request, { merge, waiting });
    };
    const place = { ...inQueue(run, merge ? 'merges' : undefined), onWaiting };
    const outcome = await answerUnlessWoken(run.control, () => step('awaitMerge', name, place)(order));
    if (!outcome) continue;
    if (outcome.kind === 'reverted') {
      await askLane(run, request, outcome.revert);
      continue;
    }
    if (requestEnds.includes(outcome.kind)) run.endProposal();
    return mergeResult(run, { request, config: rendered.revision.config }, outcome);
  }
}

/**
 * Reports a revert by hand that was found while the request was open: nothing is merged before the lane has answered.
 */
async function askLane(run: EnvironmentRun, request: RequestStatus, revert: Revert): Promise<void> {
  const { by, from, to } = revert;
  run.enter(
    'pull request open',
    `${by} took ${run.name} back from main ${shortSha(from)} to ${shortSha(to)}: its lane is asked whether #${request.number} may be merged`,
  );
  await run.lane?.reportRevert(revert);
}

/**
 * Tells whether Fairlead may merge the request. Asking for a rollback counts as its approval, but for what a config commit
 * removes that comes along; what holds the lane keeps a request from being merged. A merge by a person on the forge is accepted under every policy.
 */
function mayMerge({ run, order }: Attempt, request: RequestStatus): boolean {
  if (request.merge === 'manual') return false;
  if (order.operation === 'rollback') return request.removals === undefined || isApproved(run.status);
  if (run.status.hold || !hasTurn(run)) return false;
  return request.merge === 'auto' || isApproved(run.status);
}

/**
 * Tells whether the run has its turn: a lane that has lost its memory may let another in first, and the turn comes
 * back.
 */
function hasTurn({ lane }: EnvironmentRun): boolean {
  return lane?.admission?.kind === 'granted';
}

/** Whether Fairlead merges, and what its step says that it waits for. */
interface Awaited {
  readonly merge: boolean;
  readonly waiting: WaitingStep | undefined;
}

/** Shows in the status what the request waits for. */
function showAwaited(run: EnvironmentRun, request: RequestStatus, { merge, waiting }: Awaited): void {
  const { hold } = run.status;
  const onForge = waiting ? `. On the forge, since ${waiting.since}: ${waiting.reason}` : '';
  if (merge)
    run.enter(
      'pull request open',
      waiting
        ? `#${request.number} waits since ${waiting.since}: ${waiting.reason}`
        : `#${request.number} is being merged`,
    );
  else if (request.merge === 'manual')
    run.enter(
      'pull request open',
      `a person merges #${request.number} on the forge${request.removals ? `. It removes ${removalWords(request.removals)}` : ''}${onForge}`,
    );
  else if (request.merge === 'approval' && !isApproved(run.status))
    run.enter('awaiting approval', `${approvalWords(run, request)}${onForge}`);
  else if (hold)
    run.enter(
      'pull request open',
      `#${request.number} is not merged while ${run.name} is held by ${asGiven(hold.by)}: ${hold.reason}`,
    );
  else if (run.lane?.admission)
    run.enter(
      'pull request open',
      `#${request.number} is not merged before its turn: ${admissionWords(run.name, run.lane.admission)}`,
    );
}

/** Says how to approve a request; while the environment is held, a plain approval is refused. */
function approvalWords({ name, origin, status: { hold } }: EnvironmentRun, request: RequestStatus): string {
  const { number, head, removals } = request;
  const approve = `fairlead approve ${origin.reference} ${name} --head ${shortSha(head)}${removals ? ' --removals' : ''}`;
  const removes = removals ? `#${number} removes ${removalWords(removals)}. ` : '';
  const look = removals ? 'Look at it' : `look at #${number}`;
  if (!hold) return `${removes}${look}, then: ${approve}`;
  return `${removes}${name} is held by ${holdWords(claimedHold(hold))}. ${afterHoldWords(name, hold)}: ${approve}. In an emergency, at once: ${approve} --override --reason "…"`;
}

type FinalOutcome = Exclude<MergeOutcome, { kind: 'reverted' }>;

function mergeResult(
  run: EnvironmentRun,
  { request, config }: { readonly request: RequestStatus; readonly config: string },
  outcome: FinalOutcome,
): DeployedCommit | RenderAgain | AttemptEnd {
  switch (outcome.kind) {
    case 'merged':
      run.update({ mergeCommit: outcome.commit, mergedBy: outcome.by });
      return {
        kind: 'deployed',
        commit: outcome.commit,
        config,
        isNews: true,
        overtaken: outcome.overtaken,
      };
    case 'stale':
      return renderAgain;
    case 'closed':
      return {
        kind: 'rejected',
        message: `#${request.number} was closed by ${outcome.by ?? 'a person'} without a merge`,
        by: outcome.by,
        byForge: outcome.by === undefined ? undefined : true,
      };
    case 'merged otherwise':
      run.update({ mergeCommit: outcome.commit, mergedBy: outcome.by });
      return attention(
        `#${request.number} was merged as ${shortSha(outcome.commit)}, but that is not what was rendered: ` +
          `${outcome.difference}. Retry to render and propose it again, roll back, or abort.`,
      );
    case 'retargeted':
      return attention(
        `${request.url} goes to ${outcome.base} now, not to ${run.status.gitops?.branch}: it was not merged. Set its base back there, then retry, or abort.`,
      );
    case 'foreign push':
      return foreignPush(outcome.branch, outcome.by);
    case 'refused':
      return attention(
        `the forge refuses to merge ${request.url}: ${outcome.reason} Merge it there, then retry, or abort.`,
      );
  }
}
