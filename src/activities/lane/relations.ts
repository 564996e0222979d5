import type { GitRepository } from '../../git/repository.ts';
import { type ComparedEntry, neededRelations } from '../../lane/compared.ts';
import type { LaneObservation } from '../../lane/types.ts';

/** Works out how the main commits of promotions without relations relate to those of others, as far as that is needed. */
export async function compareCommits(
  source: GitRepository,
  entries: readonly ComparedEntry[],
): Promise<LaneObservation['relations']> {
  const isFresh = entries.some(({ operation, relations }) => operation === 'promotion' && relations === undefined);
  if (!isFresh) return {};
  const mains = entries.flatMap(({ operation, main }) => (operation === 'promotion' ? [main] : []));
  const behind = await source.ancestorsAmong([...new Set(mains)]);
  return neededRelations(entries, (one, of) => behind.get(one)?.has(of) ?? false);
}
