import type { KustomizationEvidence } from './types.ts';

/** Answers whether a Kustomization with this path applies the folder: it is the folder, or an ancestor of it. */
export function covers(path: string, folder: string): boolean {
  return path === '' || folder === path || folder.startsWith(`${path}/`);
}

/** Finds the leaves that no Kustomization applies, and those that some apply but none checks the health of. */
export function coverage(
  leaves: readonly string[],
  kustomizations: readonly KustomizationEvidence[],
): { readonly uncovered: readonly string[]; readonly unchecked: readonly string[] } {
  const paths = kustomizations.map((each) => each.path);
  const checkedPaths = kustomizations.filter((each) => each.healthChecked).map((each) => each.path);
  const isCoveredBy = (candidates: readonly string[]) => (leaf: string) =>
    candidates.some((path) => covers(path, leaf));
  const covered = leaves.filter(isCoveredBy(paths));
  return {
    uncovered: leaves.filter((leaf) => !covered.includes(leaf)),
    unchecked: covered.filter((leaf) => !isCoveredBy(checkedPaths)(leaf)),
  };
}
