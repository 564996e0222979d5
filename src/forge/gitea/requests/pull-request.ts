import type { Sha } from '../../../git/repository.ts';
import type { Urgency } from '../../budget/budget.ts';
import { unlessTooLarge } from '../../http/call-failures.ts';
import type { PullRequest, PullRequestEntry } from '../../port.ts';
import { type GiteaClient, pathOf } from '../client.ts';
import { type GiteaPullRequest, pullRequestNumbered, refsSchema, timelineSchema } from '../schemas.ts';

/** Reads the request as the forge has it now. Of one that is not open the head is that of its branch, wherever that went on. */
export async function getPullRequest(
  client: GiteaClient,
  number: number,
  urgency?: Urgency,
): Promise<GiteaPullRequest> {
  return (await getDatedRequest(client, number, urgency)).found;
}

/** Reads a request, with the time of the answer. */
export async function getDatedRequest(
  client: GiteaClient,
  number: number,
  urgency?: Urgency,
): Promise<{ readonly found: GiteaPullRequest; readonly date: number | undefined }> {
  const answer = await client.askExpecting([], {
    doing: `read pull request #${number}`,
    urgency,
    path: pathOf('pulls', number),
    isNamed: true,
    answer: pullRequestNumbered(number),
  });
  if (answer.kind === 'refused') throw answer.failure;
  return { found: answer.data, date: answer.date };
}

/** Reads the request in the words of the port, with who ended it. */
export async function readPullRequest(client: GiteaClient, number: number, urgency?: Urgency): Promise<PullRequest> {
  const found = await getPullRequest(client, number, urgency);
  const { memory, repository } = client.options;
  const labels = found.labels.map(({ name }) => name);
  if (urgency === 'merge') memory?.requestsOf(repository).noteState(number, stateOf(found), labels);
  return describePullRequest(client, found);
}

/** Names everything of a request by which a merge may fare differently, as far as the forge shows it: not the statuses of its head. */
export function stateOf({ head, base, draft, mergeable, title, updated_at }: GiteaPullRequest): string {
  return JSON.stringify([head.sha, base.label, base.sha, draft, mergeable, title, updated_at]);
}

/** Puts an answer into the words of the port, and asks what the answer does not say: its own head, and who closed it. */
async function describePullRequest(client: GiteaClient, found: GiteaPullRequest): Promise<PullRequest> {
  if (found.state === 'open') return toPullRequest(found);
  const sha = await ownHead(client, found);
  const endedBy = found.merged ? found.merged_by?.login : await closedBy(client, found);
  return toPullRequest({ ...found, head: { ...found.head, sha } }, endedBy);
}

/** Puts an answer into the words of the port. */
export function toPullRequest(found: GiteaPullRequest, endedBy?: string): PullRequest {
  return {
    number: found.number,
    url: found.html_url,
    state: found.merged ? 'merged' : found.state,
    head: { branch: found.head.label, sha: found.head.sha },
    base: found.base.label,
    title: found.title,
    body: found.body ?? '',
    labels: found.labels.map(({ name }) => name),
    mergeCommit: found.merged ? (found.merge_commit_sha ?? undefined) : undefined,
    author: found.user?.login,
    endedBy,
  };
}

/** Puts an entry of a list into the words of the port. */
export function toPullRequestEntry(found: GiteaPullRequest): PullRequestEntry {
  const { body: _, ...listed } = toPullRequest(found);
  return listed;
}

/** Asks for the commit that the request had when it ended: the answer for a request names what its branch has now. */
export async function ownHead(client: GiteaClient, found: GiteaPullRequest): Promise<Sha> {
  const wanted = `refs/pull/${found.number}/head`;
  const answer = await client.askExpecting([404], {
    doing: `read the head of pull request #${found.number}`,
    path: `/git/${wanted}`,
    answer: refsSchema,
  });
  const refs = answer.kind === 'ok' ? answer.data : [];
  return refs.find(({ ref }) => ref === wanted)?.object.sha ?? found.head.sha;
}

/** Asks who closed the request; only its timeline says it, and nobody knows where that is too large. */
async function closedBy(client: GiteaClient, { number, closed_at }: GiteaPullRequest): Promise<string | undefined> {
  const since = new Date(Date.parse(closed_at ?? '') - 2_000);
  const reading = client.ask({
    doing: `read who closed pull request #${number}`,
    path: `${pathOf('issues', number)}/timeline`,
    // What was before is not needed, and can be many pages.
    query: { limit: 50, ...(Number.isNaN(since.getTime()) ? {} : { since: since.toISOString() }) },
    answer: timelineSchema,
  });
  const events = await unlessTooLarge(reading, []);
  return events.findLast(({ type }) => type === 'close')?.user?.login;
}
