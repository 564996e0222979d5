import { z } from 'zod';
import { listOf } from '../../text/json-lists.ts';
import { pageAddress } from '../http/page-address.ts';

/** The schemas name what is read of GitHub's answers. Everything else in them may change without notice. */
const login = z.object({ login: z.string() });

export const pullRequestSchema = z.object({
  number: z.int().positive(),
  node_id: z.string(),
  html_url: pageAddress,
  state: z.enum(['open', 'closed']),
  title: z.string(),
  body: z.string().nullable(),
  draft: z.boolean().optional(),
  // GitHub names no user where the account was deleted.
  user: login.nullish(),
  labels: listOf(z.object({ name: z.string() })),
  head: z.object({
    ref: z.string(),
    sha: z.string(),
    // The repository is null where it was a fork that was deleted.
    repo: z.object({ full_name: z.string() }).nullable(),
  }),
  base: z.object({ ref: z.string(), sha: z.string().optional() }),
  merged_at: z.string().nullable(),
  merge_commit_sha: z.string().nullable(),
  // GitHub names it in the answer for one request, not in lists; null while it is computed.
  mergeable: z.boolean().nullish(),
  mergeable_state: z.string().optional(),
  updated_at: z.string().optional(),
  created_at: z.string().optional(),
  requested_reviewers: z.array(z.unknown()).nullish(),
  requested_teams: z.array(z.unknown()).nullish(),
  assignees: z.array(z.unknown()).nullish(),
  merged_by: login.nullish(),
});
export type GitHubPullRequest = z.infer<typeof pullRequestSchema>;

/** Reads one request, and refuses another one in its place. */
export function pullRequestNumbered(number: number): z.ZodType<GitHubPullRequest> {
  return pullRequestSchema.refine((found) => found.number === number, `it is not pull request #${number}`);
}

export const pullRequestsSchema = listOf(pullRequestSchema);
export const mergedSchema = z.object({ sha: z.string(), merged: z.literal(true) });
export const assignedSchema = z.object({ assignees: listOf(login).nullish() });
export const issueSchema = z.object({ closed_by: login.nullish() });
export const commentsSchema = listOf(z.object({ body: z.string().optional() }));
export const labelsSchema = listOf(
  z.object({ name: z.string(), color: z.string().optional(), description: z.string().nullish() }),
);
/** Reads answers of which only the status matters. */
export const anythingSchema = z.object({});

/** The body of an error. Every part may be missing, because proxies answer too. */
export const errorBodySchema = z.object({
  message: z.string().optional(),
  errors: listOf(
    z.union([
      z.string(),
      z.object({
        resource: z.string().optional(),
        field: z.string().optional(),
        code: z.string().optional(),
        message: z.string().optional(),
      }),
    ]),
  ).optional(),
});
