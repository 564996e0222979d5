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
  if (inventory === undefined || inventory.size === 0) return false;
  if (isVariable(object)) return hasKind(inventory, object);
  if (changes === undefined || !changesNames(changes) || isCoreNamespace(object))
    return expectedIds(object, changes).some((id) => inventory.has(id));
  const { targetNamespace } = changes;
  const before = idsBefore(inventory, changes);
  const isIn = (namespace: string) => before.has(inventoryId({ ...object, namespace }));
  if (targetNamespace === undefined) return expectedIds(object, undefined).some((id) => before.has(id));
  return isIn(targetNamespace) || (object.namespace === '' && isIn(''));
}

/** What is in inventories, by the names that it had before a Kustomization changed them; kept for as long as a look. */
const knownBefore = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();

function idsBefore(inventory: ReadonlySet<string>, changes: SpecChanges): ReadonlySet<string> {
  const known = knownBefore.get(inventory);
  if (known !== undefined) return known;
  const before = new Set<string>();
  for (const id of inventory) {
    const [, namespace = '', name = '', group = '', kind = ''] = /^([^_]*)_(.*)_([^_]*)_([^_]*)$/s.exec(id) ?? [];
    for (const each of namesBefore({ kind, name }, changes))
      before.add(inventoryId({ namespace, name: each, group, kind }));
  }
  knownBefore.set(inventory, before);
  return before;
}

/**
 * Makes a function that answers whether an object on the cluster is one of these, of its kind, as a Kustomization applies them. It looks
 * for what the name was before the Kustomization changed it: there may be thousands of objects, and each Kustomization may change names
 * in its own way.
 */
export function expectedAmong(
  objects: readonly ObjectIdentity[],
): (live: ObjectIdentity, changes: SpecChanges | undefined) => boolean {
  const names = new Set(objects.map(({ name }) => name));
  const places = new Set(objects.map(placeOf));
  const namespaces = new Set(objects.map(({ namespace }) => namespace));
  const isAny = objects.some(isVariable);
  const isPlaced = (live: ObjectIdentity, target: string | undefined) => {
    if (target !== undefined && live.namespace === target && names.has(live.name)) return true;
    if (target === undefined && places.has(placeOf(live))) return true;
    const mayHaveNone = live.namespace === '' || (target === undefined && live.namespace === 'default');
    return mayHaveNone && places.has(placeOf({ ...live, namespace: '' }));
  };
  return (live, changes) => {
    if (objects.length === 0 || isAny) return isAny;
    const { targetNamespace } = changes ?? {};
    if (isCoreNamespace(live))
      return places.has(placeOf(live)) || (live.name === targetNamespace && namespaces.has(live.namespace));
    return namesBefore(live, changes).some((name) => isPlaced({ ...live, name }, targetNamespace));
  };
}

function placeOf({ namespace, name }: ObjectIdentity): string {
  return `${namespace}/${name}`;
}

function isCoreNamespace({ group, kind }: ObjectIdentity): boolean {
  return kind === 'Namespace' && group === '';
}

function namesBefore(
  { kind, name }: Pick<ObjectIdentity, 'kind' | 'name'>,
  changes: SpecChanges | undefined,
): readonly string[] {
  const { namePrefix = '', nameSuffix = '' } = changes ?? {};
  const isChanged =
    name.length >= namePrefix.length + nameSuffix.length && name.startsWith(namePrefix) && name.endsWith(nameSuffix);
  const before = isChanged ? [name.slice(namePrefix.length, name.length - nameSuffix.length)] : [];
  return keepingTheirName.includes(kind) ? [name, ...before] : before;
}

/** The ids of objects whose names nothing changes: the manifests are the same for thousands of clusters. */
const knownIds = new WeakMap<ObjectIdentity, readonly string[]>();

/**
 * Answers the inventory ids that an object may have on the cluster. Those by which a Kustomization changes names are worked out each
 * time: a cluster may have thousands that do so, each in its own way, and manifests are kept.
 */
export function expectedIds(object: ObjectIdentity, changes: SpecChanges | undefined): readonly string[] {
  if (changesNames(changes)) return identitiesOf(object, changes).map(inventoryId);
  const ids = knownIds.get(object) ?? identitiesOf(object, changes).map(inventoryId);
  if (!knownIds.has(object)) knownIds.set(object, ids);
  return ids;
}

function changesNames({ targetNamespace, namePrefix, nameSuffix }: Partial<SpecChanges> = {}): boolean {
  return targetNamespace !== undefined || Boolean(namePrefix) || Boolean(nameSuffix);
}

/** Answers the names that an object may have on the cluster. Whether its kind is namespaced is not known here. */
export function identitiesOf(object: ObjectIdentity, changes: SpecChanges | undefined): readonly ObjectIdentity[] {
  const { targetNamespace, namePrefix = '', nameSuffix = '' } = changes ?? {};
  if (isCoreNamespace(object)) return [{ ...object, name: targetNamespace ?? object.name }, object];
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

/** The kinds in inventories, as the ends of their ids: of very many objects with variables, each asks. */
const knownKinds = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();

function hasKind(inventory: ReadonlySet<string>, object: ObjectIdentity): boolean {
  return kindsIn(inventory).has(kindEnd(object));
}

/** Answers the kinds in an inventory, as the ends of its ids. */
export function kindsIn(inventory: ReadonlySet<string>): ReadonlySet<string> {
  const kinds = knownKinds.get(inventory) ?? new Set([...inventory].map((id) => /_[^_]*_[^_]*$/.exec(id)?.[0] ?? ''));
  knownKinds.set(inventory, kinds);
  return kinds;
}

/** Writes how the ids of a kind end in inventories. */
export function kindEnd({ group, kind }: Pick<ObjectIdentity, 'group' | 'kind'>): string {
  return `_${group}_${kind}`;
}
