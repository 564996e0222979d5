import type { RepositoryAddress } from '../../platform/repository/repository-url.ts';
import type { Forge } from '../port.ts';
import { createGitHubClient, type GitHubOptions } from './client.ts';
import { closePullRequest } from './requests/close.ts';
import { relabel } from './requests/labels.ts';
import { findOpen, openRequests } from './requests/list.ts';
import { mergePullRequest } from './requests/merge.ts';
import { leaveQueue } from './requests/merge-queue.ts';
import { openPullRequest } from './requests/open.ts';
import { readPullRequest } from './requests/pull-request.ts';
import { updatePullRequest } from './requests/update.ts';

/**
 * Serves the pull requests of one repository on github.com or a GitHub Enterprise Server. No connection is opened yet.
 */
export function createGitHubForge(options: GitHubOptions): Forge {
  const client = createGitHubClient(options);
  return {
    openPullRequest: (draft) => openPullRequest(client, draft),
    pullRequest: (number) => readPullRequest(client, number),
    findOpen: (head, base) => findOpen(client, head, base),
    openRequests: (base) => openRequests(client, base),
    async updatePullRequest(number, change) {
      await updatePullRequest(client, await readPullRequest(client, number), change);
    },
    relabel: (number, label, instead) => relabel(client, number, { label, instead }),
    merge: (number, head) => mergePullRequest(client, { number, head }),
    leaveQueue: (number) => leaveQueue(client, number),
    close: (number, comment) => closePullRequest(client, number, comment),
  };
}

/** Names the page of a commit. */
export function gitHubCommitUrl({ webOrigin, owner, name }: RepositoryAddress, sha: string): string {
  return `${webOrigin}/${owner}/${name}/commit/${sha}`;
}
