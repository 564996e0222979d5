import { objectName } from '../../object-name.ts';
import { atRestBecause } from '../kustomization.ts';
import type { ClusterVerdict, KustomizationEvidence } from '../types.ts';
import { revisionWords } from '../words.ts';
import type { LiveObject } from './live-object.ts';
import { objectStatus } from './object-status.ts';
import { ownerLabels, ownerOf } from './owner.ts';
import { kindName, type ObjectsObservation, type WantedObject } from './types.ts';

/** What the objects of a cluster are judged by. */
export interface ObjectsExpectation {
  /** The objects of the deployed commit that the cluster's group has; at least one. */
  readonly wanted: readonly WantedObject[];
  /** Answers whether a revision counts: the merge commit, or a descendant with the same main commit. */
  readonly acceptable: (revision: string) => boolean;
  /** When the commit was merged, ISO 8601: what runs once and was created before that belongs to an earlier commit. */
  readonly since: string;
}

type Reached = Extract<ObjectsObservation, { readonly kind: 'reached' }>;

/** The kinds that run once: Flux never starts one again that is there, it can only make another. */
const RUN_ONCE: readonly string[] = ['batch/v1 Job', 'v1 Pod'];
const OWNER = 'kustomize.toolkit.fluxcd.io';
/** The number of findings that are quoted. */
const QUOTED = 3;

/**
 * Judges whether a cluster has done what a check names. These hold:
 *
 * - Only an object counts that a Kustomization of this branch has applied, by its labels, at an acceptable revision.
 * - One that Flux leaves alone by a label or an annotation is not of this commit, unless it was created after the merge.
 * - One that runs once counts only if it was created after the merge: one that is left from an earlier commit is
 *   waited for, and whether it succeeded or failed says nothing.
 * - How far an object has got is `objectStatus`'s to say.
 */
export function judgeObjects(observation: ObjectsObservation, expectation: ObjectsExpectation): ClusterVerdict {
  if (observation.kind === 'unreachable') return { state: 'unknown', awaited: observation.why };
  const findWanted = finderIn(observation);
  const judged = new Set<string>();
  const verdicts = expectation.wanted.flatMap((wanted) => {
    // Those that may be the same objects are judged once: there may be thousands of both.
    const { key, objects } = findWanted(wanted);
    const isJudged = judged.has(`${key} ${wanted.optional === true}`);
    judged.add(`${key} ${wanted.optional === true}`);
    return isJudged ? [] : judgeObject({ ...observation, objects }, wanted, expectation);
  });
  for (const state of ['failed', 'pending'] as const) {
    const found = verdicts.filter((each) => each.state === state);
    if (found.length === 0) continue;
    const awaited = found.slice(0, QUOTED).map((each) => each.awaited);
    const more = found.length > QUOTED ? `; and ${found.length - QUOTED} more` : '';
    return { state, awaited: `${awaited.join('; ')}${more}`, failedAtRevision: state === 'failed' };
  }
  return { state: 'healthy', awaited: '' };
}

/** The objects of one name on a cluster. */
interface Namesakes {
  /** Those that their Kustomization has put into its `targetNamespace`, whatever namespace the manifests name. */
  readonly moved: LiveObject[];
  readonly others: LiveObject[];
  readonly byNamespace: Map<string, LiveObject[]>;
}

/**
 * Makes a function that finds the objects that a rendered one may be. Where the Kustomization of one puts it into its `targetNamespace`,
 * all rendered ones of its name may be that. Those with the same key are the same.
 */
function finderIn({ objects, kustomizations }: Reached) {
  const named = new Map<string, Namesakes>();
  for (const object of objects) {
    const name = nameOf(object, object.metadata.name);
    const alike = named.get(name) ?? { moved: [], others: [], byNamespace: new Map<string, LiveObject[]>() };
    named.set(name, alike);
    const { namespace = '' } = object.metadata;
    const target = ownerOf(kustomizations, object)?.changes?.targetNamespace;
    if (target !== undefined && namespace === target) alike.moved.push(object);
    if (target !== undefined) continue;
    alike.others.push(object);
    alike.byNamespace.set(namespace, [...(alike.byNamespace.get(namespace) ?? []), object]);
  }
  return (wanted: WantedObject): { readonly key: string; readonly objects: readonly LiveObject[] } => {
    const name = nameOf(wanted, wanted.name);
    const { moved = [], others = [], byNamespace } = named.get(name) ?? {};
    const here = wanted.namespace === '' ? others : (byNamespace?.get(wanted.namespace) ?? []);
    // Without one of its own there are the moved ones, which are the same for all.
    const key = here.length === 0 && moved.length > 0 ? name : `${name} ${wanted.namespace}`;
    return { key, objects: here.length === 0 ? moved : [...moved, ...here] };
  };
}

