import type { Sha } from '../../../git/repository.ts';
import { remedies, sentence } from '../../../text/remedies.ts';
import { sameAsBefore } from '../../memory/same-as-before.ts';
import type { MergeResult } from '../../port.ts';
import type { GitHubAnswer, GitHubClient } from '../client.ts';
import { type GitHubPullRequest, mergedSchema } from '../schemas.ts';
import { enterQueue } from './merge-queue.ts';
import { getPullRequest, stateOf } from './pull-request.ts';

/** The ways to merge, in order of preference: a repository may forbid some of them. */
const METHODS = ['merge', 'squash', 'rebase'] as const;
type Method = (typeof METHODS)[number];

/** Matches "Squash merges are not allowed on this repository.", "This branch must not contain merge commits." */
const METHOD_FORBIDDEN = /(merge commits|squash merges|rebase merges) are not allowed|must not contain merge commits/i;
/** Matches the rule that only signed commits satisfy. */
const WANTS_SIGNATURE = /verified signatures/i;
const WANTS_QUEUE = /merge queue/i;
/** Matches what waiting does not mend: this account may not merge, whoever reviews. */
const PERMANENT = /not allowed|not permitted/i;
/** Matches what a rule says that names who may merge. */
const NOT_AMONG_THEM = /not authorized|cannot update this protected/i;

/** A request, the head that alone may be merged, and since when that is wanted. */
export interface PinnedRequest {
  readonly number: number;
  readonly head: Sha;
  readonly since?: string | undefined;
}

/**
 * Merges as `Forge.merge` promises. Tries at once, whatever GitHub says about the request's state: the account may be allowed
 * to pass its rules, and a state read before would be old by then.
 */
export async function mergePullRequest(client: GitHubClient, wanted: PinnedRequest): Promise<MergeResult> {
  const { number, head } = wanted;
  const readState = async () => stateOf(await getPullRequest(client, number, 'merge'));
  const before = await sameAsBefore(requestsOf(client), { number, head, readState });
  if (before !== undefined) return before;
  const forbidden: string[] = [];
  for (const method of METHODS) {
    const answer = await tryMerge(client, wanted, method);
    if (answer.kind === 'ok') {
      requestsOf(client)?.noteMerged(wanted.number);
      return { kind: 'merged', commit: answer.data.sha };
    }
    if (!METHOD_FORBIDDEN.test(answer.message)) return explainRefusal(client, wanted, answer.message);
    forbidden.push(answer.message);
  }
  return {
    kind: 'refused',
    reason: `${forbidden.join('; ')}. ${sentence(remedies.mergeMethods)}`,
  };
}

function requestsOf({ options: { memory, repository } }: GitHubClient) {
  return memory?.requestsOf(repository);
}

function tryMerge(
  client: GitHubClient,
  { number, head }: PinnedRequest,
  merge_method: Method,
): Promise<GitHubAnswer<{ readonly sha: Sha }>> {
  return client.askExpecting([405, 409], {
    doing: `merge pull request #${number}`,
    urgency: 'merge',
    request: (octokit, repository) =>
      octokit.rest.pulls.merge({ ...repository, pull_number: number, sha: head, merge_method }),
    answer: mergedSchema,
  });
}

/** Says what a refusal means: GitHub gives one of two statuses and a sentence; the request itself tells the rest. */
async function explainRefusal(
  client: GitHubClient,
  { number, head, since }: PinnedRequest,
  message: string,
): Promise<MergeResult> {
  const found = await getPullRequest(client, number, 'merge');
  const isOurs = found.head.sha === head;
  if (found.merged_at !== null) {
    if (!isOurs) return { kind: 'head moved' };
    const commit = found.merge_commit_sha;
    return commit === null
      ? { kind: 'not yet', awaiting: 'GitHub names the merge commit', isBrief: true }
      : { kind: 'merged', commit };
  }
  if (found.state === 'closed') return { kind: 'refused', reason: `Pull request #${number} is closed.` };
  if (!isOurs) return { kind: 'head moved' };
  if (WANTS_QUEUE.test(message)) return enterQueue(client, found, since);
  if (WANTS_SIGNATURE.test(message))
    return {
      kind: 'refused',
      reason: `${message.replace(/\.$/, '')}. Name a key in \`signing\` of this forge in the worker's settings, or the App's bot in \`app.commitsAs\`, then retry.`,
    };
  if (NOT_AMONG_THEM.test(message)) return { kind: 'refused', reason: `${message}. ${sentence(remedies.mayMerge)}` };
  if (PERMANENT.test(message)) return { kind: 'refused', reason: `${message}.` };
  const result = whatIsAwaited(found, message);
  const isStable = result.kind === 'not yet' && found.mergeable_state === 'blocked';
  requestsOf(client)?.noteRefusal(number, isStable ? { state: stateOf(found), result } : undefined);
  return result;
}

function whatIsAwaited(found: GitHubPullRequest, message: string): MergeResult {
  if (found.mergeable === false) return { kind: 'conflict' };
  if (found.draft === true) return { kind: 'not yet', awaiting: 'the request is a draft: mark it ready for review' };
  // GitHub also says "not mergeable" of what it has not computed yet.
  if (found.mergeable !== true)
    return { kind: 'not yet', awaiting: 'GitHub computes whether it can be merged', isBrief: true };
  return { kind: 'not yet', awaiting: message, byRules: true };
}
