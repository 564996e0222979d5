import { objectName } from '../../object-name.ts';
import { remedies } from '../../text/remedies.ts';
import type { ClusterExpectation, KustomizationEvidence, OtherApplier } from '../types.ts';
import { listNames } from '../words.ts';
import { expectedIds, hasApplied } from './expected.ts';
import { fluxObjectsIn } from './flux-objects.ts';
import { inventoryId, isWorkload, kustomizationGroup, type Leaf, type LeafObject } from './identity.ts';
import { folderOf } from './reach.ts';
import { fieldsOf, strictGaps } from './strict.ts';
import { untoldAppliers } from './untold.ts';

/*
 * Invariants of this folder: a leaf is covered on positive evidence only. What a Kustomization applies is known from its
 * inventory, or believed of its path where the environment says `coverage: path`. It is pure.
 */

/** What applies a group's leaves on a cluster, and what keeps that from being evidence. */
export interface Coverage {
  /** What no Kustomization applies, or checks the health of, in clauses; whatever Flux says, this must be mended. */
  readonly gaps: readonly string[];
  /** What Flux should have applied and has not, in clauses: it counts once every Kustomization is at the commit. */
  readonly missing: readonly string[];
  /** The Kustomizations that have to do with the group's leaves; what the others say is no evidence of this group. */
  readonly relevant: ReadonlySet<KustomizationEvidence>;
}

/** The Kustomizations of a cluster: those of this source, and what those of other sources have applied. */
export interface Appliers {
  readonly kustomizations: readonly KustomizationEvidence[];
  readonly others?: readonly OtherApplier[];
}

type CoverageExpectation = Pick<ClusterExpectation, 'leaves' | 'coverage' | 'reach'>;

/** How many names a clause lists. */
const LISTED = 10;

/** Finds out what applies the leaves, and whether that is evidence enough for this kind of coverage. */
export function coverageOf({ kustomizations, others = [] }: Appliers, expectation: CoverageExpectation): Coverage {
  const byPath = expectation.coverage === 'path';
  const local = kustomizations.filter(({ remote }) => !remote);
  const appliers = new Map(
    expectation.leaves.map((leaf) => [leaf, local.filter((each) => applies(each, leaf, expectation))]),
  );
  const relevant = withParents(new Set([...appliers.values()].flat()), local);
  for (const child of childrenIn(expectation.leaves, local)) relevant.add(child);
  const uncovered = expectation.leaves.filter((leaf) => appliers.get(leaf)?.length === 0);
  const covered = expectation.leaves.filter((leaf) => appliers.get(leaf)?.length !== 0);
  const unchecked = covered.filter((leaf) => !isChecked(leaf, appliers.get(leaf) ?? [], byPath));
  return {
    gaps: [
      ...clause(
        'No Kustomization applies',
        uncovered.map(({ folder }) => folder),
        remoteHint(kustomizations),
      ),
      ...untoldAppliers(others, expectation.leaves, new Set(uncovered)),
      ...clause('Health not evaluated for', uncheckedNames(unchecked, appliers, byPath), CHECK_REMEDY),
      ...clause(
        'Health not evaluated for what is applied by',
        uncheckedChildren(expectation.leaves, local),
        CHECK_REMEDY,
      ),
      ...(expectation.coverage === 'strict' ? strictGaps(appliers, { others, reach: expectation.reach }) : []),
    ],
    missing: byPath ? [] : missingObjects(covered, appliers),
    relevant,
  };
}

const CHECK_REMEDY = `: ${remedies.waitForHealth}`;

function applies(
  kustomization: KustomizationEvidence,
  { folder, objects }: Leaf,
  { coverage, reach }: CoverageExpectation,
): boolean {
  if (reach(kustomization.path).has(folder)) return true;
  return coverage !== 'path' && objects.some((object) => hasApplied(kustomization, object));
}

/** Adds the Kustomizations that bring others: until a parent is at the commit, its child's spec may be an old one. */
function withParents(
  relevant: ReadonlySet<KustomizationEvidence>,
  all: readonly KustomizationEvidence[],
): Set<KustomizationEvidence> {
  const parents = new Map<string, KustomizationEvidence[]>();
  for (const each of all)
    for (const id of each.inventory ?? []) {
      if (!id.endsWith(kustomizationEnd)) continue;
      const known = parents.get(id);
      if (known) known.push(each);
      else parents.set(id, [each]);
    }
  const found = new Set(relevant);
  for (const child of found) {
    const id = inventoryId({ ...child, group: kustomizationGroup, kind: 'Kustomization' });
    for (const parent of parents.get(id) ?? []) found.add(parent);
  }
  return found;
}

/** How the ids of Kustomizations end in inventories. */
const kustomizationEnd = `_${kustomizationGroup}_Kustomization`;

/** Finds the Kustomizations of this source that the leaves themselves bring. */
function childrenIn(leaves: readonly Leaf[], all: readonly KustomizationEvidence[]): readonly KustomizationEvidence[] {
  const { children } = fluxObjectsIn(leaves);
  return all.filter(({ namespace, name }) => children.has(`${namespace}/${name}`));
}

