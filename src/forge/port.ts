import type { Sha } from '../git/repository.ts';

export interface PullRequest {
  readonly number: number;
  /** For people. */
  readonly url: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly head: { readonly branch: string; readonly sha: Sha };
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  /** Set only when merged. */
  readonly mergeCommit?: Sha;
  /** Who opened it, where the forge says so. */
  readonly author?: string;
  /** Who merged or closed it, where the forge says so. */
  readonly endedBy?: string;
}

export interface PullRequestDraft {
  readonly head: { readonly branch: string; readonly sha: Sha };
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly label: string;
  /** Tells whether a merge is still in the base: a branch may have been moved back behind it. */
  readonly isInBase: (merge: Sha) => Promise<boolean>;
}

/** "Not mergeable yet" is an answer, not an error. */
export type MergeResult =
  | { readonly kind: 'merged'; readonly commit: Sha }
  /** Checks, reviews, conflicts being computed, a queue: try again later. `awaiting` says what, for people. */
  | { readonly kind: 'not yet'; readonly awaiting: string }
  /** The head is not the expected one any more. */
  | { readonly kind: 'head moved' }
  /** The branches conflict: render again. */
  | { readonly kind: 'conflict' }
  /** The forge will never let this account merge it; a person must. `reason` is a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Pull requests of one repository. Errors are `Failure`s: `type` tells a caller what to do
 * (`Unauthorized`, `NotFound`, `Refused`, `Unavailable` with `retryAfterMs` where a rate is limited),
 * the message says which call on which repository failed, with the forge's own words.
 */
export interface Forge {
  /**
   * Opens the request, or adopts the open one with this head and base, or the merged one with exactly
   * this head commit whose merge is still in the base. A closed one is never adopted. Title, body and label are brought up to date on adoption.
   */
  openPullRequest(draft: PullRequestDraft): Promise<PullRequest>;
  pullRequest(number: number): Promise<PullRequest>;
  /** The open request from this branch of the repository to that one; undefined: none is open. */
  findOpen(head: string, base: string): Promise<PullRequest | undefined>;
  /** All open requests to this base branch, from branches of this repository, oldest first. */
  openRequests(base: string): Promise<readonly PullRequest[]>;
  updatePullRequest(number: number, change: { readonly title: string; readonly body: string }): Promise<void>;
  /** Labels a merged request and takes these other labels off. One that is not merged keeps its labels. */
  relabel(number: number, label: string, instead: readonly string[]): Promise<void>;
  /** Merges only while the head is `head`. */
  merge(number: number, head: Sha): Promise<MergeResult>;
  /** Takes it out of a merge queue, into which `merge` has put it; changes nothing where it is in none. */
  leaveQueue(number: number): Promise<void>;
  /** Comments, then closes; closing a closed request changes nothing, commenting is not repeated. */
  close(number: number, comment: string): Promise<void>;
}

export interface Forges {
  /** Throws `Failure` `InvalidConfig`, naming the host and the setting, where no forge is configured for it. */
  for(repositoryUrl: string): Forge;
  /** Link for people to a commit, where the forge's kind has one. */
  commitUrl(repositoryUrl: string, sha: Sha): string | undefined;
}
