import type { MergeConditions, RequiredCheck, Reviewer } from '../../port.ts';
import type { GitHubClient } from '../client.ts';
import { readPages } from '../pages.ts';
import { readBranchRules } from './branch-rules.ts';
import {
  checkRunsSchema,
  type GitHubCheckRun,
  type GitHubReviews,
  type GitHubStatus,
  requestedSchema,
  reviewsSchema,
  statusesSchema,
} from './schemas.ts';
import type { GitHubBranchRules, RequiredContext } from './types.ts';

/**
 * Reads what a request still lacks, as `Forge.mergeConditions` promises. Asks only for what the branch requires: one call for the
 * request, one or two for checks, one for reviews; the rules are remembered.
 */
export async function readConditions(client: GitHubClient, number: number): Promise<MergeConditions | undefined> {
  const request = await client.ask({
    doing: `read pull request #${number}`,
    request: (octokit, repository) => octokit.rest.pulls.get({ ...repository, pull_number: number }),
    answer: requestedSchema.refine((found) => found.number === number, `it is not pull request #${number}`),
  });
  const rules = await readBranchRules(client, request.base.ref);
  if (rules === undefined) return undefined;
  const checks = await readChecks(client, request.head.sha, rules);
  const reviews = rules.approvals > 0 || rules.codeOwners ? await readReviews(client, number) : [];
  const { requested_reviewers: people, requested_teams: teams } = request;
  return {
    rules,
    checks,
    openedAt: request.created_at ?? undefined,
    approvedBy: reviewers(reviews, 'APPROVED').map(({ name }) => name),
    changesRequestedBy: reviewers(reviews, 'CHANGES_REQUESTED'),
    reviewAwaitedFrom: [
      ...(people ?? []).map(({ login }) => ({ name: login })),
      ...(teams ?? []).map(({ slug }) => ({ name: `${client.options.repository.owner}/${slug}` })),
    ],
  };
}

async function readChecks(
  client: GitHubClient,
  head: string,
  { contexts }: GitHubBranchRules,
): Promise<readonly RequiredCheck[]> {
  if (contexts.length === 0) return [];
  const runs = await readCheckRuns(client, head);
  const runsOf = byName(runs, ({ name }) => name);
  const found = contexts.map((context) => checkOf(context, runsOf(context.name)));
  if (found.every((check) => check !== undefined)) return found;
  const statuses = await readStatuses(client, head);
  const statusesOf = byName(statuses, ({ context }) => context);
  return contexts.map((context, index) => found[index] ?? statusOf(context, statusesOf(context.name)));
}

/** Makes a function that answers what bears a name: there may be thousands of both. */
function byName<T>(all: readonly T[], nameOf: (each: T) => string): (name: string) => readonly T[] {
  const known = new Map<string, T[]>();
  for (const each of all) {
    const same = known.get(nameOf(each));
    if (same) same.push(each);
    else known.set(nameOf(each), [each]);
  }
  return (name) => known.get(name) ?? [];
}

async function readCheckRuns(client: GitHubClient, ref: string): Promise<readonly GitHubCheckRun[]> {
  const pages = readPages(client, {
    doing: `read the checks of commit ${ref}`,
    request: (octokit, list) => octokit.rest.checks.listForRef({ ...list, ref, filter: 'latest' }),
    answer: checkRunsSchema,
  });
  const found: GitHubCheckRun[] = [];
  for await (const { check_runs: runs } of pages) found.push(...runs);
  return found;
}

async function readStatuses(client: GitHubClient, ref: string): Promise<readonly GitHubStatus[]> {
  const pages = readPages(client, {
    doing: `read the statuses of commit ${ref}`,
    request: (octokit, list) => octokit.rest.repos.getCombinedStatusForRef({ ...list, ref }),
    answer: statusesSchema,
  });
  const found: GitHubStatus[] = [];
  for await (const { statuses } of pages) found.push(...statuses);
  return found;
}

async function readReviews(client: GitHubClient, number: number): Promise<GitHubReviews> {
  const pages = readPages(client, {
    doing: `read the reviews of pull request #${number}`,
    request: (octokit, list) => octokit.rest.pulls.listReviews({ ...list, pull_number: number }),
    answer: reviewsSchema,
  });
  const found: GitHubReviews = [];
  for await (const reviews of pages) found.push(...reviews);
  return found;
}

/** @see https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks */
const greenConclusions: readonly (string | null)[] = ['success', 'neutral', 'skipped'];

/** Finds the latest of the runs of this name; undefined: no check of it has run, but a commit status may bear it. */
function checkOf({ name, app }: RequiredContext, runs: readonly GitHubCheckRun[]): RequiredCheck | undefined {
  const run = runs
    .filter((each) => app === undefined || app < 0 || each.app?.id === app)
    .sort((one, other) => (one.started_at ?? '').localeCompare(other.started_at ?? ''))
    .at(-1);
  if (run === undefined) return undefined;
  if (run.status !== 'completed') return { name, state: 'running', since: run.started_at ?? undefined };
  const state = greenConclusions.includes(run.conclusion) ? 'green' : 'failed';
  return { name, state, since: run.completed_at ?? undefined };
}

const statusStates: Readonly<Record<string, RequiredCheck['state']>> = { success: 'green', pending: 'running' };

function statusOf({ name }: RequiredContext, [status]: readonly GitHubStatus[]): RequiredCheck {
  if (status === undefined) return { name, state: 'expected' };
  return { name, state: statusStates[status.state] ?? 'failed', since: status.updated_at ?? undefined };
}

/** Answers whose latest review says so: a comment takes nothing back, a dismissal does. They come in the order of time. */
function reviewers(reviews: GitHubReviews, state: string): readonly Reviewer[] {
  const latest = new Map<string, GitHubReviews[number]>();
  for (const review of reviews)
    if (review.state !== 'COMMENTED' && review.state !== 'PENDING')
      latest.set(review.user?.login ?? 'somebody whose account is gone', review);
  return [...latest].flatMap(([name, { state: said, submitted_at: since }]) =>
    said === state ? [{ name, ...(since && { since }) }] : [],
  );
}
