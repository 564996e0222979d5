import { z } from 'zod';
import { listOf } from '../../text/json-lists.ts';
import { pageAddress } from '../http/page-address.ts';

/**
 * The schemas name what is read of the answers of Gitea and Forgejo. Everything else in them may change without notice. Both leave
 * out lists that are empty, or write `null`.
 */
const login = z.object({ login: z.string() });

const labelSchema = z.object({ id: z.int(), name: z.string() });
export type GiteaLabel = z.infer<typeof labelSchema>;

function listOrNone<T extends z.ZodType>(entry: T) {
  return listOf(entry)
    .nullish()
    .transform((list) => list ?? []);
}

const endSchema = z.object({
  /** The branch; `ref` names it only as long as it is there. */
  label: z.string(),
  sha: z.string(),
  /** -1 where the repository was a fork that was deleted. */
  repo_id: z.int(),
});

export const pullRequestSchema = z.object({
  number: z.int().positive(),
  html_url: pageAddress,
  state: z.enum(['open', 'closed']),
  title: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().nullish(),
  user: login.nullish(),
  labels: listOrNone(labelSchema),
  head: endSchema,
  base: endSchema,
  /** The commit from which both sides went, as far as it has been computed. */
  merge_base: z.string().nullish(),
  mergeable: z.boolean().nullish(),
  merged: z.boolean(),
  merge_commit_sha: z.string().nullish(),
  merged_by: login.nullish(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
  requested_reviewers: listOrNone(login),
  requested_reviewers_teams: listOrNone(z.object({ name: z.string() })),
  assignees: listOrNone(login),
  closed_at: z.string().nullish(),
});
export type GiteaPullRequest = z.infer<typeof pullRequestSchema>;

/** Reads one request, and refuses another one in its place. */
export function pullRequestNumbered(number: number): z.ZodType<GiteaPullRequest> {
  return pullRequestSchema.refine((found) => found.number === number, `it is not pull request #${number}`);
}

/** A request that the forge itself cannot read, such as one whose commits are gone, is `null` in its lists. */
export const pullRequestsSchema = listOrNone(pullRequestSchema.nullable()).transform((list) =>
  list.filter((found) => found !== null),
);
export const numberedSchema = listOrNone(z.object({ number: z.int().positive() }));
export const labelsSchema = listOrNone(labelSchema);
/** Users, as lists of the API name them. */
export const peopleSchema = listOrNone(login);
export const oneLabelSchema = labelSchema;
export const commentsSchema = listOrNone(z.object({ body: z.string().nullish() }));
export const timelineSchema = listOrNone(z.object({ type: z.string(), user: login.nullish() }));

const refSchema = z.object({ ref: z.string(), object: z.object({ sha: z.string() }) });

/** A reference, or all of those that begin as it does. */
export const refsSchema = z.union([refSchema.transform((one) => [one]), listOf(refSchema)]);

/** Reads answers of which only the status matters; many have no body at all. */
export const anythingSchema = z.unknown();

/** The body of an error. Every part may be missing, because proxies answer too. */
export const giteaErrorSchema = z.object({
  message: z.string().nullish(),
  errors: listOf(z.union([z.string(), z.object({ message: z.string().nullish() })])).nullish(),
});

/** The body of a refused merge that conflicts: git's own words, and no message. */
export const conflictSchema = z.object({ Style: z.string(), StdErr: z.string() });
