import type { RepositoryAddress } from '../../platform/repository/repository-url.ts';
import type { Forge, ForgeCapabilities } from '../port.ts';
import { readAccess } from './access.ts';
import { createGiteaClient, type GiteaOptions } from './client.ts';
import { closePullRequest } from './requests/close.ts';
import { glance } from './requests/glance.ts';
import { relabel } from './requests/labels.ts';
import { findOpen, openRequests } from './requests/list.ts';
import { mergePullRequest } from './requests/merge.ts';
import { openPullRequest } from './requests/open.ts';
import { getPullRequest, readPullRequest } from './requests/pull-request.ts';
import { updatePullRequest } from './requests/update.ts';
import { readBranchRules } from './rules/branch-rules.ts';
import { readConditions } from './rules/conditions.ts';
import { bodyLimit } from './text.ts';

const capabilities: ForgeCapabilities = { bodyLimit, expectedHead: true, mergeQueue: false };

/** Serves the pull requests of one repository on a Gitea or a Forgejo. No connection is opened yet. */
export function createGiteaForge(options: GiteaOptions): Forge {
  const client = createGiteaClient(options);
  const budget = options.memory?.budgetOf(options.repository);
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
      await updatePullRequest(client, await getPullRequest(client, number), change);
    },
    relabel: (number, label, instead) => relabel(client, number, { label, instead }),
    merge: (number, head) => mergePullRequest(client, { number, head }),
    branchRules: (branch) => readBranchRules(client, branch),
    mergeConditions: (number) => readConditions(client, number),
    access: () => readAccess(client),
    // There are no merge queues.
    leaveQueue: async () => undefined,
    close: (number, comment) => closePullRequest(client, number, comment),
  };
}

/** Names the page of a commit. */
export function giteaCommitUrl({ webOrigin, owner, name }: RepositoryAddress, sha: string): string {
  return `${webOrigin}/${owner}/${name}/commit/${sha}`;
}
