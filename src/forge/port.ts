import type { Sha } from '../git/repository.ts';
import type { ForgeAccess } from './access.ts';
import type { ForgeReports } from './reports/port.ts';

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

/** A pull request as a list has it. Nobody's text is kept: thousands may be open, and on some forges a text may have any length. */
export type PullRequestEntry = Omit<PullRequest, 'body'>;

/** How a request is looked at again and again. */
export interface GlanceOptions {
  /** What was seen so many milliseconds ago is good enough. */
  readonly withinMs: number;
  /** It is one of many looks in turn, so that the forge is asked where nothing was seen. */
  readonly isPolled: boolean;
}

/** Who shall look at a new request, and its further labels; the names are the forge's own. */
export interface RequestAsks {
  readonly reviewers: readonly string[];
  /** Teams that shall review, without their owner. */
  readonly teams: readonly string[];
  readonly assignees: readonly string[];
  readonly labels: readonly string[];
}

/** A pull request that is wanted. */
export interface PullRequestDraft {
  readonly head: { readonly branch: string; readonly sha: Sha };
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly label: string;
  /** No request with this head can have been merged: its branch was made by the push just now. */
  readonly isFirst?: true;
  /** What is asked for once, when the request is opened. What the forge refuses of it is told in a comment, and stops nobody. */
  readonly asks?: RequestAsks;
  /** Tells whether a merge is still in the base: a branch may have been moved back behind it. */
  readonly isInBase: (merge: Sha) => Promise<boolean>;
}

/** What became of an attempt to merge. That it is not mergeable yet is an answer, and no error. */
export type MergeResult =
  | { readonly kind: 'merged'; readonly commit: Sha }
  /**
   * Checks, reviews, a queue or conflicts that are still computed: try again later. `awaiting` says for people what is
   * missing, in the forge's words. `byRules`: rules of the branch are in the way, of which `mergeConditions` tells more.
   * `isBrief`: it passes by itself, within seconds mostly.
   */
  | { readonly kind: 'not yet'; readonly awaiting: string; readonly byRules?: true; readonly isBrief?: true }
  /** The head is another than the expected one. */
  | { readonly kind: 'head moved' }
  /** The branches conflict, so that the environment must be rendered again. */
  | { readonly kind: 'conflict' }
  /** The forge will never let this account merge it, so that a person must. `reason` is a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A check that a branch requires, as it is at the head of a request. */
export interface RequiredCheck {
  readonly name: string;
  /** `expected`: nothing has reported it at this head. */
  readonly state: 'green' | 'running' | 'failed' | 'expected';
  /** When it began to be so, ISO 8601, where the forge says so. */
  readonly since?: string;
}

/** What a forge wants before a request to a branch may be merged, as far as this account may read it. */
export interface BranchRules {
  /** The names of the checks that must be green. */
  readonly checks: readonly string[];
  /** How many approving reviews it takes. */
  readonly approvals: number;
  /** An approval counts for the head alone at which it was given. */
  readonly bindsApprovals: boolean;
  /** One of them must be a code owner's. */
  readonly codeOwners: boolean;
  /** Requests are merged by a merge queue. */
  readonly queue: boolean;
  /** What else is required, each in a few words: `signed commits`, `resolved conversations`. */
  readonly others: readonly string[];
  /** There are rules that this account may not read. */
  readonly isPartial?: true;
}

/** What the forge wants of an open request, and what it has of it. */
export interface MergeConditions {
  readonly rules: BranchRules;
  /** The checks of `rules`, in that order. */
  readonly checks: readonly RequiredCheck[];
  /** When the request was opened, ISO 8601; undefined: the forge does not say it. */
  readonly openedAt?: string | undefined;
  /** Who has approved, as far as it counts, and who asks for changes; both empty where no review is required. */
  readonly approvedBy: readonly string[];
  readonly changesRequestedBy: readonly Reviewer[];
  /** Whose review was asked for and is not given. */
  readonly reviewAwaitedFrom: readonly Reviewer[];
}

/** A person, or a team with its owner, `acme/sre`. */
export interface Reviewer {
  readonly name: string;
  /** When the review was given, or asked for, ISO 8601; undefined: the forge does not say it. */
  readonly since?: string | undefined;
}

/** A commit that a forge is to make: it has the tree and the parents already. */
export interface ForgeCommit {
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly message: string;
}

/** Makes commits on the forge, which signs them; each has the time in it, so that no two are the same. */
export interface ForgeCommits {
  /** The address of their author. */
  readonly author: string;
  /** Throws `Failure` Unavailable where the forge does not see the tree yet, InvalidConfig where it does not sign. */
  make(commit: ForgeCommit): Promise<Sha>;
}

