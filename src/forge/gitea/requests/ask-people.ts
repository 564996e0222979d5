import type { RequestAsks } from '../../port.ts';
import { refusedAsks } from '../../refused-asks.ts';
import { type GiteaClient, giteaRepositoryName, pathOf } from '../client.ts';
import { anythingSchema, peopleSchema } from '../schemas.ts';
import { commentOnce } from './close.ts';

/** Those of whom a review is asked, or one of them. */
type Reviewers = Pick<RequestAsks, 'reviewers' | 'teams'>;

/**
 * Asks for reviews, and assigns the request. What the forge refuses is told in a comment of the request: a name may be wrong, and the
 * promotion goes on without that review.
 */
export async function askPeople(client: GiteaClient, number: number, asks: RequestAsks): Promise<void> {
  const refused = [...(await askForReviews(client, number, asks)), ...(await assign(client, number, asks.assignees))];
  if (refused.length > 0) await commentOnce(client, number, refusedAsks('the forge', refused));
}

/** Asks for all at once, and for each alone where the forge refuses: it names one, and takes the others or not. Answers what it refused. */
async function askForReviews(
  client: GiteaClient,
  number: number,
  { reviewers, teams }: Reviewers,
): Promise<readonly string[]> {
  if (reviewers.length + teams.length === 0) return [];
  const answer = await client.askExpecting([403, 404, 422], {
    doing: `ask for reviews of pull request #${number}`,
    method: 'POST',
    path: `${pathOf('pulls', number)}/requested_reviewers`,
    body: { reviewers, team_reviewers: teams },
    answer: anythingSchema,
  });
  if (answer.kind === 'ok') return [];
  if (reviewers.length + teams.length === 1) {
    const name = teams.length === 1 ? `team \`${teams[0]}\`` : `\`${reviewers[0]}\``;
    return [`a review of ${name}: ${answer.message}.`];
  }
  const alone: readonly Reviewers[] = [
    ...reviewers.map((name) => ({ reviewers: [name], teams: [] })),
    ...teams.map((name) => ({ reviewers: [], teams: [name] })),
  ];
  const refused: string[] = [];
  for (const one of alone) refused.push(...(await askForReviews(client, number, one)));
  return refused;
}

/** Assigns the request to those who can be assigned: the forge takes all names or none. Answers who cannot. */
async function assign(client: GiteaClient, number: number, assignees: readonly string[]): Promise<readonly string[]> {
  if (assignees.length === 0) return [];
  const people = await client.ask({
    doing: 'list who can be assigned',
    path: '/assignees',
    answer: peopleSchema,
  });
  const present = new Set(people.map(({ login }) => login.toLowerCase()));
  const assigned = assignees.filter((name) => present.has(name.toLowerCase()));
  if (assigned.length > 0)
    await client.ask({
      doing: `assign pull request #${number}`,
      method: 'PATCH',
      path: pathOf('pulls', number),
      body: { assignees: assigned },
      answer: anythingSchema,
    });
  return assignees
    .filter((name) => !assigned.includes(name))
    .map(
      (name) => `an assignment to \`${name}\`: nobody of this name can be assigned in ${giteaRepositoryName(client)}.`,
    );
}
