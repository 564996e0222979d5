import { helmGroup, kustomizationGroup, type Leaf, type LeafObject } from './identity.ts';

/** The objects of leaves that Flux reconciles itself, and that bring others. */
export interface FluxObjects {
  readonly kustomizations: readonly LeafObject[];
  /** The Kustomizations as `namespace/name`. */
  readonly children: ReadonlySet<string>;
  readonly releases: readonly LeafObject[];
}

/** Leaves are the same for all clusters of a group, of which there may be thousands. */
const known = new WeakMap<readonly Leaf[], FluxObjects>();

/** Lists the Kustomizations and HelmReleases that leaves contain. */
export function fluxObjectsIn(leaves: readonly Leaf[]): FluxObjects {
  const before = known.get(leaves);
  if (before !== undefined) return before;
  const objects = leaves.flatMap((leaf) => leaf.objects);
  const kustomizations = objects.filter(({ group, kind }) => group === kustomizationGroup && kind === 'Kustomization');
  const found = {
    kustomizations,
    children: new Set(kustomizations.map(({ namespace, name }) => `${namespace}/${name}`)),
    releases: objects.filter(({ group, kind }) => group === helmGroup && kind === 'HelmRelease'),
  };
  known.set(leaves, found);
  return found;
}
