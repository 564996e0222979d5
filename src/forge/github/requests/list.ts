import type { PullRequest, PullRequestEntry } from '../../port.ts';
import { type GitHubClient, repositoryName } from '../client.ts';
import { readPages } from '../pages.ts';
import { type GitHubPullRequest, pullRequestsSchema } from '../schemas.ts';
import { labelledNumbers } from './labelled.ts';
import { getPullRequest, toPullRequest, toPullRequestEntry } from './pull-request.ts';

/** The branches between which a request goes. */
export interface Ends {
  readonly head: string;
  readonly base: string;
}

/** Finds a request as `Forge.findOpen` promises. */
export async function findOpen(client: GitHubClient, head: string, base: string): Promise<PullRequest | undefined> {
  const [found] = await listBetween(client, { head, base }, 'open');
  return found && toPullRequest(found);
}

/** Lists requests as `Forge.openRequests` promises. */
export async function openRequests(client: GitHubClient, base: string): Promise<readonly PullRequestEntry[]> {
  const found = new Map<number, PullRequestEntry>();
  for await (const list of openPages(client, base)) {
    const ours = list.filter((one) => isInRepository(client, one) && one.base.ref === base);
    for (const one of ours) found.set(one.number, toPullRequestEntry(one));
  }
  return [...found.values()];
}

/**
 * Reads the open requests to a base, oldest first. Whoever may fork a repository may open requests there; where there are more than are
 * read, those with a label of ours come after them, which only who may triage gives.
 */
async function* openPages(client: GitHubClient, base: string): AsyncGenerator<readonly GitHubPullRequest[]> {
  const isWhole = yield* readPages(client, {
    doing: `list the open pull requests to ${base}`,
    request: (octokit, list) =>
      octokit.rest.pulls.list({ ...list, state: 'open', base, sort: 'created', direction: 'asc' }),
    answer: pullRequestsSchema,
  });
  if (isWhole) return;
  for (const number of await labelledNumbers(client, base)) yield [await getPullRequest(client, number)];
}

/**
 * Lists requests with this head branch and this base, latest first. What GitHub lists beyond is left out, because it
 * ignores a `head` that it cannot read.
 */
export async function listBetween(
  client: GitHubClient,
  { head, base }: Ends,
  state: 'open' | 'closed',
): Promise<readonly GitHubPullRequest[]> {
  const found = await client.ask({
    doing: `list the ${state} pull requests of ${head}`,
    request: (octokit, repository) =>
      octokit.rest.pulls.list({
        ...repository,
        state,
        head: `${repository.owner}:${head}`,
        base,
        sort: 'updated',
        direction: 'desc',
        per_page: 100,
      }),
    answer: pullRequestsSchema,
  });
  return found.filter((one) => one.head.ref === head && one.base.ref === base && isInRepository(client, one));
}

/** Answers whether the request's branch is in this repository, and not in a fork. */
function isInRepository(client: GitHubClient, { head }: GitHubPullRequest): boolean {
  return head.repo?.full_name.toLowerCase() === repositoryName(client).toLowerCase();
}
