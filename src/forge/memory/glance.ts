import { untilAborted } from '../../async/until-aborted.ts';
import type { GlanceOptions, PullRequestEntry } from '../port.ts';
import type { ReadOpenList, RequestMemory } from './request-memory.ts';

/** A look at a request, and how all that are open are listed where that was not done lately. */
export interface Glance extends GlanceOptions {
  /** Others wait for the list, too: it does not end with the step that asked first. */
  readonly list: ReadOpenList;
  /** Ends the wait of the one who asks. */
  readonly signal: AbortSignal | undefined;
}

/** Answers a request as `Forge.glance` promises. One list serves all who wait for requests of this repository. */
export async function glanceAt(
  open: RequestMemory | undefined,
  number: number,
  { withinMs, isPolled, list, signal }: Glance,
): Promise<PullRequestEntry | undefined> {
  const opened = open?.openedWithin(number, withinMs);
  if (open === undefined || opened || !isPolled) return opened;
  return (await untilAborted(open.list(withinMs, list), signal)).requests.get(number);
}
