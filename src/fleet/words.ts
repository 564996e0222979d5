const LONGEST = 300;

/** Somebody else's message as one line of bounded length. */
export function oneLine(message: string, longest = LONGEST): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/** `a, b, c and 4 more`. */
export function names(all: readonly string[], most = 5): string {
  const shown = all.slice(0, most).join(', ');
  return all.length > most ? `${shown} and ${all.length - most} more` : shown;
}

/** A commit as people quote it. */
export function shortSha(revision: string | undefined): string {
  return revision === undefined ? 'no revision yet' : revision.slice(0, 10);
}
