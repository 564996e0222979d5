import type { Bases } from '../source/bases.ts';
import { directoryOf } from '../source/paths.ts';

/** The most bases that a message lists. */
const mostListed = 6;

/**
 * Names the bases of main at the closest directory above `path` that has some, its own first: `Bases of main below
 * apps: apps/base, apps/overlays/staging.` The empty text where main has none.
 */
export function nearbyBases(path: string, known: Pick<Bases, 'all'>): string {
  const bases = known.all();
  for (let at = path; at !== ''; at = directoryOf(at)) {
    const below = bases.filter((base) => base.startsWith(`${at}/`)).sort();
    if (below.length === 0) continue;
    const more = below.length - mostListed;
    return ` Bases of main below ${at}: ${below.slice(0, mostListed).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
  }
  return '';
}
