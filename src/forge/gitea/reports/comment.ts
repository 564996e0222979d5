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
export async function progressComment(client: GiteaClient, { number, text, known }: ProgressComment): Promise<number> {
  const body = `${progressMarker}\n${limitedBody(text, progressMarker.length + 1)}`;
  if (known !== undefined && (await editComment(client, known, body))) return known;
  const found = await findComment(client, number);
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
 * Finds our comment. A token for repositories may not ask whose it is: our account is the one that opened the request. Of a request that a
 * person had opened, or that has too many comments to be read, a worker that starts does not find it, and writes another.
 */
async function findComment(client: GiteaClient, number: number): Promise<number | undefined> {
  const { user: author } = await getPullRequest(client, number);
  const reading = client.ask({
    doing: `read the comments of pull request #${number}`,
    path: `${pathOf('issues', number)}/comments`,
    answer: commentsSchema,
  });
  const comments = await unlessTooLarge(reading, []);
  const ours = comments.filter(({ user }) => author?.login !== undefined && user?.login === author.login);
  return ours.findLast(({ body }) => body?.split(/\r?\n/)[0] === progressMarker)?.id;
}
