import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import { type AutoRemark, autoRemark } from '../../forge/auto-remark.ts';
import type { Forge, RequestAsks } from '../../forge/port.ts';
import type { GitRepository } from '../../git/repository.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { environmentAt } from '../../gitops/environment-file.ts';
import { gitopsHeads } from '../../gitops/gitops-branch.ts';
import { platformAt } from '../../gitops/platform-file.ts';
import { checkWritten } from '../../platform/repository/allowed-repositories.ts';
import { recordName } from '../../record/entry.ts';
import { openLabels } from '../record/request-labels.ts';
import type { Caller } from './await-carried.ts';
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
export async function openPullRequest(
  dependencies: Dependencies,
  order: OpenOrder,
  caller?: Pick<Caller, 'attempt'>,
): Promise<OpenOutcome> {
  checkWritten(order, dependencies.allowed);
  const { gitops, branch, commit } = order;
  const repository = dependencies.repositories.open(gitops.repository);
  const seen = { branches: [branch], notes: recordName(gitops.branch), withinMs: justNowMs };
  const { branches, notes } = await gitopsHeads(repository, gitops, seen);
  // A branch that is gone may have been deleted after a merge, which the forge knows.
  const head = branches.get(branch);
  if (head !== undefined && head !== commit) return { kind: 'stale' };
  if (await deployedMoved(dependencies, order, notes)) return { kind: 'stale' };
  // An attempt before may have opened it, and somebody may have merged that. What is merged has moved the branch that was rendered on.
  const isFirst = order.isNewBranch && head === commit && caller?.attempt === 1;
  try {
    const { number, url } = await openOnForge(dependencies, order, isFirst);
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
  isFirst = false,
): Promise<{ readonly number: number; readonly url: string }> {
  const source = dependencies.repositories.open(order.source);
  const gitops = dependencies.repositories.open(order.gitops.repository);
  const forge = dependencies.forges.for(order.gitops.repository);
  const { main, config } = order.revision;
  const [{ subject }, mainRange, configRange, changes, remark, wishes] = await Promise.all([
    source.commit(order.operation === 'config change' ? config : main),
    commitRange(source, order.deployed?.main, main),
    commitRange(source, order.deployed?.config, config),
    describeBranch(dependencies, order),
    firstRemark(forge, order),
    wishesOf(source, order),
  ]);
  const facts = {
    order,
    subject,
    main: mainRange,
    config: configRange,
    changes,
    autoRemark: remark,
    commitUrl: (sha: string) => dependencies.forges.commitUrl(order.source, sha),
    filesUrl: dependencies.forges.commitUrl(order.gitops.repository, order.commit),
    workflowUrl: dependencies.workflowUrl?.(order.workflowId),
  };
  return forge.openPullRequest({
    head: { branch: order.branch, sha: order.commit },
    base: order.gitops.branch,
    title: requestTitle(facts, dependencies.requestTemplates?.title),
    body: requestBody(facts),
    label: openLabels[order.operation],
    ...(isFirst && { isFirst }),
    ...wishes,
    isInBase: async (merge) => isAtOrBehind(gitops, merge, (await gitopsHeads(gitops, order.gitops, {})).base),
  });
}

/** Answers what a person should know of the branch under `auto`; only the first request asks and says it, because it costs calls. */
async function firstRemark(forge: Forge, { deployed, merge, gitops }: OpenOrder): Promise<AutoRemark | undefined> {
  if (deployed !== undefined || merge !== 'auto') return undefined;
  return autoRemark(await forge.branchRules?.(gitops.branch));
}

/**
 * Reads who is to be asked for, from the config commit that the request carries. A file that cannot be read there is no reason
 * to open no request.
 */
async function wishesOf(
  source: GitRepository,
  { environment: name, revision: { main, config } }: OpenOrder,
): Promise<{ readonly asks?: RequestAsks }> {
  try {
    const platform = await platformAt(source, main);
    const { request } = await environmentAt(source, platform, { name, config });
    const teams = request.reviewers.flatMap((one) => (one.startsWith('team:') ? [one.slice('team:'.length)] : []));
    const reviewers = request.reviewers.filter((one) => !one.startsWith('team:'));
    const asks = { reviewers, teams, assignees: request.assignees, labels: request.labels };
    return Object.values(asks).some((list) => list.length > 0) ? { asks } : {};
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return {};
    throw error;
  }
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
