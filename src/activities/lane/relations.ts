import type { GitRepository } from '../../git/repository.ts';
import type { LaneObservation, Relation, TrackedEntry } from '../../lane/types.ts';

type Compared = Pick<TrackedEntry, 'id' | 'main' | 'relations'>;

/** For each of the operations that has none: the relations of its main commit to those of all others. */
export async function relationsOf(
  source: GitRepository,
  entries: readonly Compared[],
): Promise<LaneObservation['relations']> {
  const fresh = entries.filter(({ relations }) => relations === undefined);
  if (fresh.length === 0) return {};
  const behind = await source.ancestorsAmong([...new Set(entries.map(({ main }) => main))]);
  const relation = (one: string, other: string): Relation => {
    if (one === other) return 'same';
    if (behind.get(one)?.has(other)) return 'newer';
    return behind.get(other)?.has(one) ? 'older' : 'unrelated';
  };
  return Object.fromEntries(
    fresh.map((one) => {
      const others = entries.filter(({ id }) => id !== one.id);
      return [one.id, Object.fromEntries(others.map(({ id, main }) => [id, relation(one.main, main)]))];
    }),
  );
}
