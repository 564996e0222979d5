import { z } from 'zod';
import { listOf } from '../../../text/json-lists.ts';
import { type ProgressComment, progressMarker } from '../../reports/port.ts';
import type { GitHubClient } from '../client.ts';
import { askGraphql } from '../graphql.ts';
import { BODY_LIMIT, limitBody } from '../text.ts';

const COMMENTS = `query ($owner: String!, $name: String!, $number: Int!, $before: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      comments(last: 100, before: $before) {
        nodes { databaseId body viewerDidAuthor }
        pageInfo { hasPreviousPage startCursor }
      }
    }
  }
}`;
/** A forge that never ends its list is not believed. */
const MOST_PAGES = 20;

const idSchema = z.object({ id: z.int().positive() });
const commentsSchema = z.object({
  data: z.object({
    repository: z.object({
      pullRequest: z.object({
        comments: z.object({
          nodes: listOf(z.object({ databaseId: z.int(), body: z.string(), viewerDidAuthor: z.boolean() })),
          pageInfo: z.object({ hasPreviousPage: z.boolean(), startCursor: z.string().nullable() }),
        }),
      }),
    }),
  }),
});

type CommentPage = z.output<typeof commentsSchema>['data']['repository']['pullRequest']['comments'];

/** Writes our comment as `ForgeReports.progressComment` promises. One that somebody deleted is written anew. */
export async function progressComment(client: GitHubClient, comment: ProgressComment): Promise<number> {
  const { number, text, known, marker = progressMarker } = comment;
  const body = `${marker}\n${limitBody(text, BODY_LIMIT - marker.length - 1)}`;
  if (known !== undefined && (await editComment(client, known, body))) return known;
  const found = await findComment(client, number, marker);
  if (found !== undefined && found !== known && (await editComment(client, found, body))) return found;
  const { id } = await client.ask({
    doing: `comment on pull request #${number}`,
    isContent: true,
    request: (octokit, repository) => octokit.rest.issues.createComment({ ...repository, issue_number: number, body }),
    answer: idSchema,
  });
  return id;
}

/** Edits a comment; false: it is not there any more. */
async function editComment(client: GitHubClient, id: number, body: string): Promise<boolean> {
  const answer = await client.askExpecting([404], {
    doing: `edit comment ${id}`,
    request: (octokit, repository) => octokit.rest.issues.updateComment({ ...repository, comment_id: id, body }),
    answer: idSchema,
  });
  return answer.kind === 'ok';
}

/** Finds our comment. REST does not say which comments are ours: an App may not even ask who it is. */
async function findComment(client: GitHubClient, number: number, marker: string): Promise<number | undefined> {
  let before: string | null = null;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const list: CommentPage = await readComments(client, number, before);
    const ours = list.nodes.find(({ body, viewerDidAuthor }) => viewerDidAuthor && body.split(/\r?\n/)[0] === marker);
    if (ours !== undefined) return ours.databaseId;
    if (!list.pageInfo.hasPreviousPage) return undefined;
    before = list.pageInfo.startCursor;
  }
  return undefined;
}

async function readComments(client: GitHubClient, number: number, before: string | null): Promise<CommentPage> {
  const { owner, name } = client.options.repository;
  const { data } = await askGraphql(client, commentsSchema, {
    doing: `read the comments of pull request #${number}`,
    query: COMMENTS,
    variables: { owner, name, number, before },
  });
  return data.repository.pullRequest.comments;
}
