import { Failure } from '../../failure.ts';
import { unlessTooLarge } from '../http/call-failures.ts';
import { type GiteaCall, type GiteaClient, giteaRepositoryName } from './client.ts';

/** A call that lists, made once for each page. */
export interface GiteaPagedCall<T> extends Omit<GiteaCall<readonly T[]>, 'method' | 'body'> {
  /** Says, in a sentence, what to do where there are more pages than are read; undefined: what is behind them is left out. */
  readonly tooMany?: string;
}

/** Gitea and Forgejo give no more on a page, where nobody has changed MAX_RESPONSE_ITEMS. */
const perPage = 50;
/** A forge that never ends its list is not believed. */
const mostPages = 40;
/** So many entries are passed over whose text alone is too large to be read. */
const mostUnread = 20;

interface Part<T> {
  readonly entries: readonly T[];
  readonly hasNext: boolean;
}

/**
 * Reads the pages of a list, each when the one before was not enough. The header `link` says whether one follows. Texts have no limit
 * on these forges, and whoever may read a repository may write some: a page that is too large is read entry by entry, and an entry that
 * is too large by itself is left out, because Fairlead writes none. After forty pages throws `Failure` Refused where `tooMany` says
 * what to do, and else answers false.
 */
export async function* readGiteaPages<T>(
  client: GiteaClient,
  { tooMany, ...call }: GiteaPagedCall<T>,
): AsyncGenerator<readonly T[], boolean> {
  // The forge may give fewer on a page.
  let size: number | undefined;
  for (let page = 1; page <= mostPages; page += 1) {
    const part = await unlessTooLarge(readPart(client, call, { page, limit: perPage }), undefined);
    if (part) yield part.entries;
    if (part?.hasNext) size = Math.max(size ?? 0, part.entries.length);
    const before = (page - 1) * (size ?? perPage);
    const place = { from: before + 1, to: before + (size ?? perPage) };
    const hasNext = part?.hasNext ?? (yield* readSingly(client, call, place));
    if (!hasNext) return true;
  }
  if (tooMany === undefined) return false;
  const what = `Could not ${call.doing} in ${giteaRepositoryName(client)}: there are more than ${mostPages * perPage}`;
  throw new Failure('Refused', `${what}. ${tooMany}`);
}

type PartCall<T> = Omit<GiteaPagedCall<T>, 'tooMany'>;

/** Reads entries one by one; answers whether others follow. */
async function* readSingly<T>(
  client: GiteaClient,
  call: PartCall<T>,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<readonly T[], boolean> {
  let unread = 0;
  for (let page = from; page <= to; page += 1) {
    const reading = readPart(client, call, { page, limit: 1 });
    const part = await (unread < mostUnread ? unlessTooLarge(reading, undefined) : reading);
    if (part === undefined) unread += 1;
    else yield part.entries;
    if (part?.hasNext === false) return false;
  }
  return true;
}

async function readPart<T>(
  client: GiteaClient,
  { query, ...call }: PartCall<T>,
  part: { readonly page: number; readonly limit: number },
): Promise<Part<T>> {
  const answer = await client.askExpecting([], { ...call, query: { ...query, ...part } });
  if (answer.kind === 'refused') throw answer.failure;
  return { entries: answer.data, hasNext: answer.hasNext };
}
