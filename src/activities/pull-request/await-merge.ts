import type { ApplicationFailure } from '@temporalio/common';
import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { MergeResult, PullRequestEntry } from '../../forge/port.ts';
import type { GitRepository } from '../../git/repository.ts';
import { deployedWith } from '../../gitops/deployed-now.ts';
import { foreignAuthor } from '../../gitops/foreign-author.ts';
import { type GitopsHeads, gitopsHeads } from '../../gitops/gitops-branch.ts';
import { revertByHand } from '../../gitops/revert-by-hand.ts';
import type { Revert } from '../../lane/types.ts';
import { claimedHold, holdWords } from '../../operation/hold.ts';
import { checkWritten } from '../../platform/repository/allowed-repositories.ts';
import { recordName } from '../../record/entry.ts';
import { seenReverts } from '../../record/queries.ts';
import { shortSha } from '../../short-names.ts';
import type { EndingDependencies } from '../ending-dependencies.ts';
import { holdNow } from '../lane/hold-now.ts';
import { type MergeReports, mergeReports } from '../report/request.ts';
import { memoryParts, type StepAttempt } from '../step-attempt.ts';
import { stillWaiting } from '../still-waiting.ts';
import type { MergeOrder, MergeOutcome } from './contract.ts';
import { mergedBy } from './merged-by.ts';
import { differenceFrom } from './proof-of-merge.ts';
import { deployedMoved } from './staleness.ts';
import { type LookAttempt, lackingWords, watchedWords } from './waiting/ask-conditions.ts';
import { checkJustBeforeMerge, lookAtRequest } from './waiting/look-at-request.ts';
import { pacedByForge } from './waiting/unchanged-request.ts';

/**
 * Looks at a request and, where the order allows it, merges it. Fails benignly until the request is merged, closed,
 * stale or cannot go on. These hold here:
 *
 * - The forge alone says what has happened to a request; a nudge only makes this look sooner.
 * - Fairlead merges only the very commit that was rendered, on the branch and the record that it was rendered on.
 * - A merge, by whomever, is proved by content before it counts.
 * - No promotion is merged by itself over a revert by hand that the lane has not answered.
 * - Nothing is merged by itself while the environment is held: whatever the operation has heard, the lane is asked.
 * - A look may be cancelled; a merge that has begun is seen to its end, and its answer counts.
 */
export async function awaitMerge(
  given: Dependencies & Partial<Pick<EndingDependencies, 'toTheEnd'>>,
  order: MergeOrder,
  step: LookAttempt & Partial<Pick<StepAttempt, 'attempt'>>,
): Promise<MergeOutcome> {
  checkWritten(order, given.allowed);
  const dependencies = pacedByForge(given, order);
  const repository = dependencies.repositories.open(order.gitops.repository);
  const forge = dependencies.forges.for(order.gitops.repository);
  const { base, notes, request } = await lookAtRequest(dependencies, order, step.attempt);
  const ended = await requestEnd(repository, order, request);
  if (ended) return markOvertaken(ended, () => deployedMoved(dependencies, order, notes));
  if (request.base !== order.gitops.branch) return { kind: 'retargeted', base: request.base };
  if (base !== order.base) return { kind: 'stale' };
  if (await deployedMoved(dependencies, order, notes)) return { kind: 'stale' };
  if (request.head.sha !== order.commit) return await judgeOtherHead(dependencies, repository, order);
  if (!order.merge && order.mayBeQueued && forge.capabilities.mergeQueue) await forge.leaveQueue(order.number);
  const memoryOf = memoryParts(step);
  const attempt = { now: step.now, askMs: dependencies.intervals.askMs, ...memoryOf('conditions') };
  const reports = mergeReports(dependencies, { order, url: request.url }, memoryOf('reports'));
  if (!order.merge) {
    await reports.tell(order.blocked);
    throw await stillWatching(dependencies, order, { request, attempt });
  }
  const revert = await unansweredRevert(dependencies, order, { base, notes });
  if (revert) return { kind: 'reverted', revert };
  const hold = await holdNow(dependencies, { ...order, noted: { head: notes } }, step);
  if (hold) {
    const reason = `${order.environment} is held by ${holdWords(claimedHold(hold))}`;
    await reports.tell(reason);
    throw notMerged(dependencies, order, { request, reason });
  }
  await checkJustBeforeMerge(dependencies, order);
  await reports.tellBeforeMerge();
  return await mergeRequest(dependencies.toTheEnd ?? dependencies, order, { request, attempt, reports });
}

