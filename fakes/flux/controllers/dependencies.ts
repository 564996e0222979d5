import { keyOf, type ObjectStore } from '../kubernetes/object-store.ts';
import { isKustomization, KUSTOMIZE_API, type Kustomization } from './flux-types.ts';
import { sourceKeyOf } from './source-controller.ts';
import { isReady } from './status.ts';

/**
 * Says what `spec.dependsOn` still waits for, in kustomize-controller's words; undefined where it waits for nothing.
 */
export function dependencyTrouble(store: ObjectStore, object: Kustomization, revision: string): string | undefined {
  for (const { name, namespace = object.metadata.namespace } of object.spec.dependsOn ?? []) {
    const metadata = { name, ...(namespace !== undefined && { namespace }) };
    const dependency = store.get(keyOf({ apiVersion: KUSTOMIZE_API, kind: 'Kustomization', metadata }));
    const label = `dependency '${namespace}/${name}'`;
    if (!dependency || !isKustomization(dependency)) {
      return `${label} not found: kustomizations.kustomize.toolkit.fluxcd.io "${name}" not found`;
    }
    const { status } = dependency;
    if (!isReady(status?.conditions) || status?.observedGeneration !== dependency.metadata.generation) {
      return `${label} is not ready`;
    }
    if (sourceKeyOf(dependency) === sourceKeyOf(object) && status?.lastAppliedRevision !== revision) {
      return `${label} revision is not up to date`;
    }
  }
  return undefined;
}
