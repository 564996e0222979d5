import type { AppAccount, Grants } from './apps/model.ts';
import type { Comparison } from './git/compare.ts';
import type { Ruleset } from './rules/rulesets.ts';
import type { AtWrite } from './writes.ts';

/*
 * What the stand-in remembers; everything else is read from the bare repositories. The fields are mutable on purpose:
 * they are the state. What reads or changes a repository's requests runs in that repository's turn (`inTurn`).
 */

export type Permission = 'none' | 'read' | 'write' | 'admin';
export const mergeMethods = ['merge', 'squash', 'rebase'] as const;
export type MergeMethod = (typeof mergeMethods)[number];

export interface User {
  readonly id: number;
  readonly login: string;
  readonly token: string;
  readonly permission: Permission;
  /** What the token may do; undefined: all that the permission means. */
  readonly grants?: Grants;
  /** Says that it is an App. */
  readonly isApp?: boolean;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

/** What a protected branch requires of a merge. It takes no pushes over HTTP. */
export interface Protection {
  readonly requiredApprovals?: number;
  /** An approval ends with the next push. */
  readonly dismissesStale?: boolean;
  readonly requiredChecks?: readonly string[];
  /** Logins of those who may merge; everybody may where it is left out. */
  readonly restrictedTo?: readonly string[];
  readonly mergeQueue?: boolean;
  readonly linearHistory?: boolean;
  readonly signedCommits?: boolean;
  /** Logins of code owners, of whom one must approve. Each is asked for a review. */
  readonly codeOwners?: readonly string[];
  /** It is the older branch protection, which administrators alone may read, and no ruleset. */
  readonly classic?: true;
}

export interface Review {
  readonly id: number;
  readonly author: Pick<User, 'id' | 'login'>;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED';
  /** The head that was reviewed. */
  readonly commit: string;
  readonly at: string;
}

export interface Comment {
  readonly id: number;
  readonly author: User;
  readonly body: string;
  readonly createdAt: string;
}

export interface PullRequest {
  readonly id: number;
  readonly number: number;
  readonly author: User;
  readonly headBranch: string;
  readonly baseBranch: string;
  readonly draft: boolean;
  readonly createdAt: string;
  title: string;
  body: string | null;
  updatedAt: string;
  state: 'open' | 'closed';
  /** The heads of the two branches; they follow the branches as long as the request is open. */
  headSha: string;
  baseSha: string;
  closedAt: string | null;
  closedBy: User | null;
  mergedAt: string | null;
  mergedBy: User | null;
  mergeCommit: string | null;
  /** When it was put into the merge queue; undefined: it is in none. */
  queuedAt: string | undefined;
  /** How it last left the queue without a merge. */
  thrownOut: { readonly at: string; readonly reason: string; readonly by: string } | undefined;
  /** The number of reads that still see `mergeable: null`, as they do while GitHub computes it. */
  uncomputedReads: number;
  /** The latest comparison, with the pair of base and head that it compares. */
  comparison?: { readonly pair: string; readonly result: Promise<Comparison> };
  readonly labels: Label[];
  readonly requestedReviewers: string[];
  readonly requestedTeams: string[];
  readonly assignees: string[];
  readonly comments: Comment[];
  /** Oldest first. */
  readonly reviews: Review[];
}

export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  /** The bare repository. */
  readonly directory: string;
  readonly defaultBranch: string;
  readonly createdAt: string;
  readonly mergeMethods: readonly MergeMethod[];
  readonly deleteBranchOnMerge: boolean;
  readonly labels: Label[];
  readonly pullRequests: PullRequest[];
  readonly protections: Map<string, Protection>;
  /** Rules for pushes, by patterns of branches; those of requests are in `protections`. */
  rulesets: readonly Ruleset[];
  /** It is read only. */
  archived?: boolean;
  /** The first answer to every fetch by git's protocol 2; git is asked for it once. */
  capabilities?: Promise<string>;
  /** Ends with the last call about this repository; calls about one repository are answered one after the other. */
  turn: Promise<unknown>;
}

export interface ForgeState {
  /** Without a trailing slash. */
  url: string;
  /** The path of git's own CGI program. */
  readonly gitBackend: string;
  readonly users: User[];
  readonly apps: AppAccount[];
  /** Slugs of teams that may review everywhere. */
  readonly teams: string[];
  /** The login of the person who acts on the web pages. */
  readonly person: string;
  /** By `owner/name` in lower case. */
  readonly repositories: Map<string, Repository>;
  /** What an earlier forge has written down. */
  readonly saved: string | undefined;
  /** Where repositories are now that were renamed or moved: `owner/name`, by their former name in lower case. */
  readonly moved: Map<string, string>;
  readonly now: () => Date;
  readonly nextId: () => number;
  readonly atWrite: AtWrite;
}

/** One repository of the forge, with the state of all of it. */
export interface RepositoryContext {
  readonly state: ForgeState;
  readonly repository: Repository;
}

/** One pull request of a repository. */
export interface RequestContext extends RepositoryContext {
  readonly request: PullRequest;
}

/** Answers the time of now as GitHub writes it, in whole seconds. */
export function timestamp(state: ForgeState): string {
  return `${state.now().toISOString().slice(0, 19)}Z`;
}

/** Names a repository in the state; letter case does not matter, as on GitHub. */
export function repositoryKey(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase();
}

/** Answers the merge method of this name; undefined where there is none. */
export function mergeMethodOf(name: string): MergeMethod | undefined {
  return mergeMethods.find((method) => method === name);
}

/** Runs `work` after everything that was asked about this repository before. */
export function inTurn<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
  const result = repository.turn.then(work);
  repository.turn = result.catch(() => undefined);
  return result;
}
