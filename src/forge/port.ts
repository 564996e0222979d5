import type { Sha } from '../git/repository.ts';

/** A pull request as the forge has it now. */
export interface PullRequest {
  readonly number: number;
  /** The page that people look at. */
  readonly url: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly head: { readonly branch: string; readonly sha: Sha };
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  /** The commit on the base; undefined where the request is not merged. */
  readonly mergeCommit?: Sha;
  /** Who opened it, where the forge says so. */
  readonly author?: string;
  /** Who merged or closed it, where the forge says so. */
  readonly endedBy?: string;
}

/** A pull request that is wanted. */
export interface PullRequestDraft {
  readonly head: { readonly branch: string; readonly sha: Sha };
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly label: string;
  /** Tells whether a merge is still in the base: a branch may have been moved back behind it. */
  readonly isInBase: (merge: Sha) => Promise<boolean>;
}

/** What became of an attempt to merge. That it is not mergeable yet is an answer, and no error. */
export type MergeResult =
  | { readonly kind: 'merged'; readonly commit: Sha }
  /**
   * Checks, reviews, a queue or conflicts that are still computed: try again later. `awaiting` says for people what is
   * missing.
   */
  | { readonly kind: 'not yet'; readonly awaiting: string }
  /** The head is another than the expected one. */
  | { readonly kind: 'head moved' }
  /** The branches conflict, so that the environment must be rendered again. */
  | { readonly kind: 'conflict' }
  /** The forge will never let this account merge it, so that a person must. `reason` is a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Pull requests of one repository. These hold for every method:
 *
 * - It may run twice: what is done already is found and not done again.
 * - It throws `Failure`: the type tells a caller what to do (`Unauthorized`, `NotFound`, `Refused`, or `Unavailable`
 *   with `retryAfterMs` where a rate is limited), and the message says which call on which repository failed, in the
 *   forge's own words.
 */
export interface Forge {
  /**
   * Opens the request, or adopts the open one with this head and base, or the merged one with exactly this head commit
   * whose merge is still in the base. A closed one is never adopted. Title, body and label are brought up to date on
   * adoption.
   */
  openPullRequest(draft: PullRequestDraft): Promise<PullRequest>;
  pullRequest(number: number): Promise<PullRequest>;
  /** Finds the open request from this branch of the repository to that one; undefined: none is open. */
  findOpen(head: string, base: string): Promise<PullRequest | undefined>;
  /** Lists all open requests to this base branch, from branches of this repository, oldest first. */
  openRequests(base: string): Promise<readonly PullRequest[]>;
  updatePullRequest(number: number, change: { readonly title: string; readonly body: string }): Promise<void>;
  /** Labels a merged request, and takes these other labels off. A request that is not merged keeps its labels. */
  relabel(number: number, label: string, instead: readonly string[]): Promise<void>;
  /** Merges the request while its head is `head`. */
  merge(number: number, head: Sha): Promise<MergeResult>;
  /** Takes the request out of a merge queue, into which `merge` has put it. Nothing changes where it is in none. */
  leaveQueue(number: number): Promise<void>;
  /** Comments, then closes. A closed request stays as it is, and the comment is not repeated. */
  close(number: number, comment: string): Promise<void>;
}

/** The forges that the worker's settings name. */
export interface Forges {
  /**
   * Opens the forge of a repository. Throws `Failure` `InvalidConfig`, naming host and setting, where none is
   * configured. Aborting `signal` gives up the request that is under way; the call then throws the signal's reason.
   */
  for(repositoryUrl: string, signal?: AbortSignal): Forge;
  /** Names the page of a commit; undefined where the forge's kind has none. */
  commitUrl(repositoryUrl: string, sha: Sha): string | undefined;
}
