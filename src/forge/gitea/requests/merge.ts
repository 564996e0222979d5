import { sleepFor } from '../../../async/until-aborted.ts';
import type { Sha } from '../../../git/repository.ts';
import { remedies, sentence } from '../../../text/remedies.ts';
import { sameAsBefore } from '../../memory/same-as-before.ts';
import type { MergeResult } from '../../port.ts';
import { type GiteaAnswer, type GiteaClient, pathOf, timeOf } from '../client.ts';
import { anythingSchema, conflictSchema, type GiteaPullRequest } from '../schemas.ts';
import { draftMark } from '../text.ts';
import { getDatedRequest, getPullRequest, ownHead, stateOf } from './pull-request.ts';

/** The ways to merge, in order of preference: a repository may forbid some of them. */
const methods = ['merge', 'squash', 'rebase', 'rebase-merge', 'fast-forward-only'] as const;
type Method = (typeof methods)[number];

/** Matches "squash is not allowed an allowed merge style for this repository". Older versions do not know every method (422). */
const methodForbidden = /not (allowed )?an allowed merge style|is not allowed an/i;
/** Matches what a request answers whose mergeability is computed, and one that conflicts, alike. */
const computing = /try again later/i;
/** Matches what a branch says that names who may merge. */
const notAmongThem = /not allowed to merge/i;
/** Matches what else waiting does not mend: nobody can by the API. */
const permanent = /PushRejected|protected files|requires signed commits/i;
/** Matches that the forge has no key for the commit that a method makes; a fast-forward makes none. */
const cannotSign = /won'?t sign/i;
const cannotSignRemedy =
  'The branch wants signed commits, and the forge has no key to sign a merge: give it one, or allow fast-forward for the repository';
/** Matches that the rendered commit itself is not signed, or not by a key that is known. */
const unverified = /head commits are verified/i;
const unverifiedRemedy =
  "Name a key in `signing` of this forge in the worker's settings, and verify it on its account, then retry";
/** Matches what rules of the branch ask for, and what people or checks give. */
const byRules = /not ready to merge|approvals|status checks|requested changes|review requests|behind the base/i;
/** Matches what people alone give, who date the request anew with it. A status dates nothing. */
const byPeople = /approvals|requested changes|review requests/i;
/** What was changed so many milliseconds ago will have another date when it is changed again, whatever clock a proxy has. */
const settledMs = 10_000;
/** The waits between two tries while the forge computes whether the branches conflict: some milliseconds, mostly. */
const computingMs = [100, 200, 400, 800, 1_600];

type Refused = Extract<GiteaAnswer<unknown>, { kind: 'refused' }>;

/** A request, and the head that alone may be merged. */
interface Wanted {
  readonly number: number;
  readonly head: Sha;
}

/**
 * Merges as `Forge.merge` promises. Tries at once, whatever the forge says about the request's state: a state read before would be
 * old by then.
 */
export async function mergePullRequest(client: GiteaClient, wanted: Wanted): Promise<MergeResult> {
  const { number, head } = wanted;
  const readState = async () => stateOf(await getPullRequest(client, number, 'merge'));
  const before = await sameAsBefore(requestsOf(client), { number, head, readState });
  if (before !== undefined) return before;
  const forbidden: string[] = [];
  let unsigned: Refused | undefined;
  for (const method of methods) {
    const answer = await tryMerge(client, wanted, method);
    if (answer.kind === 'ok') return mergedResult(await getPullRequest(client, number, 'merge'));
    if (cannotSign.test(answer.message)) unsigned = answer;
    else if (!isForbidden(answer)) return explainRefusal(client, wanted, answer);
    else forbidden.push(method);
  }
  if (unsigned) return explainRefusal(client, wanted, unsigned);
  const names = forbidden.join(', ');
  return {
    kind: 'refused',
    reason: `The repository allows no way to merge that Fairlead knows (${names}). ${sentence(remedies.mergeMethods)}`,
  };
}

