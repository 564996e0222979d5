import type { PullRequest } from '../../port.ts';
import type { GitHubClient } from '../client.ts';
import { pullRequestNumbered } from '../schemas.ts';
import { limitBody, limitTitle, sameText } from '../text.ts';
import { toPullRequest } from './pull-request.ts';

/** Brings title and body up to date, and writes only where GitHub has others, so that nobody is notified of nothing. */
export async function updatePullRequest(
  client: GitHubClient,
  present: PullRequest,
  change: { readonly title: string; readonly body: string },
): Promise<PullRequest> {
  const title = limitTitle(change.title);
  const body = limitBody(change.body);
  if (present.title === title && sameText(present.body, body)) return present;
  const updated = await client.ask({
    doing: `update pull request #${present.number}`,
    request: (octokit, repository) =>
      octokit.rest.pulls.update({ ...repository, pull_number: present.number, title, body }),
    answer: pullRequestNumbered(present.number),
  });
  return toPullRequest(updated, present.endedBy);
}
