import type { GitRepository } from '../git/repository.ts';
import type { Relation, Survey, Visitor } from '../lane/types.ts';
import { isAtOrBehind } from './ancestry.ts';

type Compared = Pick<Visitor, 'id' | 'main' | 'relations'>;

/** For each of the visitors that has none: the relations of its main commit to those of all others. */
export async function relationsOf(source: GitRepository, visitors: readonly Compared[]): Promise<Survey['relations']> {
  const found: Record<string, Record<string, Relation>> = {};
  for (const one of visitors.filter(({ relations }) => relations === undefined)) {
    const own: Record<string, Relation> = {};
    for (const other of visitors.filter(({ id }) => id !== one.id)) {
      const known = found[other.id]?.[one.id];
      own[other.id] = known ? reverse(known) : await relation(source, one.main, other.main);
    }
    found[one.id] = own;
  }
  return found;
}

async function relation(source: GitRepository, one: string, other: string): Promise<Relation> {
  if (one === other) return 'same';
  if (await isAtOrBehind(source, other, one)) return 'newer';
  return (await isAtOrBehind(source, one, other)) ? 'older' : 'unrelated';
}

function reverse(known: Relation): Relation {
  return known === 'newer' ? 'older' : known === 'older' ? 'newer' : known;
}
