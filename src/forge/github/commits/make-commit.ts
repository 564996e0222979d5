import { z } from 'zod';
import { Failure } from '../../../failure.ts';
import type { Sha } from '../../../git/repository.ts';
import type { ForgeCommit } from '../../port.ts';
import { type GitHubClient, repositoryName } from '../client.ts';

const person = z.object({ email: z.string() });
const commitSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  author: person,
  committer: person,
  verification: z.object({ verified: z.boolean(), reason: z.string() }),
});

/** Matches a tree or a parent that was pushed just now: the API may be behind git. */
const notThereYet = /does not exist|not found/i;

/** Answers the addresses with which GitHub commits what an App makes through the API: github.com's, and that of an Enterprise Server. */
export function webCommitters(host: string): readonly string[] {
  return [...new Set(['noreply@github.com', `noreply@${host.replace(/:\d+$/, '')}`])];
}

/**
 * Makes a commit as the App whose bot has this address. GitHub signs what an App makes without naming an author or a committer.
 * @see https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification#signature-verification-for-bots
 */
export async function makeCommit(client: GitHubClient, bot: string, commit: ForgeCommit): Promise<Sha> {
  const { tree, parents, message } = commit;
  const answer = await client.askExpecting([404, 422], {
    doing: 'make a commit',
    request: (octokit, repository) =>
      octokit.rest.git.createCommit({ ...repository, tree, parents: [...parents], message }),
    answer: commitSchema,
    isContent: true,
  });
  if (answer.kind === 'refused') throw refusal(client, answer);
  const { sha, author, committer, verification } = answer.data;
  if (author.email !== bot) throw wrongSetting(client, `commits as ${author.email}: write that address there`);
  if (!verification.verified)
    throw wrongSetting(client, `does not sign what the App commits (${verification.reason}): use \`signing\` instead`);
  if (!webCommitters(client.options.repository.host).includes(committer.email))
    throw wrongSetting(
      client,
      `commits it as ${committer.email}, which Fairlead does not know: use \`signing\` instead`,
    );
  return sha;
}

function refusal(
  client: GitHubClient,
  { status, message, failure }: { readonly status: number; readonly message: string; readonly failure: Failure },
): Failure {
  if (status !== 422 || !notThereYet.test(message)) return failure;
  return new Failure(
    'Unavailable',
    `GitHub does not see yet what was pushed to ${repositoryName(client)}: ${message}. Fairlead makes the commit again.`,
  );
}

function wrongSetting({ options: { repository } }: GitHubClient, what: string): Failure {
  return new Failure(
    'InvalidConfig',
    `\`app.commitsAs\` of the forge ${repository.host} in the worker's settings does not fit: GitHub ${what}.`,
    { isOfWorker: true },
  );
}
