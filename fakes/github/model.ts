import type { Comparison } from './git/compare.ts';

/** What the stand-in remembers; the rest stands in the repositories themselves. Mutable on purpose: it is the state. */
export type Permission = 'none' | 'read' | 'write' | 'admin';
export const mergeMethods = ['merge', 'squash', 'rebase'] as const;
export type MergeMethod = (typeof mergeMethods)[number];

export interface User {
  readonly id: number;
  readonly login: string;
  readonly token: string;
  readonly permission: Permission;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}

/** What a branch asks of a merge. Protected branches take no pushes over HTTP. */
export interface Protection {
  readonly requiredApprovals?: number;
  readonly requiredChecks?: readonly string[];
  /** Only these may merge; everybody, where it is left out. */
  readonly restrictedTo?: readonly string[];
  readonly mergeQueue?: boolean;
  readonly linearHistory?: boolean;
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
  /** As long as the request is open, these follow the branches. */
  headSha: string;
  baseSha: string;
  closedAt: string | null;
  closedBy: User | null;
  mergedAt: string | null;
  mergedBy: User | null;
  mergeCommit: string | null;
  queued: boolean;
  /** So many more reads see `mergeable: null`, as while GitHub computes it. */
  uncomputedReads: number;
  /** The latest one, of this pair of base and head. */
  comparison?: { readonly pair: string; readonly result: Promise<Comparison> };
  readonly labels: Label[];
  readonly comments: Comment[];
  /** Logins. */
  readonly approvals: Set<string>;
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
  /** `<sha> <check>` of every check that succeeded. */
  readonly passedChecks: Set<string>;
  /** What git answers to every fetch that begins by protocol 2; asked once. */
  capabilities?: Promise<string>;
  /** Requests about one repository are answered one after the other. */
  turn: Promise<unknown>;
}

export interface ForgeState {
  /** Without a trailing slash. */
  url: string;
  /** Path of git's own CGI program. */
  readonly gitBackend: string;
  readonly users: User[];
  /** Login of who acts on the web pages. */
  readonly person: string;
  /** By `owner/name` in lower case. */
  readonly repositories: Map<string, Repository>;
  readonly now: () => Date;
  readonly nextId: () => number;
}

export function timestamp(state: ForgeState): string {
  return `${state.now().toISOString().slice(0, 19)}Z`;
}

export function repositoryKey(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase();
}

/** Undefined for what is no method. */
export function mergeMethodOf(name: string): MergeMethod | undefined {
  return mergeMethods.find((method) => method === name);
}

/** Runs `work` when everything about this repository that was asked before is done. */
export function inTurn<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
  const result = repository.turn.then(work);
  repository.turn = result.catch(() => undefined);
  return result;
}
