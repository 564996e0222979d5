import { z } from 'zod';
import { ownLabels } from '../../../platform/request/own-labels.ts';
import { listOf } from '../../../text/json-lists.ts';
import type { GitHubClient } from '../client.ts';
import { askGraphql } from '../graphql.ts';
import { failureOfMany, MOST_PAGES } from '../pages.ts';

const labelledRequests = `query ($owner: String!, $name: String!, $base: String!, $labels: [String!], $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequests(states: OPEN, baseRefName: $base, labels: $labels, first: 100, after: $after) {
      nodes { number }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

const answerSchema = z.object({
  data: z.object({
    repository: z.object({
      pullRequests: z.object({
        nodes: listOf(z.object({ number: z.int().positive() })),
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
      }),
    }),
  }),
});
type Page = z.output<typeof answerSchema>['data']['repository']['pullRequests'];

/** Lists the numbers of the open requests to a base that have a label of Fairlead's, one label after the other. */
export async function labelledNumbers(client: GitHubClient, base: string): Promise<ReadonlySet<number>> {
  const numbers = new Set<number>();
  for (const label of ownLabels)
    for await (const { nodes } of labelledPages(client, base, label))
      for (const { number } of nodes) numbers.add(number);
  return numbers;
}

async function* labelledPages(client: GitHubClient, base: string, label: string): AsyncGenerator<Page> {
  const { owner, name } = client.options.repository;
  const doing = `list the open pull requests to ${base} with label ${label}`;
  let after: string | null = null;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const variables = { owner, name, base, labels: [label], after };
    const { data } = await askGraphql(client, answerSchema, { doing, query: labelledRequests, variables });
    const found: Page = data.repository.pullRequests;
    yield found;
    if (!found.pageInfo.hasNextPage) return;
    after = found.pageInfo.endCursor;
  }
  throw failureOfMany(client, doing, 'Close those that nobody needs, then retry.');
}
