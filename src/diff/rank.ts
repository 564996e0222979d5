import { apiGroup } from '../object-name.ts';
import type { ObjectId } from '../render/types.ts';
import type { ObjectChange } from './object-change.ts';

/** The kinds whose removal takes along what cannot be made again, with their API groups. */
const weightyKinds: readonly (readonly [kind: string, group: string])[] = [
  ['Namespace', ''],
  ['CustomResourceDefinition', 'apiextensions.k8s.io'],
  ['PersistentVolumeClaim', ''],
];

/** Tells whether an object is a Namespace, a CustomResourceDefinition or a PersistentVolumeClaim. */
export function isWeighty(id: ObjectId): boolean {
  return weightOf(id) < weightyKinds.length;
}

function weightOf({ apiVersion, kind }: ObjectId): number {
  const found = weightyKinds.findIndex(([each, group]) => each === kind && group === apiGroup(apiVersion));
  return found < 0 ? weightyKinds.length : found;
}

/** Tells whether a field says which image runs, or how many replicas. */
export function isImageOrReplicas(path: string): boolean {
  return /(^|\.)(image|replicas|minReplicas|maxReplicas)$/.test(path);
}

/**
 * Sorts changes as a reviewer needs them: removals; then Namespaces, CustomResourceDefinitions and PersistentVolumeClaims; what
 * changes images or replicas; other changes; what is added. In each of these by the object's name.
 */
export function ranked<Change extends ObjectChange>(changes: readonly Change[]): readonly Change[] {
  const keyed = changes.map((change) => ({ change, rank: rankOf(change), name: nameOf(change) }));
  keyed.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return keyed.map(({ change }) => change);
}

function rankOf({ kind, id, fields }: ObjectChange): number {
  const [weight, most] = [weightOf(id), weightyKinds.length];
  if (kind === 'removed') return weight;
  if (weight < most) return most + 1 + weight;
  if (kind === 'added') return 2 * most + 3;
  return fields.some(({ path }) => isImageOrReplicas(path)) ? 2 * most + 1 : 2 * most + 2;
}

function nameOf({ id: { namespace, kind, name }, leaf }: ObjectChange): string {
  return `${namespace}\n${kind}\n${name}\n${leaf}`;
}
