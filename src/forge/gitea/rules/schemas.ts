import { z } from 'zod';
import { listOf } from '../../../text/json-lists.ts';

const names = listOf(z.string())
  .nullish()
  .transform((list) => list ?? []);

export const branchSchema = z.object({
  protected: z.boolean(),
  required_approvals: z.int().nullish(),
  enable_status_check: z.boolean().nullish(),
  status_check_contexts: names,
  user_can_merge: z.boolean().nullish(),
});
export type GiteaBranch = z.infer<typeof branchSchema>;

const statusSchema = z.object({ context: z.string(), status: z.string(), updated_at: z.string().nullish() });
export type GiteaStatus = z.infer<typeof statusSchema>;
/** The latest status of each name. */
export const combinedStatusSchema = z
  .object({ statuses: listOf(statusSchema).nullish() })
  .transform(({ statuses }) => statuses ?? []);

export const reviewsSchema = listOf(
  z.object({
    state: z.string(),
    user: z.object({ login: z.string() }).nullish(),
    team: z.object({ name: z.string() }).nullish(),
    official: z.boolean().nullish(),
    dismissed: z.boolean().nullish(),
    submitted_at: z.string().nullish(),
  }),
)
  .nullish()
  .transform((list) => list ?? []);
export type GiteaReviews = z.infer<typeof reviewsSchema>;
