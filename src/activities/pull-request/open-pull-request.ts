import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { gitopsHeads } from '../../gitops/gitops-branch.ts';
import { recordName } from '../../record/entry.ts';
import { openLabels } from '../record/request-labels.ts';
import type { OpenOrder, OpenOutcome } from './contract.ts';
import { describeBranch } from './describe-branch.ts';
import { type CommitRange, requestBody, requestTitle } from './request-text.ts';
import { deployedMoved } from './staleness.ts';

/** The most commits that a request lists; it gives the number of the others. */
const mostCommits = 30;
/** What a render saw this many milliseconds ago need not be asked again before its request is opened. */
const justNowMs = 5_000;

/**
 * Opens the request, or brings the open one up to date: title, body and label say what a reviewer wants first. Checks before
 * whether it is stale, by what the render has just seen, if it has; whoever then waits for the merge looks anew.
 */
export async function openPullRequest(dependencies: Dependencies, order: OpenOrder): Promise<OpenOutcome> {
  const { gitops, branch, commit } = order;
  const repository = dependencies.repositories.open(gitops.repository);
  const seen = { branches: [branch], notes: recordName(gitops.branch), withinMs: justNowMs };
  const { branches, notes } = await gitopsHeads(repository, gitops, seen);
  // A branch that is gone may have been deleted after a merge, which the forge knows.
  const head = branches.get(branch);
  if (head !== undefined && head !== commit) return { kind: 'stale' };
  if (await deployedMoved(dependencies, order, notes)) return { kind: 'stale' };
  try {
    const { number, url } = await openOnForge(dependencies, order);
    return { kind: 'open', number, url };
  } catch (error) {
    // Nothing was merged, and there is nothing to open: it is rendered and pushed again.
    if (head === undefined && error instanceof Failure && error.retryable) return { kind: 'stale' };
    throw error;
  }
}

async function openOnForge(
  dependencies: Dependencies,
  order: OpenOrder,
): Promise<{ readonly number: number; readonly url: string }> {
  const source = dependencies.repositories.open(order.source);
  const gitops = dependencies.repositories.open(order.gitops.repository);
  const { main, config } = order.revision;
  const { subject } = await source.commit(order.operation === 'config change' ? config : main);
  const facts = {
    order,
    subject,
    main: await commitRange(source, order.deployed?.main, main),
    config: await commitRange(source, order.deployed?.config, config),
    changes: await describeBranch(dependencies, order),
    commitUrl: (sha: string) => dependencies.forges.commitUrl(order.source, sha),
    workflowUrl: dependencies.workflowUrl?.(order.workflowId),
  };
  const forge = dependencies.forges.for(order.gitops.repository);
  return forge.openPullRequest({
    head: { branch: order.branch, sha: order.commit },
    base: order.gitops.branch,
    title: requestTitle(facts),
    body: requestBody(facts),
    label: openLabels[order.operation],
    isInBase: async (merge) => isAtOrBehind(gitops, merge, (await gitopsHeads(gitops, order.gitops, {})).base),
  });
}

/** Lists the commits between the deployed one and the proposed one, whichever is the later. */
async function commitRange(
  source: GitRepository,
  deployed: string | undefined,
  proposed: string,
): Promise<CommitRange> {
  if (deployed === undefined || !(await source.ensureCommit(deployed)))
    return { direction: 'on', commits: [await source.commit(proposed)], total: 1 };
  const back = deployed !== proposed && (await source.isAncestor(proposed, deployed));
  const [from, to] = back ? [proposed, deployed] : [deployed, proposed];
  return { direction: back ? 'back' : 'on', ...(await source.log(from, to, mostCommits)) };
}
