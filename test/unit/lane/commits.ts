import { comparisonOf, neededRelations } from '../../../src/lane/compared.ts';
import type { LaneObservation, Relation, TrackedEntry } from '../../../src/lane/types.ts';

/** Numbers above 0 stand for a line of commits, oldest first; those below for a line that is unrelated to it. */
export function commit(number: number): string {
  return `${number > 0 ? 'a' : 'b'}${String(Math.abs(number)).padStart(2, '0')}`.padEnd(40, '0');
}

/** The id of a run of a workflow, as Temporal writes it. */
export function run(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function ancestry(main: string, other: string): Relation {
  if (main === other) return 'same';
  if (main[0] !== other[0]) return 'unrelated';
  return main > other ? 'newer' : 'older';
}

/** What a look at the world answers: for each entry that had none, its relations to all others present. */
export function relationsOf(entries: readonly TrackedEntry[]): LaneObservation['relations'] {
  const asking = entries.filter(({ relations }) => relations === undefined);
  return Object.fromEntries(
    asking.map(({ id, main }) => [
      id,
      Object.fromEntries(
        entries.filter((other) => other.id !== id).map((other) => [other.id, ancestry(main, other.main)]),
      ),
    ]),
  );
}

/** What a look at the world answers: the relations that the rules need. */
export function neededRelationsOf(entries: readonly TrackedEntry[]): LaneObservation['relations'] {
  const asked = entries.map((tracked) => ({ ...tracked, compared: comparisonOf(tracked) }));
  return neededRelations(asked, (one, of) => ancestry(one, of) === 'newer');
}