/** A request as it was read, and the attempt that has read it. */
interface Look {
  readonly request: PullRequestEntry;
  readonly attempt: LookAttempt;
}

/** Makes the failure of a look at a request that a person is to merge or to approve; says what it lacks on the forge. */
async function stillWatching(
  { forges, intervals }: Dependencies,
  { gitops, number, awaited }: MergeOrder,
  { request, attempt }: Look,
): Promise<ApplicationFailure> {
  const reason = await watchedWords(forges.for(gitops.repository), number, attempt);
  const more = reason === '' ? '' : `; ${reason}`;
  const news = reason === '' ? undefined : { reason, known: awaited };
  return stillWaiting(`${request.url} is open: waiting for a person${more}`, intervals.mergePollMs, news);
}

/** Makes the failure of a look after which a request that is to be merged is not; `isBrief`: seconds mostly mend it. */
function notMerged(
  { intervals }: Dependencies,
  { awaited }: MergeOrder,
  { request, ...news }: { readonly request: PullRequestEntry; readonly reason: string; readonly isBrief?: boolean },
): ApplicationFailure {
  return stillWaiting(`${request.url} is not merged: ${news.reason}`, intervals.mergePollMs, {
    ...news,
    known: awaited,
  });
}

/**
 * Finds a revert by hand that the lane has not answered yet: a newer commit contains the fault for which somebody took
 * the environment back. The lane observes only now and then, so that each merge looks for itself.
 */
async function unansweredRevert(
  dependencies: Dependencies,
  order: MergeOrder,
  heads: Pick<GitopsHeads, 'base' | 'notes'>,
): Promise<Revert | undefined> {
  if (order.operation !== 'promotion') return undefined;
  const now = await deployedWith(dependencies, order, heads);
  const seen = [...order.answeredReverts, ...seenReverts(now.entries)];
  return revertByHand(dependencies, order, { now, seenReverts: seen });
}

/**
 * Marks a merge as `overtaken` where what is deployed had moved by the record. A record moves no branch, so that the
 * forge lets a person merge a request that has gone stale by it.
 */
async function markOvertaken(ended: MergeOutcome, hasMoved: () => Promise<boolean>): Promise<MergeOutcome> {
  if (ended.kind !== 'merged' || !(await hasMoved())) return ended;
  return { ...ended, overtaken: true };
}

/** Proves our own merge, and marks it as `overtaken` where the record has moved while it was under way. */
async function proveOwnMerge(dependencies: Dependencies, order: MergeOrder, commit: string): Promise<MergeOutcome> {
  const repository = dependencies.repositories.open(order.gitops.repository);
  const record = recordName(order.gitops.branch);
  const { base, notes } = await gitopsHeads(repository, order.gitops, { notes: record, isFetched: true });
  const merged = await proveMerge(repository, order, { commit, base });
  return markOvertaken(merged, () => deployedMoved(dependencies, order, notes));
}

/** Answers how the request ended on the forge; undefined while it is open. */
async function requestEnd(
  repository: GitRepository,
  order: MergeOrder,
  request: PullRequestEntry,
): Promise<MergeOutcome | undefined> {
  if (request.state === 'closed') return { kind: 'closed', by: request.endedBy };
  if (request.state === 'open' || request.mergeCommit === undefined) return undefined;
  if (request.base !== order.gitops.branch)
    return { kind: 'merged otherwise', commit: request.mergeCommit, difference: `it was merged into ${request.base}` };
  const mayBeOurs = order.merge || order.mayBeQueued === true;
  const { base } = await gitopsHeads(repository, order.gitops, {});
  return proveMerge(repository, order, { commit: request.mergeCommit, base, ...mergedBy(request, mayBeOurs) });
}