function nameOf(object: Pick<WantedObject, 'apiVersion' | 'kind'>, name: string): string {
  return `${kindName(object)} ${name}`;
}

function judgeObject(observation: Reached, wanted: WantedObject, expectation: ObjectsExpectation): ClusterVerdict[] {
  const unread = observation.unread.get(kindName(wanted));
  const pending = (says: string): ClusterVerdict => ({ state: 'pending', awaited: `${objectName(wanted)} ${says}` });
  if (unread !== undefined) return [pending(`cannot be looked at: ${unread}`)];
  const found = observation.objects;
  const owned = found.filter((object) => ownerOf(observation.kustomizations, object) !== undefined);
  if (owned.length > 0)
    return owned.map((object) => judgeOwned(observation, { object, optional: wanted.optional === true }, expectation));
  const [other] = found;
  if (other === undefined) return [pending('is not there: Flux has not applied it, or it was deleted since')];
  const by = ownerLabels(other);
  return [
    pending(
      by === undefined
        ? 'was not applied by Flux: it has no labels of a Kustomization'
        : `was applied by Kustomization ${by.namespace}/${by.name}, which does not follow this branch`,
    ),
  ];
}

function judgeOwned(
  observation: Reached,
  { object, optional }: { readonly object: LiveObject; readonly optional: boolean },
  expectation: ObjectsExpectation,
): ClusterVerdict {
  const pending = (says: string): ClusterVerdict => ({ state: 'pending', awaited: `${liveName(object)} ${says}` });
  const lacking = lackingOwner(ownerOf(observation.kustomizations, object), expectation);
  if (lacking !== undefined) return pending(`is not of this commit yet: ${lacking}`);
  const { creationTimestamp } = object.metadata;
  if (RUN_ONCE.includes(kindName(object)) && !isSince(creationTimestamp, expectation.since)) {
    const created = creationTimestamp === undefined ? 'nobody knows when' : `at ${creationTimestamp}`;
    return pending(
      `is left from an earlier commit: it was created ${created}, and this one was merged at ${expectation.since}. Flux must make it anew (docs/recipes/verify.md)`,
    );
  }
  if ((optional || isLeftAlone(object)) && !isSince(creationTimestamp, expectation.since))
    return pending(
      'may be of an earlier commit: Flux leaves it alone (kustomize.toolkit.fluxcd.io/ssa or reconcile). Remove the mark, or the check',
    );
  const { state, says } = objectStatus(object);
  if (state === 'done') return { state: 'healthy', awaited: '' };
  if (state === 'failed') return { state: 'failed', awaited: `${liveName(object)} ${says}`, failedAtRevision: true };
  return pending(says);
}

/** Says what keeps a Kustomization from standing for the deployed commit; undefined: nothing. */
function lackingOwner(
  owner: KustomizationEvidence | undefined,
  { acceptable }: ObjectsExpectation,
): string | undefined {
  if (owner === undefined) return 'nobody applies it';
  const name = `Kustomization ${owner.namespace}/${owner.name}`;
  const atRest = atRestBecause(owner);
  if (atRest !== undefined) return `${name} ${atRest}`;
  if (owner.remote) return `${name} applies to another cluster`;
  const { lastAppliedRevision } = owner;
  if (lastAppliedRevision !== undefined && acceptable(lastAppliedRevision)) return undefined;
  return `${name} is at ${revisionWords(lastAppliedRevision)}`;
}

/** Tells whether a mark on the object on the cluster makes Flux leave it as it is. */
function isLeftAlone({ metadata: { labels, annotations } }: LiveObject): boolean {
  return [labels, annotations].some((marks) => {
    const { [`${OWNER}/ssa`]: ssa, [`${OWNER}/reconcile`]: reconcile } = marks ?? {};
    return /^disabled$/i.test(reconcile ?? '') || /^(?:IfNotPresent|Ignore)$/i.test(ssa ?? '');
  });
}

/** Tells whether a time is not before another one. Kubernetes cuts times to whole seconds, so both are. */
function isSince(time: string | undefined, since: string): boolean {
  return time !== undefined && Math.floor(Date.parse(time) / 1000) >= Math.floor(Date.parse(since) / 1000);
}

function liveName({ kind, metadata }: LiveObject): string {
  return objectName({ ...metadata, kind });
}
