import { unlessTooLarge } from '../../http/call-failures.ts';
import { glanceAt } from '../../memory/glance.ts';
import type { ListedChanges, OpenList } from '../../memory/request-memory.ts';
import type { GlanceOptions, PullRequestEntry } from '../../port.ts';
import { createGiteaClient, type GiteaClient, timeOf } from '../client.ts';
import { readGiteaPages } from '../pages.ts';
import { type GiteaPullRequest, pullRequestsSchema } from '../schemas.ts';
import { toPullRequestEntry } from './pull-request.ts';

/** After so many lists of changes all that are open are listed again: what a forge forgot to date comes to light then. */
const changesPerWhole = 9;
/** A list of what has changed costs a third of one of all that are open there. */
const changesOnPage = 10;
/** Where more has changed, all that are open are listed. */
const mostChangePages = 5;
/** So much longer ago changes are looked for: what was done just then may be shown late, and a proxy has a clock of its own. */
const overlapMs = 60_000;

/** Answers a request as `Forge.glance` promises: where others have written too much to be listed, whoever waits reads its own. */
export function glance(
  client: GiteaClient,
  number: number,
  look: GlanceOptions,
): Promise<PullRequestEntry | undefined> {
  const { signal, ...options } = client.options;
  const list = (before: OpenList | undefined) => listOpen(createGiteaClient(options), before);
  const looked = glanceAt(options.memory?.requestsOf(options.repository), number, { ...look, list, signal });
  return unlessTooLarge(looked, undefined);
}

/**
 * Lists the open requests. These forges answer no conditional requests: their answers have no `ETag`. But they list what was changed
 * last first, which is mostly nothing: whatever Fairlead looks at in an open request dates it anew.
 */
async function listOpen(client: GiteaClient, before: OpenList | undefined): Promise<OpenList> {
  const { requests, changes } = before ?? {};
  if (requests === undefined || changes === undefined || changes.lists >= changesPerWhole) return listWhole(client);
  return (await unlessTooLarge(listChanged(client, requests, changes), undefined)) ?? listWhole(client);
}

async function listWhole(client: GiteaClient): Promise<OpenList> {
  // Asked for before the list: what changes meanwhile is newer.
  const latest = await unlessTooLarge(askChanged(client, { page: 1, limit: 1 }), undefined);
  const requests = new Map<number, PullRequestEntry>();
  for await (const list of readGiteaPages(client, {
    doing: 'list the open pull requests',
    urgency: 'poll',
    path: '/pulls',
    query: { state: 'open', sort: 'oldest' },
    answer: pullRequestsSchema,
  }))
    for (const one of list) requests.set(one.number, toPullRequestEntry(one));
  return { requests, ...(latest?.asOf !== undefined && { changes: { asOf: latest.asOf, lists: 0 } }) };
}

/** Brings a list up to date by what has changed since; undefined: that is too much. */
async function listChanged(
  client: GiteaClient,
  known: OpenList['requests'],
  before: ListedChanges,
): Promise<OpenList | undefined> {
  const requests = new Map(known);
  let begun: number | undefined;
  for (let page = 1; page <= mostChangePages; page += 1) {
    const { entries, hasNext, asOf } = await askChanged(client, { page, limit: changesOnPage });
    begun ??= asOf;
    if (begun === undefined) return undefined;
    for (const one of entries) {
      if (one.state === 'open') requests.set(one.number, toPullRequestEntry(one));
      else requests.delete(one.number);
    }
    const oldest = timeOf(entries.at(-1)?.updated_at) ?? Number.POSITIVE_INFINITY;
    if (!hasNext || oldest < before.asOf - overlapMs)
      return { requests, changes: { asOf: begun, lists: before.lists + 1 } };
  }
  return undefined;
}

interface ChangedPart {
  readonly page: number;
  readonly limit: number;
}

interface Changed {
  readonly entries: readonly GiteaPullRequest[];
  readonly hasNext: boolean;
  readonly asOf: number | undefined;
}

/** Lists requests of any state, what was changed last first. */
async function askChanged(client: GiteaClient, part: ChangedPart): Promise<Changed> {
  const answer = await client.askExpecting([], {
    doing: 'list the pull requests that have changed',
    urgency: 'poll',
    path: '/pulls',
    query: { state: 'all', sort: 'recentupdate', ...part },
    answer: pullRequestsSchema,
  });
  if (answer.kind === 'refused') throw answer.failure;
  return { entries: answer.data, hasNext: answer.hasNext, asOf: answer.date };
}
