import { createHash } from 'node:crypto';
import { unlessTooLarge } from '../../http/call-failures.ts';
import { type GiteaClient, pathOf } from '../client.ts';
import { anythingSchema, commentsSchema } from '../schemas.ts';
import { limitedBody } from '../text.ts';
import { getPullRequest } from './pull-request.ts';

/** Closes a request as `Forge.close` promises. */
export async function closePullRequest(client: GiteaClient, number: number, comment: string): Promise<void> {
  const { state } = await getPullRequest(client, number);
  if (state === 'closed') return;
  await commentOnce(client, number, comment);
  await closeOnly(client, number);
}

/** Comments on a request, unless the same was said there before. A hidden line marks our comment. */
export async function commentOnce(client: GiteaClient, number: number, comment: string): Promise<void> {
  const marker = markerOf(comment);
  if (await isCommented(client, number, marker)) return;
  await client.ask({
    doing: `comment on pull request #${number}`,
    method: 'POST',
    path: `${pathOf('issues', number)}/comments`,
    body: { body: `${limitedBody(comment, marker.length + 2)}\n\n${marker}` },
    answer: anythingSchema,
  });
}

/** Closes a request without a word. One that was merged in this moment stays merged. */
export async function closeOnly(client: GiteaClient, number: number): Promise<void> {
  const answer = await client.askExpecting([412], {
    doing: `close pull request #${number}`,
    method: 'PATCH',
    path: pathOf('pulls', number),
    body: { state: 'closed' },
    answer: anythingSchema,
  });
  if (answer.kind === 'refused' && !(await getPullRequest(client, number)).merged) throw answer.failure;
}

function markerOf(comment: string): string {
  return `<!-- fairlead:closed ${createHash('sha256').update(comment).digest('hex').slice(0, 16)} -->`;
}

/** All comments come in one answer. Where that is too large, it is said once more, which is better than not to close. */
async function isCommented(client: GiteaClient, number: number, marker: string): Promise<boolean> {
  const reading = client.ask({
    doing: `read the comments of pull request #${number}`,
    path: `${pathOf('issues', number)}/comments`,
    answer: commentsSchema,
  });
  const comments = await unlessTooLarge(reading, []);
  // The marker counts as a whole line only: a quoted one has a ">" before it.
  return comments.some(({ body }) => body?.split(/\r?\n/).includes(marker));
}