/**
 * Proves a merge by content, because squash and rebase keep no ancestry to our commit, and by its place: what is not on the
 * environment's branch was merged elsewhere, or not at all, whatever the forge says. Throws `Failure` Unavailable there. `base`: the
 * head of that branch, read after the merge.
 */
async function proveMerge(
  repository: GitRepository,
  order: MergeOrder,
  { base, ...merge }: { readonly commit: string; readonly base: string; readonly by?: string },
): Promise<MergeOutcome> {
  if (!(await repository.ensureCommit(merge.commit)) || !(await repository.isAncestor(merge.commit, base)))
    throw new Failure(
      'Unavailable',
      `The forge says that request #${order.number} was merged as ${shortSha(merge.commit)}, which is not on ${order.gitops.branch} of ${repository.url}. Fairlead looks again; if it stays, somebody has rewritten that branch: put the commit back, or abort.`,
    );
  const difference = await differenceFrom(repository, order.commit, merge.commit);
  return difference === undefined ? { kind: 'merged', ...merge } : { kind: 'merged otherwise', ...merge, difference };
}

/**
 * Says what another head of our branch than the rendered commit means. Only the very commit that was rendered is
 * merged: the merge of an *Update branch* may contain more than it says, and is rendered over, as a rebase by the forge is.
 */
async function judgeOtherHead(
  { intervals }: Dependencies,
  repository: GitRepository,
  { gitops, branch, commit }: MergeOrder,
): Promise<MergeOutcome> {
  // Both branches are read again: an *Update branch* merges a head that may not have been there before.
  const { base, branches } = await gitopsHeads(repository, gitops, { branches: [branch] });
  const present = branches.get(branch);
  if (present === undefined || present === commit)
    throw stillWaiting(`the forge does not show yet what became of ${branch}`, intervals.mergePollMs);
  const by = await foreignAuthor(repository, present, { base, pushed: commit });
  return by === undefined ? { kind: 'stale' } : { kind: 'foreign push', branch, by };
}

async function mergeRequest(
  dependencies: Dependencies,
  order: MergeOrder,
  { request, attempt, reports }: Look & { readonly reports: MergeReports },
): Promise<MergeOutcome> {
  const { gitops, number, commit, wantedSince } = order;
  const forge = dependencies.forges.for(gitops.repository);
  if (!forge.capabilities.expectedHead) return { kind: 'refused', reason: noExpectedHead };
  const result: MergeResult = await forge.merge(number, commit, wantedSince);
  switch (result.kind) {
    case 'merged':
      return proveOwnMerge(dependencies, order, result.commit);
    case 'refused': {
      // Somebody may have closed it in that moment.
      const repository = dependencies.repositories.open(gitops.repository);
      const ended = await requestEnd(repository, order, await forge.pullRequest(number));
      return ended ?? { kind: 'refused', reason: result.reason };
    }
    case 'not yet': {
      const { awaiting: words, byRules, isBrief } = result;
      const reason = byRules ? await lackingWords(forge, number, { words, attempt }) : words;
      await reports.tellAfterRefusal(isBrief ? undefined : reason);
      throw notMerged(dependencies, order, { request, reason, isBrief: isBrief === true });
    }
    case 'head moved':
    case 'conflict': {
      const reason = `it cannot be merged as it is (${result.kind}): looking again`;
      throw notMerged(dependencies, order, { request, reason, isBrief: true });
    }
  }
}

const noExpectedHead =
  "This forge cannot tie a merge to the commit that was rendered, so that somebody's push could be merged with it. Merge it by hand, and write `merge: manual` into the environment's fairlead.yaml.";
