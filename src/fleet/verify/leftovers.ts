import { objectName } from '../../object-name.ts';
import { hasApplied } from '../coverage/expected.ts';
import type { LeafObject } from '../coverage/identity.ts';
import { listNames } from '../words.ts';
import type { LiveObject } from './live-object.ts';
import { ownerOf } from './owner.ts';
import { kindName, type ObjectsObservation, type WantedObject } from './types.ts';

const LISTED = 10;

type Reached = Extract<ObjectsObservation, { kind: 'reached' }>;

/** Answers what a cluster must be asked for to know that removed objects are gone. Secrets are never read. */
export function wantedOf(removed: readonly LeafObject[]): readonly WantedObject[] {
  return removed.flatMap(({ apiVersion, group, kind, namespace, name }) =>
    group === '' && kind === 'Secret' ? [] : [{ apiVersion, kind, namespace, name }],
  );
}

/** What was removed, and at which revisions. */
export interface Removal {
  readonly removed: readonly LeafObject[];
  /** Answers whether a revision counts for the expected commit; an inventory of an older one says nothing of it. */
  readonly acceptable: (revision: string) => boolean;
}

/**
 * Says which objects that were removed from a branch are still on a cluster, in one clause; undefined: none. Flux deletes without
 * waiting for the end, and leaves alone what an annotation on the cluster keeps from it. An object is a leftover while it
 * has the labels of a Kustomization of this branch that does not apply it at an acceptable revision.
 */
export function leftovers(observation: Reached, removal: Removal): string | undefined {
  const { removed } = removal;
  const wanted = wantedOf(removed);
  const unread = [...new Set(wanted.map(kindName))].flatMap((kind) => {
    const why = observation.unread.get(kind);
    return why === undefined || why.startsWith('the cluster does not serve') ? [] : [`${kind}: ${why}`];
  });
  const named = new Map<string, LeafObject[]>();
  for (const object of removed) {
    const known = named.get(`${object.kind} ${object.name}`);
    if (known) known.push(object);
    else named.set(`${object.kind} ${object.name}`, [object]);
  }
  const left = observation.objects.filter((object) => {
    const alike = named.get(`${object.kind} ${object.metadata.name}`) ?? [];
    return isLeft(object, observation, { ...removal, removed: alike });
  });
  const going = left.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const staying = left.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const clauses = [
    ...clause('Flux is still deleting what was removed from the branch', going, 'look for finalizers'),
    ...clause('Flux has left what was removed from the branch', staying, 'delete it, or accept the cluster'),
    ...(unread.length === 0 ? [] : [`Whether removed objects are gone cannot be read. ${unread.join('; ')}`]),
  ];
  return clauses.length === 0 ? undefined : clauses.join('; ');
}

function isLeft(live: LiveObject, { kustomizations }: Reached, { removed, acceptable }: Removal): boolean {
  const { namespace = '' } = live.metadata;
  const meant = removed.find((object) => isIn(namespace, object));
  if (meant === undefined) return false;
  const owner = ownerOf(kustomizations, live);
  if (owner === undefined) return false;
  const { lastAppliedRevision } = owner;
  const isCurrent = lastAppliedRevision !== undefined && acceptable(lastAppliedRevision);
  return !isCurrent || !hasApplied(owner, { ...meant, namespace });
}

/** Answers whether an object may be in this namespace; Flux may have put one without a namespace anywhere. */
function isIn(namespace: string, object: LeafObject): boolean {
  return object.namespace === '' || object.namespace === namespace;
}

function clause(beginning: string, objects: readonly LiveObject[], end: string): readonly string[] {
  const names = objects.map(({ kind, metadata }) => objectName({ ...metadata, kind }));
  return names.length === 0 ? [] : [`${beginning}: ${listNames(names, LISTED)} (${end})`];
}
