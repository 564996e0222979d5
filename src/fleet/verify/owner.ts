import type { KustomizationEvidence } from '../types.ts';
import type { LiveObject } from './live-object.ts';

const OWNER = 'kustomize.toolkit.fluxcd.io';

/** Answers the labels by which Flux says which Kustomization has applied an object; undefined: it has none. */
export function ownerLabels({
  metadata,
}: LiveObject): { readonly name: string; readonly namespace: string } | undefined {
  const { [`${OWNER}/name`]: name, [`${OWNER}/namespace`]: namespace } = metadata.labels ?? {};
  return name === undefined || namespace === undefined ? undefined : { name, namespace };
}

/** The Kustomizations of a look by namespace and name: a cluster may have thousands, and of objects, too. */
const byName = new WeakMap<readonly KustomizationEvidence[], ReadonlyMap<string, KustomizationEvidence>>();

/** Answers the Kustomization that has applied an object, of these, by the labels that Flux sets on it. */
export function ownerOf(
  kustomizations: readonly KustomizationEvidence[],
  object: LiveObject,
): KustomizationEvidence | undefined {
  const by = ownerLabels(object);
  if (by === undefined) return undefined;
  const named = byName.get(kustomizations) ?? new Map(kustomizations.map((each) => [keyOf(each), each]));
  byName.set(kustomizations, named);
  return named.get(keyOf(by));
}

function keyOf({ namespace, name }: Pick<KustomizationEvidence, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
