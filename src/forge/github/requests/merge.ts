import type { Sha } from '../../../git/repository.ts';
import type { MergeResult } from '../../port.ts';
import type { GitHubAnswer, GitHubClient } from '../client.ts';
import { type GitHubPullRequest, mergedSchema } from '../schemas.ts';
import { enqueue } from './merge-queue.ts';
import { getPullRequest } from './pull-request.ts';

/** The ways to merge, in order of preference: a repository may forbid some of them. */
const METHODS = ['merge', 'squash', 'rebase'] as const;
type Method = (typeof METHODS)[number];

/** Matches "Squash merges are not allowed on this repository.", "This branch must not contain merge commits." */
const METHOD_FORBIDDEN = /(merge commits|squash merges|rebase merges) are not allowed|must not contain merge commits/i;
const WANTS_QUEUE = /merge queue/i;
/** Matches what waiting does not mend: this account may not merge, whoever reviews. */
const PERMANENT = /not allowed|not authorized|not permitted|cannot update this protected/i;

/** A request, and the head that alone may be merged. */
export interface PinnedRequest {
  readonly number: number;
  readonly head: Sha;
}

/**
 * Merges as `Forge.merge` promises. Tries at once, whatever GitHub says about the request's state: the account may be allowed
 * to pass its rules, and a state read before would be old by then.
 */
export async function mergePullRequest(client: GitHubClient, wanted: PinnedRequest): Promise<MergeResult> {
  const forbidden: string[] = [];
  for (const method of METHODS) {
    const answer = await tryMerge(client, wanted, method);
    if (answer.kind === 'ok') return { kind: 'merged', commit: answer.data.sha };
    if (!METHOD_FORBIDDEN.test(answer.message)) return explainRefusal(client, wanted, answer.message);
    forbidden.push(answer.message);
  }
  return { kind: 'refused', reason: `${forbidden.join('; ')}.` };
}

function tryMerge(
  client: GitHubClient,
  { number, head }: PinnedRequest,
  merge_method: Method,
): Promise<GitHubAnswer<{ readonly sha: Sha }>> {
  return client.askExpecting([405, 409], {
    doing: `merge pull request #${number}`,
    request: (octokit, repository) =>
      octokit.rest.pulls.merge({ ...repository, pull_number: number, sha: head, merge_method }),
    answer: mergedSchema,
  });
}

/** Says what a refusal means: GitHub gives one of two statuses and a sentence; the request itself tells the rest. */
async function explainRefusal(
  client: GitHubClient,
  { number, head }: PinnedRequest,
  message: string,
): Promise<MergeResult> {
  const found = await getPullRequest(client, number);
  const isOurs = found.head.sha === head;
  if (found.merged_at !== null) {
    if (!isOurs) return { kind: 'head moved' };
    const commit = found.merge_commit_sha;
    return commit === null
      ? { kind: 'not yet', awaiting: 'GitHub names the merge commit' }
      : { kind: 'merged', commit };
  }
  if (found.state === 'closed') return { kind: 'refused', reason: `Pull request #${number} is closed.` };
  if (!isOurs) return { kind: 'head moved' };
  if (WANTS_QUEUE.test(message)) return { kind: 'not yet', awaiting: await enqueue(client, found) };
  if (PERMANENT.test(message)) return { kind: 'refused', reason: `${message}.` };
  return whatIsAwaited(found, message);
}

function whatIsAwaited(found: GitHubPullRequest, message: string): MergeResult {
  if (found.mergeable === false) return { kind: 'conflict' };
  if (found.draft === true) return { kind: 'not yet', awaiting: 'the request is a draft: mark it ready for review' };
  // GitHub also says "not mergeable" of what it has not computed yet.
  if (found.mergeable !== true) return { kind: 'not yet', awaiting: 'GitHub computes whether it can be merged' };
  return { kind: 'not yet', awaiting: message };
}
