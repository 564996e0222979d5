import { cut } from '../cut.ts';
import { shortSha } from '../short-names.ts';

const LONGEST = 300;

/** Puts somebody else's message on one line of bounded length. */
export function boundedLine(message: string, longest = LONGEST): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return cut(line, longest);
}

/** Lists names for people: `a, b, c and 4 more`. */
export function listNames(all: readonly string[], most = 5): string {
  const shown = all.slice(0, most).join(', ');
  return all.length > most ? `${shown} and ${all.length - most} more` : shown;
}

/** Names a revision as people quote it. */
export function revisionWords(revision: string | undefined): string {
  return revision === undefined ? 'no revision yet' : shortSha(revision);
}
