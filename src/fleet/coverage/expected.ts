import type { KustomizationEvidence } from '../types.ts';
import { inventoryId, type ObjectIdentity, type SpecChanges } from './identity.ts';

/** Kinds that kustomize neither prefixes nor suffixes. */
const keepingTheirName: readonly string[] = ['CustomResourceDefinition', 'APIService', 'Namespace'];

/**
 * Answers whether a Kustomization has applied an object, by the inventory of its latest attempt. The object's expected
 * name and namespace follow the Kustomization's own `targetNamespace`, `namePrefix` and `nameSuffix`; a name with a
 * variable (`${…}`), which `postBuild` replaces, matches every object of its kind. What Flux skipped (`reconcile:
 * disabled` or `ssa: Ignore` on the cluster) is not in the inventory.
 */
export function hasApplied(
  { inventory, changes }: Pick<KustomizationEvidence, 'inventory' | 'changes'>,
  object: ObjectIdentity,
): boolean {
  if (inventory === undefined) return false;
  if (isVariable(object)) return hasKind(inventory, object);
  return expectedIds(object, changes).some((id) => inventory.has(id));
}

/** Answers whether an object on the cluster is the one that a leaf has, as a Kustomization applies it. */
export function isAppliedAs(live: ObjectIdentity, object: ObjectIdentity, changes: SpecChanges | undefined): boolean {
  if (isVariable(object)) return live.group === object.group && live.kind === object.kind;
  return expectedIds(object, changes).includes(inventoryId(live));
}

/** The ids of an object, by what changes its name: the manifests are the same for thousands of clusters. */
const knownIds = new WeakMap<ObjectIdentity, Map<string, readonly string[]>>();

/** Answers the inventory ids that an object may have on the cluster. */
export function expectedIds(object: ObjectIdentity, changes: SpecChanges | undefined): readonly string[] {
  const byChange = knownIds.get(object) ?? new Map<string, readonly string[]>();
  const change = changeOf(changes);
  const ids = byChange.get(change) ?? identitiesOf(object, changes).map(inventoryId);
  if (!byChange.has(change)) knownIds.set(object, byChange.set(change, ids));
  return ids;
}

function changeOf({ targetNamespace, namePrefix, nameSuffix }: Partial<SpecChanges> = {}): string {
  if (targetNamespace === undefined && !namePrefix && !nameSuffix) return '';
  return JSON.stringify([targetNamespace, namePrefix, nameSuffix]);
}

/** Answers the names that an object may have on the cluster. Whether its kind is namespaced is not known here. */
export function identitiesOf(object: ObjectIdentity, changes: SpecChanges | undefined): readonly ObjectIdentity[] {
  const { targetNamespace, namePrefix = '', nameSuffix = '' } = changes ?? {};
  if (object.kind === 'Namespace' && object.group === '')
    return [{ ...object, name: targetNamespace ?? object.name }, object];
  const name = `${namePrefix}${object.name}${nameSuffix}`;
  const names = keepingTheirName.includes(object.kind) ? [object.name, name] : [name];
  const namespaces = namespacesOf(object, targetNamespace);
  return names.flatMap((each) => namespaces.map((namespace) => ({ ...object, name: each, namespace })));
}

function namespacesOf({ namespace }: ObjectIdentity, target: string | undefined): readonly string[] {
  if (target !== undefined) return namespace === '' ? [target, ''] : [target];
  return namespace === '' ? ['', 'default'] : [namespace];
}

/** Answers whether an object's name is known only when `postBuild` has replaced its variables. */
export function isVariable({ name, namespace }: ObjectIdentity): boolean {
  return name.includes('${') || namespace.includes('${');
}

function hasKind(inventory: ReadonlySet<string>, { group, kind }: ObjectIdentity): boolean {
  const end = `_${group}_${kind}`;
  return [...inventory].some((id) => id.endsWith(end));
}
