import { Failure } from '../../../failure.ts';
import { defaultLagMs } from '../../http/call-failures.ts';
import type { PullRequest, PullRequestDraft } from '../../port.ts';
import { type GiteaClient, giteaRepositoryName, pathOf } from '../client.ts';
import { anythingSchema, type GiteaPullRequest, pullRequestSchema } from '../schemas.ts';
import { limitedBody, limitedTitle } from '../text.ts';
import { askPeople } from './ask-people.ts';
import { closeOnly } from './close.ts';
import { addLabel, labelIds } from './labels.ts';
import { type GiteaEnds, mergedWith, openBetween } from './list.ts';
import { readPullRequest, toPullRequest } from './pull-request.ts';
import { updatePullRequest } from './update.ts';

/** The wait, in milliseconds, until the forge shows a push. */
const headLagMs = 2_000;

/**
 * Opens a request as `Forge.openPullRequest` promises. A merged one is looked for first, because the forge would open a second
 * request for the same commit. An open one is found by trying to create it, which cannot miss it.
 */
export async function openPullRequest(client: GiteaClient, draft: PullRequestDraft): Promise<PullRequest> {
  const merged = draft.isFirst ? undefined : await findMerged(client, draft);
  // A list does not name who merged.
  if (merged) return readPullRequest(client, merged.number);
  const created = await create(client, draft);
  if (created) {
    const opened = toPullRequest(created);
    client.options.memory?.requestsOf(client.options.repository).noteOpened(opened);
    if (draft.asks) await askPeople(client, created.number, draft.asks);
    return opened;
  }
  const found = await findToAdopt(client, draft);
  const adopted = await updatePullRequest(client, found, draft);
  if (draft.asks && isUnasked(found)) await askPeople(client, found.number, draft.asks);
  const labels = await addLabel(client, adopted, draft.label);
  return toPullRequest({ ...adopted, labels: [...labels] });
}

/** An attempt that opened a request may have ended before it asked for anybody. Longer ago somebody took them off. */
const askedWithinMs = 5 * 60_000;

function isUnasked(found: GiteaPullRequest): boolean {
  const asked = [...found.requested_reviewers, ...found.requested_reviewers_teams, ...found.assignees];
  return asked.length === 0 && Date.now() - Date.parse(found.created_at ?? '') < askedWithinMs;
}

async function findMerged(client: GiteaClient, draft: PullRequestDraft): Promise<GiteaPullRequest | undefined> {
  for await (const found of mergedWith(client, endsOf(draft), draft.head.sha)) {
    if (!found.merge_commit_sha || (await draft.isInBase(found.merge_commit_sha))) return found;
  }
  return undefined;
}

/** Creates the request; undefined where one is open already. */
async function create(client: GiteaClient, draft: PullRequestDraft): Promise<GiteaPullRequest | undefined> {
  const created = await client.askExpecting([404, 409], {
    doing: `open a pull request from ${draft.head.branch} to ${draft.base}`,
    method: 'POST',
    path: '/pulls',
    body: {
      head: draft.head.branch,
      base: draft.base,
      title: limitedTitle(draft.title),
      body: limitedBody(draft.body),
      labels: await labelIds(client, [draft.label, ...(draft.asks?.labels ?? [])]),
    },
    answer: pullRequestSchema,
  });
  if (created.kind === 'refused') {
    if (created.status === 409 && /already exists/i.test(created.message)) return undefined;
    throw (created.status === 404 && (await failureOfBranch(client, draft))) || created.failure;
  }
  await refuseEmpty(client, draft, created.data);
  return requireHead(client, draft, created.data);
}

/** These forges open requests that change nothing, and then merge them. */
async function refuseEmpty(client: GiteaClient, draft: PullRequestDraft, found: GiteaPullRequest): Promise<void> {
  if (found.merge_base !== found.head.sha) return;
  await closeOnly(client, found.number);
  throw new Failure(
    'Refused',
    `There are no commits between ${draft.base} and ${draft.head.branch} in ${giteaRepositoryName(client)}: the forge does not show the push yet, or somebody has moved one of them. Retry to render again, or abort.`,
    { retryAfterMs: headLagMs, patienceMs: client.options.lagMs ?? defaultLagMs },
  );
}

/** Says which branch is missing; undefined: both are there. The forge only says that something was not found. */
async function failureOfBranch(client: GiteaClient, { head, base }: PullRequestDraft): Promise<Failure | undefined> {
  const repository = giteaRepositoryName(client);
  const ofBase = await lookForBranch(client, base);
  if (ofBase === 'missing')
    return new Failure('NotFound', `${repository} has no branch ${base} to open a pull request to. Create it.`, {
      // git has just shown it.
      retryAfterMs: headLagMs,
      patienceMs: client.options.lagMs ?? defaultLagMs,
    });
  const ofHead = await lookForBranch(client, head.branch);
  if (ofBase === 'there' && ofHead === 'there') return undefined;
  const branch = ofHead === 'there' ? base : head.branch;
  return new Failure(
    'Unavailable',
    `The forge has no branch ${branch} in ${repository}: it does not show the push yet, or somebody deleted the branch. Fairlead tries again.`,
    { retryAfterMs: headLagMs },
  );
}

/** A branch that git has and the forge's database does not, because it was pushed a moment ago, is an internal error there (500). */
async function lookForBranch(client: GiteaClient, branch: string): Promise<'there' | 'missing' | 'not shown yet'> {
  const answer = await client.askExpecting([404, 500], {
    doing: `look for branch ${branch}`,
    path: pathOf('branches', branch),
    answer: anythingSchema,
  });
  if (answer.kind === 'ok') return 'there';
  return answer.status === 404 ? 'missing' : 'not shown yet';
}

async function findToAdopt(client: GiteaClient, draft: PullRequestDraft): Promise<GiteaPullRequest> {
  const found = await openBetween(client, endsOf(draft));
  if (found) return requireHead(client, draft, found);
  throw new Failure(
    'Unavailable',
    `The forge says that a pull request from ${draft.head.branch} to ${draft.base} is open in ${giteaRepositoryName(client)}, but does not list it yet. Fairlead tries again.`,
    { retryAfterMs: headLagMs },
  );
}

function endsOf({ head, base }: PullRequestDraft): GiteaEnds {
  return { head: head.branch, base };
}

function requireHead(client: GiteaClient, draft: PullRequestDraft, found: GiteaPullRequest): GiteaPullRequest {
  if (found.head.sha === draft.head.sha) return found;
  throw new Failure(
    'Unavailable',
    `Pull request #${found.number} in ${giteaRepositoryName(client)} has commit ${found.head.sha}, not ${draft.head.sha}: the forge does not show the push to ${draft.head.branch} yet, or somebody else pushed there. Fairlead looks again; if it stays, see ${found.html_url}.`,
    { retryAfterMs: headLagMs },
  );
}