/** What a forge can do that others cannot. What depends on it stands with each of them. */
export interface ForgeCapabilities {
  /** The most characters of the body of a request or comment; what is longer is cut there. */
  readonly bodyLimit: number;
  /**
   * Whether a merge can be tied to the head that was rendered. Where it cannot, somebody's push could slip in between the
   * look and the merge: Fairlead then merges nothing itself, and a person does it under the policy `manual`.
   */
  readonly expectedHead: boolean;
  /** Whether a branch may have a queue for merges, which `leaveQueue` can leave. */
  readonly mergeQueue: boolean;
}

/**
 * Pull requests of one repository. These hold for every method:
 *
 * - It may run twice: what is done already is found and not done again.
 * - It throws `Failure`: the type tells a caller what to do (`Unauthorized`, `NotFound`, `Refused`, or `Unavailable`
 *   with `retryAfterMs` where a rate is limited), and the message says which call on which repository failed, in the
 *   forge's own words.
 */
export interface Forge {
  readonly capabilities: ForgeCapabilities;
  /**
   * Opens the request, or adopts the open one with this head and base, or the merged one with exactly this head commit
   * whose merge is still in the base. A closed one is never adopted. Title, body and label are brought up to date on
   * adoption.
   */
  openPullRequest(draft: PullRequestDraft): Promise<PullRequest>;
  /** Reads the request as it is now. `isForMerge`: a merge waits for it, so that it goes first where a rate is limited. */
  pullRequest(number: number, options?: { readonly isForMerge?: boolean }): Promise<PullRequest>;
  /**
   * Answers an open request as somebody has seen it, by one list for all who wait; undefined: it is not known to be open, so
   * that `pullRequest` must say what it is. Nothing that cannot be taken back may rest on it. Left out: nothing is kept.
   */
  glance?(number: number, options: GlanceOptions): Promise<PullRequestEntry | undefined>;
  /** Stretches the time between two looks, in milliseconds, by what is left of a limit. Left out: there is none. */
  stretched?(intervalMs: number): number;
  /** Finds the open request from this branch of the repository to that one; undefined: none is open. */
  findOpen(head: string, base: string): Promise<PullRequest | undefined>;
  /** Lists all open requests to this base branch, from branches of this repository, oldest first. */
  openRequests(base: string): Promise<readonly PullRequestEntry[]>;
  updatePullRequest(number: number, change: { readonly title: string; readonly body: string }): Promise<void>;
  /** Labels a merged request, and takes these other labels off. A request that is not merged keeps its labels. */
  relabel(number: number, label: string, instead: readonly string[]): Promise<void>;
  /**
   * Merges the request while its head is `head`, or puts it into the branch's merge queue. `since`: when it was wanted, ISO
   * 8601. What the queue has thrown out after that is refused, with what the queue said, and not put in again; undefined: it
   * is put in whatever the queue has done.
   */
  merge(number: number, head: Sha, since?: string): Promise<MergeResult>;
  /**
   * Answers what the rules of a branch require; undefined: this account may not read them. What is answered may be some
   * minutes old. Left out: this kind of forge cannot tell.
   */
  branchRules?(branch: string): Promise<BranchRules | undefined>;
  /**
   * Answers what an open request still lacks to be merged, asked of the forge now; undefined: this account may not read
   * the rules. It costs a few calls, so that nobody asks before a merge was tried. Left out: this kind of forge cannot tell.
   */
  mergeConditions?(number: number): Promise<MergeConditions | undefined>;
  /** Answers what this account may do in the repository. Left out: this kind of forge cannot tell. */
  access?(): Promise<ForgeAccess>;
  /**
   * Names what rules refuse this account that pushes to a branch, which need not be there: `deleting it`; undefined: it may not read
   * them. Left out: this kind of forge cannot tell.
   */
  refusedPushes?(branch: string): Promise<readonly string[] | undefined>;
  /** Makes commits where the settings want it. Left out: what Fairlead builds is pushed as it is. */
  readonly commits?: ForgeCommits;
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
  /** Opens what is written beside a repository's requests; undefined where its forge has no such thing, or nobody wants it. */
  reportsFor?(repositoryUrl: string, signal?: AbortSignal): ForgeReports | undefined;
  /** Answers by host which share of the hour's calls is left, from 0 to 1; hosts that have not said so are missing. */
  budgetsLeft?(): ReadonlyMap<string, number>;
}
