import { cut } from '../../../cut.ts';
import type { Sha } from '../../../git/repository.ts';
import { lineText } from '../../../untrusted-text.ts';
import type { CommitStatus } from '../../reports/port.ts';
import type { GitHubClient } from '../client.ts';
import { anythingSchema } from '../schemas.ts';

/** GitHub's limit for the description of a status, in characters. */
export const DESCRIPTION_LIMIT = 140;

/** Writes a status as `ForgeReports.writeStatus` promises. */
export async function writeStatus(client: GitHubClient, sha: Sha, status: CommitStatus): Promise<void> {
  const { context, state, description, targetUrl } = status;
  await client.ask({
    doing: `write the status ${context}`,
    request: (octokit, repository) =>
      octokit.rest.repos.createCommitStatus({
        ...repository,
        sha,
        context,
        state,
        description: descriptionText(description),
        ...(targetUrl !== undefined && { target_url: targetUrl }),
      }),
    answer: anythingSchema,
  });
}

/** Makes a text fit to be a description, which GitHub shows as it is: one line, and not too long. */
export function descriptionText(text: string): string {
  return cut(lineText(text), DESCRIPTION_LIMIT);
}
