import { keyOf, type ObjectStore } from '../kubernetes/object-store.ts';
import type { KubeObject } from '../types.ts';
import { isKustomization, type Kustomization } from './flux-types.ts';
import { changeOf } from './job-controller.ts';

/** Says why an object could not be applied, in the words of kustomize-controller. */
export class ApplyError extends Error {}

type Entry = { readonly id: string; readonly v: string };

/** An entry of `status.inventory`: `namespace_name_group_kind`, and the version. */
function entryOf({ apiVersion, kind, metadata }: KubeObject): Entry {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { id: [metadata.namespace ?? '', metadata.name, group, kind].join('_'), v: version };
}

function keyOfEntry({ id, v }: Entry): string {
  const [namespace = '', name = '', group = '', kind = ''] = id.split('_');
  const apiVersion = group === '' ? v : `${group}/${v}`;
  return keyOf({ apiVersion, kind, metadata: { name, ...(namespace !== '' && { namespace }) } });
}

/** Creates or updates the objects, removes those of the last inventory that are gone, and returns the new inventory. */
export function applyObjects(
  store: ObjectStore,
  owner: Kustomization,
  objects: readonly KubeObject[],
): readonly Entry[] {
  for (const object of objects) applyObject(store, withOwner(object, owner));
  const entries = objects.map(entryOf);
  if (owner.spec.prune) {
    const kept = new Set(entries.map((entry) => entry.id));
    for (const entry of owner.status?.inventory?.entries ?? []) {
      if (!kept.has(entry.id)) prune(store, keyOfEntry(entry));
    }
  }
  return entries;
}

function applyObject(store: ObjectStore, object: KubeObject): void {
  const before = store.get(keyOf(object));
  const change = before ? changeOf(before, object) : 'update';
  if (change === 'refuse') throw new ApplyError(immutableText(object));
  if (change === 'replace') store.remove(keyOf(object));
  store.put(object);
}

function immutableText({ kind, metadata: { namespace, name } }: KubeObject): string {
  return `${kind}/${namespace ?? ''}/${name} dry-run failed (Invalid): ${kind}.batch "${name}" is invalid: spec.template: Invalid value: field is immutable`;
}

/** Answers what a Kustomization has applied and is still there. */
export function applied(store: ObjectStore, { status }: Kustomization): readonly KubeObject[] {
  return status?.inventory?.entries.flatMap((entry) => store.get(keyOfEntry(entry)) ?? []) ?? [];
}

/** Removes what a Kustomization applied, as its removal does. */
function prune(store: ObjectStore, key: string): void {
  const object = store.get(key);
  store.remove(key);
  if (!object || !isKustomization(object) || !object.spec.prune) return;
  for (const entry of object.status?.inventory?.entries ?? []) prune(store, keyOfEntry(entry));
}

function withOwner(object: KubeObject, { metadata }: Kustomization): KubeObject {
  const labels = {
    ...(object.metadata.labels as Readonly<Record<string, string>> | undefined),
    'kustomize.toolkit.fluxcd.io/name': metadata.name,
    'kustomize.toolkit.fluxcd.io/namespace': metadata.namespace,
  };
  return { ...object, metadata: { ...object.metadata, labels } };
}
