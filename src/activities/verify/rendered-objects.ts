import type { Leaf, LeafObject } from '../../fleet/coverage/identity.ts';
import type { WantedObject } from '../../fleet/verify/types.ts';
import type { GitRepository } from '../../git/repository.ts';
import { means, type ObjectReference } from '../../platform/verify/verify-check.ts';
import { objectsIn } from '../../render/layout/objects.ts';

/** A commit of an environment's branch, and its leaves by group. */
export interface RenderedCommit {
  readonly commit: string;
  readonly leaves: ReadonlyMap<string, readonly Leaf[]>;
}

/** Finds the objects that a reference means in the rendered manifests, by group; a group without one is left out. */
export async function renderedObjects(
  repository: GitRepository,
  { commit, leaves }: RenderedCommit,
  reference: ObjectReference,
): Promise<ReadonlyMap<string, readonly WantedObject[]>> {
  const groupOf = new Map(
    [...leaves].flatMap(([group, ofGroup]) => ofGroup.map(({ folder }) => [folder, group] as const)),
  );
  const files = [...(await repository.listFiles(commit))].flatMap(([path, { oid }]) => {
    const group = path.endsWith('/kustomization.yaml') ? undefined : groupOf.get(path.slice(0, path.lastIndexOf('/')));
    return group === undefined ? [] : [{ group, oid }];
  });
  const blobs = await repository.readBlobs(new Set(files.map(({ oid }) => oid)));
  const byContent = new Map<string, readonly WantedObject[]>();
  const found = new Map<string, WantedObject[]>();
  for (const { group, oid } of files) {
    // The same file stands in many groups.
    const objects = byContent.get(oid) ?? meantIn(blobs.get(oid), reference);
    byContent.set(oid, objects);
    const marked = objects.map((each) => ({ ...each, optional: isOptional(leaves.get(group) ?? [], each) }));
    if (marked.length > 0) found.set(group, [...(found.get(group) ?? []), ...marked]);
  }
  return found;
}

/** Tells whether the manifest of an object lets Flux leave it alone. */
function isOptional(leaves: readonly Leaf[], { kind, namespace, name }: WantedObject): boolean {
  const isSame = (each: LeafObject) => each.kind === kind && each.namespace === namespace && each.name === name;
  return leaves.some(({ objects }) => objects.some((each) => each.optional && isSame(each)));
}

function meantIn(content: Buffer | undefined, reference: ObjectReference): readonly WantedObject[] {
  // Most files name nothing of the kind, and are not parsed.
  if (!content?.includes(reference.kind)) return [];
  return objectsIn(content.toString('utf8')).flatMap(({ id }) => (means(reference, id) ? [id] : []));
}
