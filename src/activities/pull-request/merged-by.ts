import type { PullRequestEntry } from '../../forge/port.ts';

/**
 * Names the person who merged a request of ours. Where the answer to our own merge was lost, or a merge queue merged
 * for us, the forge names our account, which opened it: then no person is named, and the record names who approved.
 */
export function mergedBy({ author, endedBy }: PullRequestEntry, mayBeOurs = true): { readonly by?: string } {
  if (endedBy === undefined || (mayBeOurs && endedBy === author)) return {};
  return { by: endedBy };
}
