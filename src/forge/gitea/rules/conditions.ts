import type { MergeConditions, RequiredCheck } from '../../port.ts';
import { type GiteaClient, pathOf } from '../client.ts';
import { readGiteaPages } from '../pages.ts';
import { getPullRequest } from '../requests/pull-request.ts';
import { readBranchRules } from './branch-rules.ts';
import { type GiteaReviews, type GiteaStatus, reviewsSchema } from './schemas.ts';
import { isFailed, isGreen, readStatuses } from './statuses.ts';
import { createWildcards, type Wildcards } from './wildcard.ts';

/** Answers what a request lacks as `Forge.mergeConditions` promises. What no rule asks for is not read. */
export async function readConditions(client: GiteaClient, number: number): Promise<MergeConditions | undefined> {
  const { base, head, created_at: openedAt } = await getPullRequest(client, number);
  const rules = await readBranchRules(client, base.label);
  if (rules === undefined) return undefined;
  const statuses = rules.checks.length === 0 ? [] : await readStatuses(client, head.sha);
  const wildcards = createWildcards();
  const checks = rules.checks.map((name) => requiredCheck(name, statuses, wildcards));
  const reviews = rules.approvals === 0 ? [] : await readReviews(client, number);
  return { rules, checks, ...(openedAt && { openedAt }), ...opinionsOf(reviews, client.options.repository.owner) };
}

/** A required name may be a pattern: then all that match must be green, and one there must be. Of too many, nothing is known. */
function requiredCheck(name: string, statuses: readonly GiteaStatus[], wildcards: Wildcards): RequiredCheck {
  const matching = wildcards.isOver() ? [] : statuses.filter(({ context }) => wildcards.matches(name, context));
  if (wildcards.isOver()) return { name, state: 'expected' };
  const open = matching.find(isFailed) ?? matching.find((one) => !isGreen(one));
  if (matching.length === 0) return { name, state: 'expected' };
  if (open === undefined) return { name, state: 'green' };
  const since = open.updated_at ?? undefined;
  return { name, state: isFailed(open) ? 'failed' : 'running', ...(since && { since }) };
}

async function readReviews(client: GiteaClient, number: number): Promise<GiteaReviews> {
  const found: GiteaReviews = [];
  for await (const reviews of readGiteaPages(client, {
    doing: `read the reviews of pull request #${number}`,
    path: `${pathOf('pulls', number)}/reviews`,
    answer: reviewsSchema,
  }))
    found.push(...reviews);
  return found;
}

type Opinions = Pick<MergeConditions, 'approvedBy' | 'changesRequestedBy' | 'reviewAwaitedFrom'>;

/** Of each person the latest opinion counts; one that was dismissed, or of somebody without a say, does not. */
function opinionsOf(reviews: GiteaReviews, owner: string): Opinions {
  const latest = new Map<string, { readonly said: string; readonly since: string | undefined }>();
  for (const { state: said, user, team, official, dismissed, submitted_at: at } of reviews) {
    const name = team ? `${owner}/${team.name}` : user?.login;
    const isOpinion = ['APPROVED', 'REQUEST_CHANGES', 'REQUEST_REVIEW'].includes(said);
    if (name === undefined || !isOpinion || dismissed) continue;
    if (said === 'APPROVED' && official === false) continue;
    latest.set(name, { said, since: at ?? undefined });
  }
  const those = (wanted: string) =>
    [...latest].flatMap(([name, { said, since }]) => (said === wanted ? [{ name, ...(since && { since }) }] : []));
  return {
    approvedBy: those('APPROVED').map(({ name }) => name),
    changesRequestedBy: those('REQUEST_CHANGES'),
    reviewAwaitedFrom: those('REQUEST_REVIEW'),
  };
}
