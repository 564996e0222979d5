import type { RepositoryAddress } from '../../platform/repository/repository-url.ts';
import type { Forge, ForgeCapabilities } from '../port.ts';
import { readAccess } from './access.ts';
import { createGitHubClient, type GitHubOptions } from './client.ts';
import { makeCommit } from './commits/make-commit.ts';
import { closePullRequest } from './requests/close.ts';
import { glance } from './requests/glance.ts';
import { relabel } from './requests/labels.ts';
import { findOpen, openRequests } from './requests/list.ts';
import { mergePullRequest } from './requests/merge.ts';
import { leaveQueue } from './requests/merge-queue.ts';
import { openPullRequest } from './requests/open.ts';
import { readPullRequest } from './requests/pull-request.ts';
import { updatePullRequest } from './requests/update.ts';
import { readBranchRules } from './rules/branch-rules.ts';
import { readConditions } from './rules/conditions.ts';
import { readRefusedPushes } from './rules/refused-pushes.ts';
import { BODY_LIMIT } from './text.ts';

const capabilities: ForgeCapabilities = { bodyLimit: BODY_LIMIT, expectedHead: true, mergeQueue: true };

/**
 * Serves the pull requests of one repository on github.com or a GitHub Enterprise Server. No connection is opened yet.
 */
export function createGitHubForge(options: GitHubOptions & { readonly commitsAs?: string | undefined }): Forge {
  const client = createGitHubClient(options);
  const budget = options.memory?.budgetOf(options.repository);
  const { commitsAs } = options;
  return {
    capabilities,
    openPullRequest: (draft) => openPullRequest(client, draft),
    pullRequest: (number, { isForMerge = false } = {}) =>
      readPullRequest(client, number, isForMerge ? 'merge' : 'usual'),
    glance: (number, look) => glance(client, number, look),
    stretched: (intervalMs) => budget?.stretched(intervalMs) ?? intervalMs,
    findOpen: (head, base) => findOpen(client, head, base),
    openRequests: (base) => openRequests(client, base),
    async updatePullRequest(number, change) {
      await updatePullRequest(client, await readPullRequest(client, number), change);
    },
    relabel: (number, label, instead) => relabel(client, number, { label, instead }),
    merge: (number, head, since) => mergePullRequest(client, { number, head, since }),
    branchRules: (branch) => readBranchRules(client, branch),
    mergeConditions: (number) => readConditions(client, number),
    access: () => readAccess(client),
    refusedPushes: (branch) => readRefusedPushes(client, branch),
    ...(commitsAs !== undefined && {
      commits: { author: commitsAs, make: (commit) => makeCommit(client, commitsAs, commit) },
    }),
    leaveQueue: (number) => leaveQueue(client, number),
    close: (number, comment) => closePullRequest(client, number, comment),
  };
}

/** Names the page of a commit. */
export function gitHubCommitUrl({ webOrigin, owner, name }: RepositoryAddress, sha: string): string {
  return `${webOrigin}/${owner}/${name}/commit/${sha}`;
}
