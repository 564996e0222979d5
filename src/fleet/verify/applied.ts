import { apiGroup, objectName } from '../../object-name.ts';
import { beyondComparison } from '../coverage/comparable.ts';
import { checksObject } from '../coverage/coverage.ts';
import { expectedAmong, expectedIds, hasApplied, isVariable } from '../coverage/expected.ts';
import { inventoryId, isCustom, type Leaf, type LeafObject, type ObjectIdentity } from '../coverage/identity.ts';
import type { ClusterVerdict, KustomizationEvidence } from '../types.ts';
import { listNames } from '../words.ts';
import { conditionsOf, fieldAt, type LiveObject, numberAt } from './live-object.ts';
import { ownerOf } from './owner.ts';
import { type AppliedObservation, kindName, type WantedKind } from './types.ts';

type Reached = Extract<AppliedObservation, { readonly kind: 'reached' }>;

const LISTED = 10;
/** Flux's own kinds begin with a status that says that no controller has seen them, so that Flux waits for that. */
const FLUX = '.toolkit.fluxcd.io';

/**
 * Answers the kinds to read on a cluster: those of the objects for which Flux does not wait, because it does not tell that
 * one is being deleted; and custom resources, which Flux calls current before any controller has seen them.
 */
export function kindsToRead(
  leaves: readonly Leaf[],
  kustomizations: readonly KustomizationEvidence[],
): readonly WantedKind[] {
  const kinds = new Map<string, WantedKind>();
  if (tooMany(leaves, kustomizations) !== undefined) return [];
  for (const object of readable(leaves)) {
    const whole = mayBeUnseen(object);
    if (!whole && isWaitedFor(object, kustomizations)) continue;
    const { apiVersion, kind } = object;
    const name = kindName(object);
    kinds.set(name, { apiVersion, kind, part: whole ? 'whole' : 'metadata' });
  }
  return [...kinds.values()];
}

/** Answers whether a leaf has objects that no controller may have seen, although Flux waits for everything. */
export function hasCustom(leaves: readonly Leaf[]): boolean {
  const has = knownCustom.get(leaves) ?? readable(leaves).some(mayBeUnseen);
  knownCustom.set(leaves, has);
  return has;
}

/** Leaves are the same for all clusters of a group, of which there may be thousands. */
const knownCustom = new WeakMap<readonly Leaf[], boolean>();

/**
 * Says what of the leaves' objects is being deleted, or was since Flux applied it, or cannot be looked at, in one sentence
 * (`awaited`, empty: nothing); and warns of custom resources that no controller has seen.
 */
export function judgeApplied(
  observation: Reached,
  leaves: readonly Leaf[],
): Required<Pick<ClusterVerdict, 'awaited' | 'warnings'>> {
  const { kustomizations, unread } = observation;
  const beyond = tooMany(leaves, kustomizations);
  if (beyond !== undefined) return { awaited: beyond, warnings: [] };
  const ofKind = new Map<string, LeafObject[]>();
  for (const object of readable(leaves)) {
    const known = ofKind.get(kindName(object));
    if (known) known.push(object);
    else ofKind.set(kindName(object), [object]);
  }
  const expected = new Map([...ofKind].map(([kind, objects]) => [kind, expectedAmong(objects)]));
  const meant = observation.objects.filter((live) => {
    const owner = ownerOf(kustomizations, live);
    return owner !== undefined && expected.get(kindName(live))?.(identityOf(live), owner.changes) === true;
  });
  const present = new Set(meant.map((live) => inventoryId(identityOf(live))));
  const lost = [...ofKind]
    .filter(([kind]) => observation.read.has(kind))
    .flatMap(([, objects]) => objects.filter((object) => isLost(object, present, kustomizations)));
  const going = meant.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const [blocking, warning] = [[] as string[], [] as string[]];
  for (const [kind, why] of unread) {
    const objects = ofKind.get(kind) ?? [];
    const isBlocking = objects.some((object) => !isWaitedFor(object, kustomizations));
    (isBlocking ? blocking : warning).push(`${kind}: ${why}`);
  }
  const awaited = [
    ...clause(going.map(identityOf), (names) => `${names} of this commit is being deleted: look for finalizers`),
    ...clause(lost, (names) => `${names} of this commit is not there: it was deleted since Flux applied it`),
    ...(blocking.length > 0
      ? [
          `Whether objects of this commit are being deleted cannot be read, and Flux does not wait for them (\`wait: true\`). ${blocking.join('; ')}`,
        ]
      : []),
  ];
  return {
    awaited: awaited.join('; '),
    warnings: [
      ...unseenWarnings(meant, observation),
      ...(warning.length > 0
        ? [`Whether a controller has seen all custom resources cannot be read. ${warning.join('; ')}`]
        : []),
    ],
  };
}

