import type { RequestAsks } from '../../port.ts';
import { refusedAsks } from '../../refused-asks.ts';
import { type GitHubClient, repositoryName } from '../client.ts';
import { anythingSchema, assignedSchema } from '../schemas.ts';
import { commentOnce } from './close.ts';

/** A person or a team who is asked for a review. */
interface Reviewer {
  readonly name: string;
  readonly isTeam: boolean;
}

/**
 * Asks for reviews, and assigns the request. What GitHub refuses is told in a comment of the request: a name may be wrong,
 * and the promotion goes on without that review.
 */
export async function askPeople(client: GitHubClient, number: number, asks: RequestAsks): Promise<void> {
  const reviewers = [
    ...asks.reviewers.map((name) => ({ name, isTeam: false })),
    ...asks.teams.map((name) => ({ name, isTeam: true })),
  ];
  const refused = [
    ...(await askForReviews(client, number, reviewers)),
    ...(await assign(client, number, asks.assignees)),
  ];
  if (refused.length === 0) return;
  await commentOnce(client, number, refusedAsks('GitHub', refused));
}

/** Asks for all at once, and for each alone where GitHub refuses: it takes all names or none. Answers what it refused. */
async function askForReviews(
  client: GitHubClient,
  number: number,
  reviewers: readonly Reviewer[],
): Promise<readonly string[]> {
  if (reviewers.length === 0) return [];
  const answer = await client.askExpecting([403, 404, 422], {
    doing: `ask for reviews of pull request #${number}`,
    request: (octokit, repository) =>
      octokit.rest.pulls.requestReviewers({
        ...repository,
        pull_number: number,
        reviewers: reviewers.filter(({ isTeam }) => !isTeam).map(({ name }) => name),
        team_reviewers: reviewers.filter(({ isTeam }) => isTeam).map(({ name }) => name),
      }),
    answer: anythingSchema,
  });
  if (answer.kind === 'ok') return [];
  const [first] = reviewers;
  if (reviewers.length === 1 && first)
    return [`a review of ${first.isTeam ? 'team ' : ''}\`${first.name}\`: ${answer.message}.`];
  const refused: string[] = [];
  for (const one of reviewers) refused.push(...(await askForReviews(client, number, [one])));
  return refused;
}

/** Assigns the request. GitHub leaves out, without a word, whom it does not let be assigned. Answers who is missing. */
async function assign(client: GitHubClient, number: number, assignees: readonly string[]): Promise<readonly string[]> {
  if (assignees.length === 0) return [];
  const answer = await client.askExpecting([403, 404, 422], {
    doing: `assign pull request #${number}`,
    request: (octokit, repository) =>
      octokit.rest.issues.addAssignees({ ...repository, issue_number: number, assignees: [...assignees] }),
    answer: assignedSchema,
  });
  if (answer.kind === 'refused') return assignees.map((name) => `an assignment to \`${name}\`: ${answer.message}.`);
  const present = (answer.data.assignees ?? []).map(({ login }) => login.toLowerCase());
  return assignees
    .filter((name) => !present.includes(name.toLowerCase()))
    .map((name) => `an assignment to \`${name}\`: nobody of this name can be assigned in ${repositoryName(client)}.`);
}
