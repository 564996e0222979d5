import { ownLabels } from '../../../platform/request/own-labels.ts';
import { unlessTooLarge } from '../../http/call-failures.ts';
import type { PullRequest, PullRequestEntry } from '../../port.ts';
import { type GiteaClient, pathOf } from '../client.ts';
import { readGiteaPages } from '../pages.ts';
import { type GiteaPullRequest, numberedSchema, pullRequestSchema, pullRequestsSchema } from '../schemas.ts';
import { getPullRequest, ownHead, toPullRequest, toPullRequestEntry } from './pull-request.ts';

/** The branches between which a request goes. */
export interface GiteaEnds {
  readonly head: string;
  readonly base: string;
}

/** Finds a request as `Forge.findOpen` promises. There is no filter by head, so that all to the base are looked at. */
export async function findOpen(client: GiteaClient, head: string, base: string): Promise<PullRequest | undefined> {
  const found = await openBetween(client, { head, base });
  return found && toPullRequest(found);
}

/** Finds the open request between two branches of the repository. */
export async function openBetween(client: GiteaClient, ends: GiteaEnds): Promise<GiteaPullRequest | undefined> {
  for await (const list of openPages(client, ends.base)) {
    const found = list.find((one) => isBetween(one, ends));
    if (found) return found;
  }
  return undefined;
}

/** Lists requests as `Forge.openRequests` promises. */
export async function openRequests(client: GiteaClient, base: string): Promise<readonly PullRequestEntry[]> {
  // One that is read entry by entry may come twice.
  const found = new Map<number, PullRequestEntry>();
  for await (const list of openPages(client, base)) {
    const ours = list.filter((one) => isInRepository(one) && one.base.label === base);
    for (const one of ours) found.set(one.number, toPullRequestEntry(one));
  }
  return [...found.values()].sort((one, other) => one.number - other.number);
}

/**
 * Finds merged requests between two branches that had this head, latest first. Asks first whether there was ever any request
 * between them, which is one call; then looks through the latest ones to the base.
 */
export async function* mergedWith(client: GiteaClient, ends: GiteaEnds, sha: string): AsyncGenerator<GiteaPullRequest> {
  if (!(await wasEverAny(client, ends))) return;
  const lists = readGiteaPages(client, {
    doing: `list the closed pull requests of ${ends.head}`,
    path: '/pulls',
    query: { state: 'closed', sort: 'recentupdate', base_branch: ends.base },
    answer: pullRequestsSchema,
  });
  for await (const list of lists) {
    for (const found of list) {
      if (found.merged && isBetween(found, ends) && (await ownHead(client, found)) === sha) yield found;
    }
  }
}

/** A slash in the base is taken for one of the path where a proxy on the way decodes it, so that nothing would be found. */
async function wasEverAny(client: GiteaClient, { head, base }: GiteaEnds): Promise<boolean> {
  if (base.includes('/')) return true;
  const answer = await client.askExpecting([404], {
    doing: `look for pull requests of ${head}`,
    path: `${pathOf('pulls', base)}/${head.split('/').map(encodeURIComponent).join('/')}`,
    answer: pullRequestSchema,
  });
  return answer.kind === 'ok';
}

/**
 * Reads the open requests to a base, oldest first. Whoever may read a repository may open requests there, by a push to `refs/for/`
 * alone; where there are more than are read, those with a label of ours come after them, which only who may write there gives.
 */
async function* openPages(client: GiteaClient, base: string): AsyncGenerator<readonly GiteaPullRequest[]> {
  const isWhole = yield* readGiteaPages(client, {
    doing: `list the open pull requests to ${base}`,
    path: '/pulls',
    // Older versions know no filter by base, and give all of them.
    query: { state: 'open', sort: 'oldest', base_branch: base },
    answer: pullRequestsSchema,
  });
  if (isWhole) return;
  for (const number of await labelledNumbers(client)) {
    const found = await unlessTooLarge(getPullRequest(client, number), undefined);
    if (found) yield [found];
  }
}

async function labelledNumbers(client: GiteaClient): Promise<ReadonlySet<number>> {
  const numbers = new Set<number>();
  for (const labels of ownLabels) {
    const lists = readGiteaPages(client, {
      doing: `list the open pull requests with label ${labels}`,
      tooMany: 'Close those that nobody needs, then retry.',
      path: '/issues',
      query: { type: 'pulls', state: 'open', labels },
      answer: numberedSchema,
    });
    for await (const list of lists) for (const { number } of list) numbers.add(number);
  }
  return numbers;
}

function isBetween(found: GiteaPullRequest, { head, base }: GiteaEnds): boolean {
  return isInRepository(found) && found.head.label === head && found.base.label === base;
}

/** Answers whether the request's branch is in this repository, and not in a fork. */
function isInRepository({ head, base }: GiteaPullRequest): boolean {
  return head.repo_id === base.repo_id;
}
