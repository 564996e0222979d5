import { glanceAt } from '../../memory/glance.ts';
import type { OpenList } from '../../memory/request-memory.ts';
import type { GlanceOptions, PullRequestEntry } from '../../port.ts';
import { createGitHubClient, type GitHubClient } from '../client.ts';
import { readPages } from '../pages.ts';
import { pullRequestsSchema } from '../schemas.ts';
import { toPullRequestEntry } from './pull-request.ts';

/** Answers a request as `Forge.glance` promises. */
export function glance(
  client: GitHubClient,
  number: number,
  look: GlanceOptions,
): Promise<PullRequestEntry | undefined> {
  const { signal, ...options } = client.options;
  const list = () => listOpen(createGitHubClient(options));
  return glanceAt(options.memory?.requestsOf(options.repository), number, { ...look, list, signal });
}

async function listOpen(client: GitHubClient): Promise<OpenList> {
  const requests = new Map<number, PullRequestEntry>();
  const lists = readPages(client, {
    doing: 'list the open pull requests',
    urgency: 'poll',
    request: (octokit, list) => octokit.rest.pulls.list({ ...list, state: 'open', sort: 'created', direction: 'asc' }),
    answer: pullRequestsSchema,
  });
  for await (const list of lists) for (const one of list) requests.set(one.number, toPullRequestEntry(one));
  return { requests };
}