/** A cluster may say another thing now than when it was judged. */
function tooMany(leaves: readonly Leaf[], kustomizations: readonly KustomizationEvidence[]): string | undefined {
  return beyondComparison({ kustomizations }, { leaves, coverage: 'strict' });
}

/** The objects that Flux must apply and that may be read. */
function readable(leaves: readonly Leaf[]): readonly LeafObject[] {
  const isSecret = ({ group, kind }: LeafObject) => group === '' && kind === 'Secret';
  return leaves.flatMap(({ objects }) => objects.filter((object) => !object.optional && !isSecret(object)));
}

function mayBeUnseen(object: LeafObject): boolean {
  return isCustom(object) && !object.group.endsWith(FLUX);
}

function isWaitedFor(object: LeafObject, kustomizations: readonly KustomizationEvidence[]): boolean {
  return kustomizations.some((each) => !each.remote && hasApplied(each, object) && checksObject(each, object));
}

/** Answers whether Flux has applied an object that is not there; `present`: the ids of what is. */
function isLost(
  object: LeafObject,
  present: ReadonlySet<string>,
  kustomizations: readonly KustomizationEvidence[],
): boolean {
  if (isVariable(object)) return false;
  const appliers = kustomizations.filter((each) => !each.remote && hasApplied(each, object));
  return (
    appliers.length > 0 && !appliers.some(({ changes }) => expectedIds(object, changes).some((id) => present.has(id)))
  );
}

function unseenWarnings(meant: readonly LiveObject[], { kustomizations, withoutStatus }: Reached): readonly string[] {
  const why = new Map<string, LiveObject[]>();
  for (const live of meant) {
    const { group, kind } = identityOf(live);
    const isDefined = ownerOf(kustomizations, live)?.healthExpressions?.has(`${group}/${kind}`) === true;
    if (!isCustom(identityOf(live)) || isDefined || withoutStatus.has(kindName(live))) continue;
    const says = whyUnseen(live);
    if (says === undefined) continue;
    const alike = why.get(says);
    if (alike) alike.push(live);
    else why.set(says, [live]);
  }
  return [...why].flatMap(([says, objects]) =>
    clause(
      objects.map(identityOf),
      (names) => `${names}: ${says}. Perhaps no controller has seen it, and Flux calls it current.`,
    ),
  );
}

/** Says by what it seems that no controller has seen an object as it is; undefined: one has, or has nothing to do. */
function whyUnseen(live: LiveObject): string | undefined {
  if (fieldAt(live, 'spec') === undefined) return undefined;
  const { status } = live;
  if (typeof status !== 'object' || status === null || Object.keys(status).length === 0) return 'it has no status';
  const { generation } = live.metadata;
  const observed = numberAt(live, 'status.observedGeneration', undefined);
  if (generation !== undefined && observed !== undefined)
    return observed < generation ? 'its status is about an older generation' : undefined;
  const conditions = conditionsOf(live);
  return conditions.length > 0 && conditions.every((each) => each.status === 'Unknown')
    ? 'all its conditions are Unknown'
    : undefined;
}

function identityOf({ apiVersion, kind, metadata: { name, namespace = '' } }: LiveObject) {
  return { group: apiGroup(apiVersion), kind, namespace, name };
}

function clause(objects: readonly ObjectIdentity[], words: (names: string) => string): readonly string[] {
  const names = [...new Set(objects.map(objectName))];
  return names.length === 0 ? [] : [words(listNames(names, LISTED))];
}
