import type { OtherApplier } from '../types.ts';
import { listNames } from '../words.ts';
import { expectedIds, isVariable, kindEnd, kindsIn } from './expected.ts';
import { fluxObjectsIn } from './flux-objects.ts';
import type { Leaf } from './identity.ts';

const LISTED = 5;

/**
 * Names the Kustomizations that apply objects of these leaves from a source that does not say which commit it holds, in
 * clauses. What they apply may be the commit, or anything else. `among`: the leaves that count; default: all.
 */
export function untoldAppliers(
  others: readonly OtherApplier[],
  leaves: readonly Leaf[],
  among: ReadonlySet<Leaf> = new Set(leaves),
): readonly string[] {
  return others.flatMap((other) => {
    if (other.untold === undefined) return [];
    const applied = leavesOf(other, leaves);
    const folders = leaves.filter((leaf) => applied.has(leaf) && among.has(leaf)).map(({ folder }) => folder);
    if (folders.length === 0) return [];
    return [
      `Kustomization ${other.namespace}/${other.name} applies ${listNames(folders, LISTED)} from ${other.untold}`,
    ];
  });
}

/** Says of the Kustomizations that a leaf itself brings which of them have such a source, in sentences. */
export function untoldChildren(others: readonly OtherApplier[], leaves: readonly Leaf[]): readonly string[] {
  const { children } = fluxObjectsIn(leaves);
  return others.flatMap(({ namespace, name, untold }) =>
    untold !== undefined && children.has(`${namespace}/${name}`)
      ? [`Kustomization ${namespace}/${name}, which the commit brings, applies ${untold}.`]
      : [],
  );
}

/** The leaves by what inventories may have of them: ids, and ends of ids for names with variables. */
type LeavesById = ReadonlyMap<string, ReadonlySet<Leaf>>;

/** Of leaves that are the same for thousands of clusters, each of which may have thousands of such Kustomizations. */
const known = new WeakMap<readonly Leaf[], LeavesById>();

function leavesOf({ inventory }: OtherApplier, leaves: readonly Leaf[]): ReadonlySet<Leaf> {
  const byId = known.get(leaves) ?? leavesById(leaves);
  known.set(leaves, byId);
  const found = new Set<Leaf>();
  for (const ids of [inventory, kindsIn(inventory)])
    for (const id of ids) for (const leaf of byId.get(id) ?? []) found.add(leaf);
  return found;
}

function leavesById(leaves: readonly Leaf[]): LeavesById {
  const byId = new Map<string, Set<Leaf>>();
  for (const leaf of leaves)
    for (const object of leaf.objects)
      for (const id of isVariable(object) ? [kindEnd(object)] : expectedIds(object, undefined)) {
        const having = byId.get(id);
        if (having) having.add(leaf);
        else byId.set(id, new Set([leaf]));
      }
  return byId;
}
