import { z } from 'zod';
import { listOf } from '../../../text/json-lists.ts';

/** The schemas name what is read of GitHub's answers about rules, checks and reviews. */
const instant = z.string().nullish();
const name = z.string().transform((text) => text.replace(/\s+/g, ' ').trim().slice(0, 200));

/** A rule of a ruleset; of its parameters, what is read of any kind of rule. */
export const branchRulesSchema = listOf(
  z.object({
    type: z.string(),
    parameters: z
      .object({
        required_status_checks: listOf(z.object({ context: name, integration_id: z.int().nullish() })).optional(),
        required_approving_review_count: z.int().optional(),
        require_code_owner_review: z.boolean().optional(),
        dismiss_stale_reviews_on_push: z.boolean().optional(),
        require_last_push_approval: z.boolean().optional(),
        required_review_thread_resolution: z.boolean().optional(),
        required_deployment_environments: listOf(name).optional(),
      })
      .optional(),
  }),
);
export type GitHubRules = z.infer<typeof branchRulesSchema>;

const contextsSchema = z.object({
  contexts: listOf(name).optional(),
  checks: listOf(z.object({ context: name, app_id: z.int().nullish() })).optional(),
});

/** A branch, with what everybody may read of its protection. */
export const branchSchema = z.object({
  protected: z.boolean(),
  protection: z
    .object({ enabled: z.boolean().optional(), required_status_checks: contextsSchema.optional() })
    .optional(),
});

const flag = z.object({ enabled: z.boolean().optional() }).optional();

/** The protection of a branch, as an administrator may read it. */
export const protectionSchema = z.object({
  required_status_checks: contextsSchema.nullish(),
  required_pull_request_reviews: z
    .object({
      required_approving_review_count: z.int().optional(),
      require_code_owner_reviews: z.boolean().optional(),
      dismiss_stale_reviews: z.boolean().optional(),
      require_last_push_approval: z.boolean().optional(),
    })
    .nullish(),
  required_conversation_resolution: flag,
  required_signatures: flag,
});
export type GitHubProtection = z.infer<typeof protectionSchema>;

export const checkRunsSchema = z.object({
  check_runs: listOf(
    z.object({
      name,
      status: z.string(),
      conclusion: z.string().nullable(),
      started_at: instant,
      completed_at: instant,
      app: z.object({ id: z.int() }).nullish(),
    }),
  ),
});
export type GitHubCheckRun = z.infer<typeof checkRunsSchema>['check_runs'][number];

export const statusesSchema = z.object({
  statuses: listOf(z.object({ context: name, state: z.string(), updated_at: instant })),
});
export type GitHubStatus = z.infer<typeof statusesSchema>['statuses'][number];

export const reviewsSchema = listOf(
  z.object({
    // GitHub names no user where the account was deleted.
    user: z.object({ login: z.string() }).nullish(),
    state: z.string(),
    submitted_at: instant,
  }),
);
export type GitHubReviews = z.infer<typeof reviewsSchema>;

/** Whose review of a request is asked for. */
export const requestedSchema = z.object({
  number: z.int(),
  state: z.string(),
  created_at: instant,
  head: z.object({ sha: z.string() }),
  base: z.object({ ref: z.string() }),
  requested_reviewers: listOf(z.object({ login: z.string() })).nullish(),
  requested_teams: listOf(z.object({ slug: z.string() })).nullish(),
});
