import { Failure } from '../../../failure.ts';
import { defaultLagMs } from '../../http/call-failures.ts';
import type { PullRequest, PullRequestDraft } from '../../port.ts';
import { type GitHubClient, repositoryName } from '../client.ts';
import { type GitHubPullRequest, pullRequestSchema } from '../schemas.ts';
import { limitBody, limitTitle } from '../text.ts';
import { askPeople } from './ask-people.ts';
import { addLabels } from './labels.ts';
import { type Ends, listBetween } from './list.ts';
import { readPullRequest, toPullRequest } from './pull-request.ts';
import { updatePullRequest } from './update.ts';

/** The wait, in milliseconds, until GitHub shows a push on the request. */
const HEAD_LAG_MS = 2_000;

/**
 * Opens a request as `Forge.openPullRequest` promises. A merged one is looked for first, because after a squash GitHub
 * would open a second request for the same commit. An open one is found by trying to create it, which cannot miss it.
 */
export async function openPullRequest(client: GitHubClient, draft: PullRequestDraft): Promise<PullRequest> {
  const merged = draft.isFirst ? undefined : await findMerged(client, draft);
  if (merged) return readPullRequest(client, merged.number);
  const { isNew, request } = await createOrAdopt(client, draft);
  const labels = await labelOpened(client, request, [draft.label, ...(isNew ? (draft.asks?.labels ?? []) : [])]);
  if (isNew && draft.asks) await askPeople(client, request.number, draft.asks);
  return { ...request, labels };
}

/**
 * Labels a request that is open. GitHub refuses it where somebody has given it a hundred labels: no label decides anything, so that
 * this stops nobody. Whoever records the merge tries again, and then says why it cannot.
 */
async function labelOpened(
  client: GitHubClient,
  opened: PullRequest,
  labels: readonly string[],
): Promise<readonly string[]> {
  try {
    return await addLabels(client, opened, labels);
  } catch (error) {
    if (error instanceof Failure && error.type === 'Refused') return opened.labels;
    throw error;
  }
}

/** Finds a merged request with this head. Where GitHub does not name the merge yet, it was merged a moment ago. */
async function findMerged(client: GitHubClient, draft: PullRequestDraft): Promise<GitHubPullRequest | undefined> {
  for (const found of await listBetween(client, endsOf(draft), 'closed')) {
    if (found.merged_at === null || found.head.sha !== draft.head.sha) continue;
    if (found.merge_commit_sha === null || (await draft.isInBase(found.merge_commit_sha))) return found;
  }
  return undefined;
}

/** A request that is open now. */
interface OpenedRequest {
  readonly request: PullRequest;
  /** It was opened just now, so that nobody was asked for yet. */
  readonly isNew: boolean;
}

async function createOrAdopt(client: GitHubClient, draft: PullRequestDraft): Promise<OpenedRequest> {
  const created = await client.askExpecting([422], {
    doing: `open a pull request from ${draft.head.branch} to ${draft.base}`,
    isContent: true,
    request: (octokit, repository) =>
      octokit.rest.pulls.create({
        ...repository,
        head: draft.head.branch,
        base: draft.base,
        title: limitTitle(draft.title),
        body: limitBody(draft.body),
      }),
    answer: pullRequestSchema,
  });
  if (created.kind === 'ok') {
    const opened = toPullRequest(requireHead(client, draft, created.data));
    client.options.memory?.requestsOf(client.options.repository).noteOpened(opened);
    return { request: opened, isNew: true };
  }
  if (/already exists/i.test(created.message)) return adoptOpen(client, draft);
  throw failureOfBranch(client, draft, created.message) ?? created.failure;
}

/** Says what GitHub means when it calls a branch invalid; undefined where it means something else. */
function failureOfBranch(client: GitHubClient, { head, base }: PullRequestDraft, message: string): Failure | undefined {
  if (/\bbase invalid\b/.test(message)) {
    // git has just shown it.
    return new Failure(
      'NotFound',
      `${repositoryName(client)} has no branch ${base} to open a pull request to. Create it.`,
      { retryAfterMs: HEAD_LAG_MS, patienceMs: client.options.lagMs ?? defaultLagMs },
    );
  }
  if (/\bno commits between\b/i.test(message)) {
    return new Failure(
      'Refused',
      `GitHub sees no commits between ${base} and ${head.branch} in ${repositoryName(client)}: it does not show the push yet, or somebody has moved one of them. Retry to render again, or abort.`,
      { retryAfterMs: HEAD_LAG_MS, patienceMs: client.options.lagMs ?? defaultLagMs },
    );
  }
  if (!/\bhead invalid\b/.test(message)) return undefined;
  return new Failure(
    'Unavailable',
    `GitHub has no branch ${head.branch} in ${repositoryName(client)}: it does not show the push yet, or somebody deleted the branch. Fairlead tries again.`,
    { retryAfterMs: HEAD_LAG_MS },
  );
}

async function adoptOpen(client: GitHubClient, draft: PullRequestDraft): Promise<OpenedRequest> {
  const [found] = await listBetween(client, endsOf(draft), 'open');
  if (found === undefined) {
    throw new Failure(
      'Unavailable',
      `GitHub says that a pull request from ${draft.head.branch} to ${draft.base} is open in ${repositoryName(client)}, but does not list it yet. Fairlead tries again.`,
      { retryAfterMs: HEAD_LAG_MS },
    );
  }
  const { title, body } = draft;
  const open = toPullRequest(requireHead(client, draft, found));
  return { request: await updatePullRequest(client, open, { title, body }), isNew: isUnasked(found) };
}

/** An attempt that opened a request may have ended before it asked for anybody. Longer ago somebody took them off. */
const askedWithinMs = 5 * 60_000;

function isUnasked({ created_at, requested_reviewers, requested_teams, assignees }: GitHubPullRequest): boolean {
  const nobody = [requested_reviewers, requested_teams, assignees].every((list) => (list ?? []).length === 0);
  return nobody && Date.now() - Date.parse(created_at ?? '') < askedWithinMs;
}

function endsOf({ head, base }: PullRequestDraft): Ends {
  return { head: head.branch, base };
}

function requireHead(client: GitHubClient, draft: PullRequestDraft, found: GitHubPullRequest): GitHubPullRequest {
  if (found.head.sha === draft.head.sha) return found;
  throw new Failure(
    'Unavailable',
    `Pull request #${found.number} in ${repositoryName(client)} has commit ${found.head.sha}, not ${draft.head.sha}: GitHub does not show the push to ${draft.head.branch} yet, or somebody else pushed there. Fairlead looks again; if it stays, see ${found.html_url}.`,
    { retryAfterMs: HEAD_LAG_MS },
  );
}
