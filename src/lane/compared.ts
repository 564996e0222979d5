import type { OperationKind } from '../operation/kind.ts';
import type { LaneEntry, LaneObservation, Relation, TrackedEntry } from './types.ts';

/**
 * Says with whom an entry is compared, where that is not seen from its relations. `all`: it has begun, or may go on in
 * spite of a hold, so that newer ones that wait need not be in its way; `none`: it gives way already.
 */
export type Comparison = 'all' | 'none';

/** An entry, as far as it is compared with others. */
export interface ComparedEntry {
  readonly id: string;
  readonly operation: OperationKind;
  readonly main: string;
  readonly relations?: TrackedEntry['relations'];
  readonly compared?: Comparison;
}

/** Answers with whom an entry is compared; undefined: with the newest, and with all once it was compared. */
export function comparisonOf({ supersededBy, phase, override }: TrackedEntry): Comparison | undefined {
  if (supersededBy !== undefined) return 'none';
  return phase !== 'waiting' || override !== undefined ? 'all' : undefined;
}

/** Answers the fields of an entry that an observation needs. */
export function observedFields(tracked: TrackedEntry) {
  const { id, operation, main, workflowId, firstRunId, relations } = tracked;
  return { id, operation, main, workflowId, firstRunId, relations, compared: comparisonOf(tracked) };
}

/** Picks what tells whose entry it is, and what of: its relations may be long. */
export function identityOf({ workflowId, firstRunId, source, environment, operation, main }: LaneEntry) {
  return { workflowId, firstRunId, source, environment, operation, main };
}

/**
 * Works out the relations of promotions that have none, as far as the rules of the lane need them: of a burst, each to
 * the newest ones, because all others give way to these at once. So the answer grows with the number of entries, and
 * not with its square. What is left out is neither newer nor older, or makes no difference.
 */
export function neededRelations(
  entries: readonly ComparedEntry[],
  isDescendant: (one: string, of: string) => boolean,
): LaneObservation['relations'] {
  const promotions = entries.filter(({ operation, compared }) => operation === 'promotion' && compared !== 'none');
  const mains = [...new Set(promotions.map(({ main }) => main))];
  const newest = new Set(mains.filter((main) => !mains.some((other) => other !== main && isDescendant(other, main))));
  const isFresh = ({ relations }: ComparedEntry) => relations === undefined;
  const isOfInterest = (entry: ComparedEntry) => !isFresh(entry) || entry.compared === 'all' || newest.has(entry.main);
  const relation = (one: string, other: string): Relation | undefined => {
    if (one === other) return undefined;
    if (isDescendant(one, other)) return 'newer';
    return isDescendant(other, one) ? 'older' : undefined;
  };
  const ofInterest = promotions.filter(isOfInterest);
  const found = promotions.filter(isFresh).map((entry) => {
    const related = ofInterest.flatMap(({ id, main }) => {
      const known = relation(entry.main, main);
      return id === entry.id || known === undefined ? [] : [[id, known] as const];
    });
    return [entry.id, Object.fromEntries(related)] as const;
  });
  return Object.fromEntries(found.filter(([, related]) => Object.keys(related).length > 0));
}
