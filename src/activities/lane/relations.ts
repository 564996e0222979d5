import type { GitRepository } from '../../git/repository.ts';
import type { LaneObservation, Relation, TrackedEntry } from '../../lane/types.ts';

type ComparedEntry = Pick<TrackedEntry, 'id' | 'main' | 'relations'>;

/** Works out, for each entry without relations, how its main commit relates to those of all others. */
export async function compareCommits(
  source: GitRepository,
  entries: readonly ComparedEntry[],
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
