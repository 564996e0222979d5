import { objectKey } from '../render/layout/conflicts.ts';
import { type Allowance, createGroupComparer } from './group.ts';
import { type FilesOfGroups, type GroupPair, pairGroups } from './groups.ts';
import { isKustomization } from './kustomizations.ts';
import type { ObjectChange } from './object-change.ts';
import { ranked } from './rank.ts';
import { valueText } from './value.ts';

/*
 * What differs between two sets of manifests, as a reviewer reads it. These hold in this folder:
 *
 * - It is pure, and knows neither git nor who asks: it is given files, and answers data.
 * - Objects are matched by API group, kind, namespace and name within a group, whatever file they are in.
 * - Order and form of the text make no difference where they mean nothing; where they may mean something, they are told.
 * - The same change of several groups is told once, with its groups.
 * - No value of a Secret is in an answer. Texts of manifests are as they are: whoever shows them neutralises them.
 */

/** A change, and the groups in which it is the same. */
export interface SharedChange extends ObjectChange {
  readonly groups: readonly string[];
}

/** What differs between two sets of manifests of an environment. */
export interface ManifestDifference {
  /** What a reviewer must see first is first. */
  readonly changes: readonly SharedChange[];
  /** The numbers of objects, counted in each group. */
  readonly objects: {
    readonly before: number;
    readonly after: number;
    readonly removed: number;
    readonly changed: number;
    readonly added: number;
  };
  /** All groups that were compared; those that come and go as a whole; and those that keep nothing but their kustomization. */
  readonly groups: {
    readonly all: readonly string[];
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly emptied: readonly string[];
  };
  /** The groups that were compared with one of another name. */
  readonly paired: readonly GroupPair[];
  /** The files that are written anew although nothing in them means anything else. */
  readonly rewritten: readonly string[];
}

const noFiles: ReadonlyMap<string, string> = new Map();

/** Compares two sets of manifests of one environment, group by group. */
export function compareManifests(
  before: FilesOfGroups,
  after: FilesOfGroups,
  allowance: Allowance = {},
): ManifestDifference {
  const groups = [...new Set([...before.keys(), ...after.keys()])].sort();
  const pairs = groups.map((group) => ({ group, against: group }));
  const isEmpty = (files: FilesOfGroups, group: string) => (files.get(group)?.size ?? 0) === 0;
  const added = groups.filter((group) => isEmpty(before, group) && !isEmpty(after, group));
  const removed = groups.filter((group) => isEmpty(after, group) && !isEmpty(before, group));
  const hasOthers = (files: FilesOfGroups, group: string) =>
    [...(files.get(group)?.keys() ?? [])].some((path) => !isKustomization(path));
  const emptied = groups.filter(
    (group) => hasOthers(before, group) && !hasOthers(after, group) && !removed.includes(group),
  );
  const compared = comparePairs({ before, after, pairs }, allowance);
  return { ...compared, groups: { all: groups, added, removed, emptied }, paired: [] };
}

/** Compares the manifests of an environment with those of another one, whose groups may be called otherwise. */
export function compareEnvironments(against: FilesOfGroups, environment: FilesOfGroups): ManifestDifference {
  const pairs = pairGroups(environment, against);
  const paired = pairs.filter((pair) => pair.group !== pair.against);
  return {
    ...comparePairs({ before: against, after: environment, pairs }),
    groups: { all: [...environment.keys()].sort(), added: [], removed: [], emptied: [] },
    paired,
  };
}

/** Two sets of manifests, and which of their groups are compared. */
interface PairedManifests {
  readonly before: FilesOfGroups;
  readonly after: FilesOfGroups;
  readonly pairs: readonly GroupPair[];
}

function comparePairs(
  { before, after, pairs }: PairedManifests,
  allowance: Allowance = {},
): Pick<ManifestDifference, 'changes' | 'objects' | 'rewritten'> {
  const compareGroup = createGroupComparer(allowance);
  const shared = new Map<string, SharedChange & { readonly groups: string[] }>();
  const objects = { before: 0, after: 0, removed: 0, changed: 0, added: 0 };
  const rewritten: string[] = [];
  for (const { group, against } of pairs) {
    const found = compareGroup({ before: before.get(against) ?? noFiles, after: after.get(group) ?? noFiles });
    objects.before += found.objects.before;
    objects.after += found.objects.after;
    rewritten.push(...found.rewritten.map((path) => `${group}/${path}`));
    for (const change of found.changes) {
      objects[change.kind] += 1;
      const key = changeKey(change);
      const known = shared.get(key);
      if (known === undefined) shared.set(key, { ...change, groups: [group] });
      else if (!known.groups.includes(group)) known.groups.push(group);
    }
  }
  return { changes: ranked([...shared.values()]), objects, rewritten };
}

/** Names a change so that the same one in another group has the same name. */
function changeKey({ id, fields, ...change }: ObjectChange): string {
  return valueText([
    change.kind,
    id.apiVersion,
    objectKey(id),
    change.leaf,
    change.movedFrom ?? null,
    change.unread ?? false,
    fields.map(({ path, kind, before = null, after = null }) => [path, kind, before, after]),
  ]);
}
