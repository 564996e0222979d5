import type { OtherApplier } from '../types.ts';
import { listNames } from '../words.ts';
import { hasApplied } from './expected.ts';
import { fluxObjectsIn } from './flux-objects.ts';
import type { Leaf } from './identity.ts';

const LISTED = 5;

/**
 * Names the Kustomizations that apply objects of these leaves from a source that does not say which commit it holds, in
 * clauses. What they apply may be the commit, or anything else.
 */
export function untoldAppliers(others: readonly OtherApplier[], leaves: readonly Leaf[]): readonly string[] {
  return others.flatMap((other) => {
    if (other.untold === undefined) return [];
    const folders = leaves
      .filter(({ objects }) => objects.some((object) => hasApplied(other, object)))
      .map(({ folder }) => folder);
    if (folders.length === 0) return [];
    return [
      `Kustomization ${other.namespace}/${other.name} applies ${listNames(folders, LISTED)} from ${other.untold}`,
    ];
  });
}

/** Says of the Kustomizations that a leaf itself brings which of them have such a source, in sentences. */
export function untoldChildren(others: readonly OtherApplier[], leaves: readonly Leaf[]): readonly string[] {
  const { kustomizations: brought } = fluxObjectsIn(leaves);
  return others.flatMap(({ namespace, name, untold }) => {
    const isBrought = brought.some((object) => object.name === name && object.namespace === namespace);
    return untold !== undefined && isBrought
      ? [`Kustomization ${namespace}/${name}, which the commit brings, applies ${untold}.`]
      : [];
  });
}
