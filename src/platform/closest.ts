/** How many pairs of letters are compared at most, a tenth of a second: others wait meanwhile, and it is only to help. */
const mostCompared = 1_000_000;

/**
 * Finds the candidate that was most likely meant, a small number of typing slips away; undefined: none is near, or there is too much to
 * compare.
 */
export function closest(word: string, all: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const candidates = all.filter(({ length }) => Math.abs(length - word.length) <= limit);
  if (candidates.reduce((sum, { length }) => sum + length * word.length, 0) > mostCompared) return undefined;
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = countSlips(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { candidate, distance };
  }
  return best?.candidate;
}

/** Counts letters added, dropped, replaced or swapped with their neighbour (optimal string alignment). */
function countSlips(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = distanceAt(last, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped =
        from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
          ? distanceAt(beforeLast, column - 2) + 1
          : Number.POSITIVE_INFINITY;
      current.push(Math.min(replaced, swapped, distanceAt(last, column) + 1, distanceAt(current, column - 1) + 1));
    }
    beforeLast = last;
    last = current;
  }
  return distanceAt(last, to.length);
}

function distanceAt(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
