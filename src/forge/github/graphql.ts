import type { z } from 'zod';
import type { GitHubClient } from './client.ts';

/** One call of GraphQL. */
export interface GraphqlCall {
  readonly doing: string;
  readonly query: string;
  readonly variables: object;
}

/** Asks GitHub by GraphQL, for what REST does not have. */
export function askGraphql<T>(
  client: GitHubClient,
  answer: z.ZodType<T>,
  { doing, query, variables }: GraphqlCall,
): Promise<T> {
  const url = graphqlUrl(client.options.apiUrl);
  return client.ask({
    doing,
    request: (octokit) => octokit.request({ method: 'POST', url, query, variables }),
    answer,
  });
}

/** Answers the address of GraphQL, which an Enterprise Server has beside its REST API and not below it. */
function graphqlUrl(apiUrl: string): string {
  const base = apiUrl.replace(/\/+$/, '');
  return base.endsWith('/api/v3') ? base.replace(/\/v3$/, '/graphql') : `${base}/graphql`;
}