function uncheckedChildren(leaves: readonly Leaf[], all: readonly KustomizationEvidence[]): readonly string[] {
  return childrenIn(leaves, all)
    .filter(({ healthChecks }) => healthChecks === undefined)
    .map(({ namespace, name }) => `Kustomization ${namespace}/${name}`);
}

/** Answers whether a leaf's health is evaluated by those that apply it. */
function isChecked(leaf: Leaf, appliers: readonly KustomizationEvidence[], byPath: boolean): boolean {
  if (!byPath) return uncheckedObjects(leaf, appliers).length === 0 && appliers.some(checksHealth);
  const workloads = leaf.objects.filter((object) => !object.optional && isWorkload(object));
  const checkers = appliers.filter((each) => checksEvery(each, workloads));
  // One that applies a part of what a checked one applies is checked with it only if it waits itself.
  const checked = withFoldersAbove(checkers.map(({ path }) => path));
  return checkers.length > 0 && appliers.every(({ path }) => checked.has(path));
}

/** Adds to paths all folders above them; '' is the root. */
function withFoldersAbove(paths: readonly string[]): ReadonlySet<string> {
  const found = new Set(paths);
  for (const path of found) found.add(folderOf(path));
  return found;
}

function uncheckedObjects(leaf: Leaf, appliers: readonly KustomizationEvidence[]): readonly LeafObject[] {
  return leaf.objects.filter((object) => {
    if (object.optional || !isWorkload(object)) return false;
    const owners = appliers.filter((each) => hasApplied(each, object));
    return owners.length > 0 && !owners.some((owner) => checksObject(owner, object));
  });
}

function uncheckedNames(
  leaves: readonly Leaf[],
  appliers: ReadonlyMap<Leaf, readonly KustomizationEvidence[]>,
  byPath: boolean,
): readonly string[] {
  return leaves.flatMap((leaf) => {
    const some = (appliers.get(leaf) ?? []).some(checksHealth);
    const objects = byPath || !some ? [] : uncheckedObjects(leaf, appliers.get(leaf) ?? []);
    return objects.length === 0 ? [leaf.folder] : objects.map((object) => `${objectName(object)} of ${leaf.folder}`);
  });
}

function checksHealth({ healthChecks }: KustomizationEvidence): boolean {
  return healthChecks !== undefined;
}

function checksEvery(kustomization: KustomizationEvidence, workloads: readonly LeafObject[]): boolean {
  if (!checksHealth(kustomization)) return false;
  return kustomization.healthChecks === 'all' || workloads.every((object) => checksObject(kustomization, object));
}

/** Answers whether a Kustomization waits for an object's health, or end. */
export function checksObject({ healthChecks, changes }: KustomizationEvidence, object: LeafObject): boolean {
  if (healthChecks === undefined || healthChecks === 'all') return healthChecks === 'all';
  return expectedIds(object, changes).some((id) => healthChecks.has(id));
}

function missingObjects(
  leaves: readonly Leaf[],
  appliers: ReadonlyMap<Leaf, readonly KustomizationEvidence[]>,
): readonly string[] {
  const missing = leaves.flatMap((leaf) => {
    const owners = appliers.get(leaf) ?? [];
    return leaf.objects
      .filter((object) => !object.optional && !owners.some((owner) => hasApplied(owner, object)))
      .map((object) => ({ object, leaf, owners }));
  });
  if (missing.length === 0) return [];
  const names = missing.map(({ object, leaf }) => `${objectName(object)} of ${leaf.folder}`);
  return [`Flux has not applied ${listNames(names, LISTED)}: ${whyMissing(missing.flatMap(({ owners }) => owners))}`];
}

function whyMissing(owners: readonly KustomizationEvidence[]): string {
  const alter = [...new Set(owners)].find(({ changes }) => (changes?.alters.length ?? 0) > 0);
  if (alter !== undefined)
    return `Kustomization ${alter.namespace}/${alter.name} changes what it applies (${fieldsOf(alter)})`;
  if (owners.every(({ inventory }) => inventory === undefined))
    return 'the Kustomization has no inventory; set `coverage: path` where Flux keeps none';
  return 'an annotation may keep Flux from it (`reconcile: disabled` or `ssa: Ignore` on the cluster, `ssa: IfNotPresent` in `commonMetadata`)';
}

function remoteHint(kustomizations: readonly KustomizationEvidence[]): string {
  const remote = kustomizations.filter((each) => each.remote).map(({ namespace, name }) => `${namespace}/${name}`);
  return remote.length === 0 ? '' : `; ${listNames(remote)} applies to another cluster (spec.kubeConfig)`;
}

function clause(beginning: string, names: readonly string[], end: string): readonly string[] {
  return names.length === 0 ? [] : [`${beginning} ${listNames(names, LISTED)}${end}`];
}
