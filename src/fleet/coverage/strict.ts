import { objectName } from '../../object-name.ts';
import type { ClusterExpectation, KustomizationEvidence, OtherApplier } from '../types.ts';
import { listNames } from '../words.ts';
import { expectedIds, hasApplied } from './expected.ts';
import { isWorkload, type Leaf } from './identity.ts';

/** Leaf → the Kustomizations that apply it. */
type LeafAppliers = ReadonlyMap<Leaf, readonly KustomizationEvidence[]>;

interface Surroundings extends Pick<ClusterExpectation, 'reach'> {
  readonly others: readonly OtherApplier[];
}

const LISTED = 5;
/** What helps where two Kustomizations apply one object. */
export const SHARED = 'take it out of one of them';
/** What helps where the environment does not mean it so strictly. */
export const RELAX = 'take that out, or set `coverage: inventory` in the Environment file';

/**
 * Names what makes a cluster run something else than was rendered, although Flux applied it, in clauses: what a
 * Kustomization or a kustomization on the way changes, health that it defines itself, and objects that another one
 * applies as well.
 */
export function strictGaps(appliers: LeafAppliers, { reach, others }: Surroundings): readonly string[] {
  const all = [...new Set([...appliers.values()].flat())];
  return [
    ...all
      .filter(({ changes }) => (changes?.alters.length ?? 0) > 0)
      .map((each) => `${nameOf(each)} changes what it applies (${fieldsOf(each)}): ${RELAX}`),
    ...changedOnTheWay(appliers, reach).map((change) => `${change} changes what is applied: ${RELAX}`),
    ...ownHealth(appliers),
    ...sharedObjects(appliers, { reach, others }),
  ];
}

/** Names the fields of a Kustomization that change what it applies: `spec.patches, spec.images`. */
export function fieldsOf({ changes }: KustomizationEvidence): string {
  return (changes?.alters ?? []).map((field) => `spec.${field}`).join(', ');
}

function nameOf({ namespace, name }: Pick<KustomizationEvidence, 'namespace' | 'name'>): string {
  return `Kustomization ${namespace}/${name}`;
}

function changedOnTheWay(appliers: LeafAppliers, reach: ClusterExpectation['reach']): readonly string[] {
  const ways = new Set<readonly string[]>();
  for (const [{ folder }, each] of appliers) for (const { path } of each) ways.add(reach(path).get(folder) ?? []);
  return [...new Set([...ways].flat())];
}

/** Names the Kustomizations that say themselves when a workload is healthy: that may be always. */
function ownHealth(appliers: LeafAppliers): readonly string[] {
  const clauses = [...appliers].flatMap(([{ objects }, each]) =>
    each.flatMap((applier) => {
      if (applier.healthExpressions === undefined) return [];
      const kinds = objects
        .filter((object) => isWorkload(object) && applier.healthExpressions?.has(`${object.group}/${object.kind}`))
        .map(({ kind }) => kind);
      return kinds.length === 0
        ? []
        : [`${nameOf(applier)} defines itself when a ${kinds[0]} is healthy (spec.healthCheckExprs): ${RELAX}`];
    }),
  );
  return [...new Set(clauses)];
}

/** Names the objects that a Kustomization of another source, or from elsewhere in the branch, applies as well. */
function sharedObjects(appliers: LeafAppliers, { reach, others }: Surroundings): readonly string[] {
  const clauses = new Map<string, string[]>();
  const note = (applier: string, object: string) => {
    const known = clauses.get(applier);
    if (known) known.push(object);
    else clauses.set(applier, [object]);
  };
  for (const [{ folder, objects }, each] of appliers) {
    const elsewhere = each.some(({ path }) => reach(path).has(folder))
      ? each.filter(({ path }) => !reach(path).has(folder))
      : [];
    for (const object of objects.filter(({ optional }) => !optional)) {
      const ids = others.length === 0 ? [] : expectedIds(object, undefined);
      const rivals = [
        ...elsewhere.filter((applier) => hasApplied(applier, object)),
        ...others.filter(({ inventory }) => ids.some((id) => inventory.has(id))),
      ];
      for (const rival of rivals) note(nameOf(rival), objectName(object));
    }
  }
  return [...clauses].map(
    ([applier, objects]) => `${applier} applies ${listNames(objects, LISTED)} as well, from elsewhere: ${SHARED}`,
  );
}
