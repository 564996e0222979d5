import { z } from 'zod';
import { unlessTooLarge } from '../../http/call-failures.ts';
import { type ProgressComment, progressMarker } from '../../reports/port.ts';
import { type GiteaClient, pathOf } from '../client.ts';
import { getPullRequest } from '../requests/pull-request.ts';
import { limitedBody } from '../text.ts';

const commentSchema = z.object({
  id: z.int().positive(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
});
const commentsSchema = z
  .array(commentSchema)
  .nullish()
  .transform((list) => list ?? []);

/** Writes our comment as `ForgeReports.progressComment` promises. One that somebody deleted is written anew. */
export async function progressComment(client: GiteaClient, comment: ProgressComment): Promise<number> {
  const { number, text, known, marker = progressMarker } = comment;
  const body = `${marker}\n${limitedBody(text, marker.length + 1)}`;
  if (known !== undefined && (await editComment(client, known, body))) return known;
  const found = await findComment(client, number, marker);
  if (found !== undefined && found !== known && (await editComment(client, found, body))) return found;
  const { id } = await client.ask({
    doing: `comment on pull request #${number}`,
    method: 'POST',
    path: `${pathOf('issues', number)}/comments`,
    body: { body },
    answer: commentSchema,
  });
  return id;
}

/** Edits a comment; false: it is not there any more. */
async function editComment(client: GiteaClient, id: number, body: string): Promise<boolean> {
  const answer = await client.askExpecting([404], {
    doing: `edit comment ${id}`,
    method: 'PATCH',
    path: pathOf('issues', 'comments', id),
    body: { body },
    answer: commentSchema,
  });
  return answer.kind === 'ok';
}

/**
 * Finds our comment. A token for repositories may not ask whose it is: on a request of ours, our account is the one that opened it. Of a
 * request that has too many comments to be read, and of one of ours that a person had opened, another comment is written.
 */
async function findComment(client: GiteaClient, number: number, marker: string): Promise<number | undefined> {
  const us = marker === progressMarker ? (await getPullRequest(client, number)).user : await ownAccount(client);
  const reading = client.ask({
    doing: `read the comments of pull request #${number}`,
    path: `${pathOf('issues', number)}/comments`,
    answer: commentsSchema,
  });
  const comments = await unlessTooLarge(reading, []);
  const ours = comments.filter(({ user }) => us?.login !== undefined && user?.login === us.login);
  return ours.findLast(({ body }) => body?.split(/\r?\n/)[0] === marker)?.id;
}

/** Asks whose the token is. That of a job of Gitea's own may ask, and another one with the scope `read:user`. */
function ownAccount(client: GiteaClient): Promise<{ readonly login: string }> {
  return client.ask({
    doing: 'ask whose the token is, which needs the scope read:user',
    path: '/user',
    below: 'api',
    answer: z.object({ login: z.string() }),
  });
}