/** Tries until the forge has computed whether the branches conflict. */
async function tryMerge(client: GiteaClient, wanted: Wanted, method: Method): Promise<GiteaAnswer<unknown>> {
  for (const ms of computingMs) {
    const answer = await askToMerge(client, wanted, method);
    if (answer.kind === 'ok' || !computing.test(answer.message)) return answer;
    await sleepFor(ms, client.options.signal);
  }
  return askToMerge(client, wanted, method);
}

function askToMerge(client: GiteaClient, { number, head }: Wanted, method: Method): Promise<GiteaAnswer<unknown>> {
  // 404: it is closed; 422: a method that this version does not know; 500: among others, its branch was deleted just now.
  return client.askExpecting([404, 405, 409, 422, 500], {
    doing: `merge pull request #${number}`,
    urgency: 'merge',
    method: 'POST',
    path: `${pathOf('pulls', number)}/merge`,
    body: { Do: method, head_commit_id: head },
    answer: anythingSchema,
  });
}

/** Dates are of whole seconds: what somebody does just after the answer may leave the same one. */
function isSettled({ updated_at }: GiteaPullRequest, now: number | undefined): boolean {
  const changedAt = timeOf(updated_at);
  return changedAt !== undefined && now !== undefined && now - changedAt > settledMs;
}

function requestsOf({ options: { memory, repository } }: GiteaClient) {
  return memory?.requestsOf(repository);
}

function isForbidden({ status, message }: Refused): boolean {
  return status === 422 || (status === 405 && methodForbidden.test(message));
}

/** Says what a refusal means: a status and a sentence tell a part of it; the request itself tells the rest. */
async function explainRefusal(client: GiteaClient, { number, head }: Wanted, refused: Refused): Promise<MergeResult> {
  const { found, date } = await getDatedRequest(client, number, 'merge');
  if (found.merged) return (await ownHead(client, found)) === head ? mergedResult(found) : { kind: 'head moved' };
  if (found.state === 'closed') return { kind: 'refused', reason: `Pull request #${number} is closed.` };
  if (found.head.sha !== head) return { kind: 'head moved' };
  const mark = draftMark(found).trim();
  if (found.draft) return notYet(`the request is a draft: take ${mark || 'its mark'} out of the title`);
  if (refused.status === 500) throw refused.failure;
  if (refused.status === 409 && conflictSchema.safeParse(refused.data).success) return { kind: 'conflict' };
  if (cannotSign.test(refused.message)) return { kind: 'refused', reason: `${refused.message}. ${cannotSignRemedy}.` };
  if (unverified.test(refused.message)) return { kind: 'refused', reason: `${refused.message}. ${unverifiedRemedy}.` };
  if (notAmongThem.test(refused.message))
    return { kind: 'refused', reason: `${refused.message}. ${sentence(remedies.mayMerge)}` };
  if (permanent.test(refused.message)) return { kind: 'refused', reason: `${refused.message}.` };
  if (byRules.test(refused.message)) {
    const result: MergeResult = { ...notYet(refused.message), byRules: true };
    const isStable = byPeople.test(refused.message) && isSettled(found, date);
    requestsOf(client)?.noteRefusal(number, isStable ? { state: stateOf(found), result } : undefined);
    return result;
  }
  if (!computing.test(refused.message)) return notYet(refused.message);
  // Where the base has not moved, nothing can conflict.
  if (found.merge_base !== found.base.sha) return { kind: 'conflict' };
  return { ...notYet('the forge computes whether it can be merged'), isBrief: true };
}

function mergedResult({ merged, merge_commit_sha: commit }: GiteaPullRequest): MergeResult {
  if (merged && commit) return { kind: 'merged', commit };
  return { ...notYet('the forge names the merge commit'), isBrief: true };
}

function notYet(awaiting: string): Extract<MergeResult, { kind: 'not yet' }> {
  return { kind: 'not yet', awaiting };
}
