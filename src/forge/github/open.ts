import { Failure } from '../../failure.ts';
import type { PullRequest, PullRequestDraft } from '../port.ts';
import type { GitHubClient } from './client.ts';
import { addLabel } from './labels.ts';
import { readPullRequest, toPullRequest } from './pull-request.ts';
import { type GitHubPullRequest, pullRequestSchema, pullRequestsSchema } from './schemas.ts';
import { limitBody, limitTitle } from './text.ts';
import { updatePullRequest } from './update.ts';

/** GitHub shows a push on the request a moment later. */
const HEAD_LAG_MS = 2_000;

/**
 * See `Forge.openPullRequest`. A merged one is looked for first: after a squash GitHub would open a second
 * request for the same commit. An open one is found by trying to create it, which cannot miss it.
 */
export async function openPullRequest(client: GitHubClient, draft: PullRequestDraft): Promise<PullRequest> {
  const merged = (await list(client, ends(draft), 'closed')).find(
    ({ merged_at, head }) => merged_at !== null && head.sha === draft.head.sha,
  );
  const opened = merged ? await readPullRequest(client, merged.number) : await createOrAdopt(client, draft);
  return { ...opened, labels: await addLabel(client, opened, draft.label) };
}

/** See `Forge.findOpen`. */
export async function findOpen(client: GitHubClient, head: string, base: string): Promise<PullRequest | undefined> {
  const [found] = await list(client, { head, base }, 'open');
  return found && toPullRequest(found);
}

async function createOrAdopt(client: GitHubClient, draft: PullRequestDraft): Promise<PullRequest> {
  const created = await client.askExpecting([422], {
    doing: `open a pull request from ${draft.head.branch} to ${draft.base}`,
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
  if (created.kind === 'ok') return toPullRequest(requireHead(client, draft, created.data));
  if (/already exists/i.test(created.message)) return adopt(client, draft);
  throw unopened(client, draft, created.message) ?? created.failure;
}

/** What GitHub means when it calls a branch invalid; undefined where it means something else. */
function unopened(client: GitHubClient, { head, base }: PullRequestDraft, message: string): Failure | undefined {
  if (/\bbase invalid\b/.test(message)) {
    return new Failure('NotFound', `${nameOf(client)} has no branch ${base} to open a pull request to. Create it.`);
  }
  if (!/\bhead invalid\b/.test(message)) return undefined;
  return new Failure(
    'Unavailable',
    `GitHub has no branch ${head.branch} in ${nameOf(client)}: it does not show the push yet, or somebody deleted the branch. Fairlead tries again.`,
    { retryAfterMs: HEAD_LAG_MS },
  );
}

async function adopt(client: GitHubClient, draft: PullRequestDraft): Promise<PullRequest> {
  const [found] = await list(client, ends(draft), 'open');
  if (found === undefined) {
    throw new Failure(
      'Unavailable',
      `GitHub says that a pull request from ${draft.head.branch} to ${draft.base} is open in ${nameOf(client)}, but does not list it yet. Fairlead tries again.`,
      { retryAfterMs: HEAD_LAG_MS },
    );
  }
  const { title, body } = draft;
  const open = toPullRequest(requireHead(client, draft, found));
  return updatePullRequest(client, open, { title, body });
}

interface Ends {
  readonly head: string;
  readonly base: string;
}

function ends({ head, base }: PullRequestDraft): Ends {
  return { head: head.branch, base };
}

/** Requests with our head branch, in this repository, and our base: GitHub ignores a `head` that it cannot read. */
async function list(
  client: GitHubClient,
  { head, base }: Ends,
  state: 'open' | 'closed',
): Promise<readonly GitHubPullRequest[]> {
  const found = await client.ask({
    doing: `list the ${state} pull requests of ${head}`,
    request: (octokit, repository) =>
      octokit.rest.pulls.list({
        ...repository,
        state,
        head: `${repository.owner}:${head}`,
        base,
        sort: 'updated',
        direction: 'desc',
        per_page: 100,
      }),
    answer: pullRequestsSchema,
  });
  const ours = nameOf(client).toLowerCase();
  return found.filter(
    (one) => one.head.ref === head && one.base.ref === base && one.head.repo?.full_name.toLowerCase() === ours,
  );
}

function requireHead(client: GitHubClient, draft: PullRequestDraft, found: GitHubPullRequest): GitHubPullRequest {
  if (found.head.sha === draft.head.sha) return found;
  throw new Failure(
    'Unavailable',
    `Pull request #${found.number} in ${nameOf(client)} has commit ${found.head.sha}, not ${draft.head.sha}: GitHub does not show the push to ${draft.head.branch} yet, or somebody else pushed there. Fairlead looks again; if it stays, see ${found.html_url}.`,
    { retryAfterMs: HEAD_LAG_MS },
  );
}

function nameOf({ options: { repository } }: GitHubClient): string {
  return `${repository.owner}/${repository.name}`;
}
