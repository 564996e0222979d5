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

/** Answers the Kustomization that has applied an object, of these, by the labels that Flux sets on it. */
export function ownerOf(
  kustomizations: readonly KustomizationEvidence[],
  object: LiveObject,
): KustomizationEvidence | undefined {
  const by = ownerLabels(object);
  return kustomizations.find(({ name, namespace }) => name === by?.name && namespace === by.namespace);
}
