import type { Leaf } from '../../fleet/coverage/identity.ts';
import type { WantedObject } from '../../fleet/verify/types.ts';
import { means, type ObjectReference } from '../../platform/verify/verify-check.ts';

/** Finds the objects that a reference means in the rendered manifests, by group; a group without one is left out. */
export function renderedObjects(
  leaves: ReadonlyMap<string, readonly Leaf[]>,
  reference: ObjectReference,
): ReadonlyMap<string, readonly WantedObject[]> {
  const found = [...leaves].map(([group, ofGroup]) => {
    const objects = ofGroup.flatMap((leaf) => leaf.objects).filter((object) => means(reference, object));
    return [group, objects] as const;
  });
  return new Map(found.filter(([, objects]) => objects.length > 0));
}
