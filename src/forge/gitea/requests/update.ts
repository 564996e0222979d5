import { sameText } from '../../http/text.ts';
import type { GiteaClient } from '../client.ts';
import { pathOf } from '../client.ts';
import { type GiteaPullRequest, pullRequestNumbered } from '../schemas.ts';
import { limitedBody, limitedTitle } from '../text.ts';

/**
 * Brings title and body up to date, and writes only where the forge has others, so that nobody is notified of nothing. A request
 * that somebody made a draft of stays one.
 */
export async function updatePullRequest(
  client: GiteaClient,
  present: GiteaPullRequest,
  change: { readonly title: string; readonly body: string },
): Promise<GiteaPullRequest> {
  const title = limitedTitle(change.title, present);
  const body = limitedBody(change.body);
  if (present.title === title && sameText(present.body ?? '', body)) return present;
  return client.ask({
    doing: `update pull request #${present.number}`,
    method: 'PATCH',
    path: pathOf('pulls', present.number),
    body: { title, body },
    answer: pullRequestNumbered(present.number),
  });
}
