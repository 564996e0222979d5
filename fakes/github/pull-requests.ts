import { type Comparison, compare, isAncestor } from './git/compare.ts';
import { branchHead, git } from './git/run.ts';
import {
  type ForgeState,
  type PullRequest,
  type Repository,
  type RequestContext,
  timestamp,
  type User,
} from './model.ts';

/**
 * Brings open requests in line with the branches, as GitHub does after a push: the head follows, a base that
 * contains the head makes it merged, a deleted branch closes it. `actor` is who pushed, where that is known.
 */
export async function followBranches(state: ForgeState, repository: Repository, actor?: User): Promise<void> {
  for (const request of repository.pullRequests) {
    if (request.state === 'open') await followBranch({ state, repository, request }, actor ?? request.author);
  }
}

async function followBranch(context: RequestContext, actor: User): Promise<void> {
  const { state, request } = context;
  const { directory } = context.repository;
  const head = branchHead(directory, request.headBranch);
  const base = branchHead(directory, request.baseBranch);
  const last = head ?? request.headSha;
  const moved = last !== request.headSha || base !== request.baseSha;
  if (!moved && head !== undefined) return;
  if (base !== undefined && moved && (await isAncestor(directory, last, base))) {
    request.headSha = last;
    markMerged(context, actor, base);
    return;
  }
  if (base !== undefined) request.baseSha = base;
  if (last !== request.headSha) await setHead(context, last);
  if (head === undefined || base === undefined) closeRequest(state, request, actor);
}

async function setHead({ state, repository, request }: RequestContext, head: string): Promise<void> {
  request.headSha = head;
  request.queuedAt = undefined;
  request.updatedAt = timestamp(state);
  await keepHead(repository, request);
}

/** Keeps the head of a request for ever, also when its branch is gone, as GitHub does. */
export async function keepHead(repository: Repository, { number, headSha }: PullRequest): Promise<void> {
  await git(repository.directory, ['update-ref', `refs/pull/${number}/head`, headSha]);
}

/** Takes a request out of the merge queue, and keeps why. */
export function leaveQueue(
  state: ForgeState,
  request: PullRequest,
  why: { readonly reason: string; readonly by: string },
): void {
  request.queuedAt = undefined;
  request.thrownOut = { ...why, at: timestamp(state) };
}

/** Ends a request without a merge. */
export function closeRequest(state: ForgeState, request: PullRequest, by: User): void {
  const now = timestamp(state);
  Object.assign(request, { state: 'closed', closedAt: now, closedBy: by, updatedAt: now, queuedAt: undefined });
}

/** Ends a request as merged by `commit`. */
export function markMerged({ state, request }: RequestContext, by: User, commit: string): void {
  closeRequest(state, request, by);
  Object.assign(request, { mergedAt: request.closedAt, mergedBy: by, mergeCommit: commit });
}

/** Compares base and head as they are, or as they were at the end; once for each pair. */
export function comparisonOf(repository: Repository, request: PullRequest): Promise<Comparison> {
  const pair = `${request.baseSha}...${request.headSha}`;
  if (request.comparison?.pair !== pair) {
    request.comparison = { pair, result: compare(repository.directory, request.baseSha, request.headSha) };
  }
  return request.comparison.result;
}
