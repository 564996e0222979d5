import { cut } from '../../cut.ts';
import { objectName } from '../../object-name.ts';
import type { Cluster, Environment } from '../../platform/types.ts';
import { objectKey } from '../../render/layout/conflicts.ts';
import type { GroupSummary } from '../../render/layout/summary.ts';
import type { ObjectId } from '../../render/types.ts';
import { wellFormed } from '../../text/message-text.ts';
import { type EmptiedGroup, type GuardedRemovals, listedRemovals } from './removals.ts';
import { type GroupObjects, type SharedClusters, sharedRemovals } from './shared-clusters.ts';

/** What a render changes, and what it leaves. */
export interface RenderedChange {
  /** What changes, by group. */
  readonly summary: readonly GroupSummary[];
  /** All groups of the render. */
  readonly groups: ReadonlySet<string>;
  /** Tells whether anything is left below the folder of a group, so that Flux finds its path. */
  readonly folderStays: (group: string) => boolean;
  /** Answers which objects a group has after the render, by `objectKey`. It is asked where a cluster has several groups. */
  readonly objectsOf: (group: string) => ReadonlySet<string>;
  /** Answers how many objects a group has after the render. */
  readonly count: (group: string) => number;
}

/** The longest name of an object or a group that is listed: whoever pushes to the branch may choose it. */
const longestName = 200;

/**
 * Finds what a render removes that the environment's guard names; undefined: nothing of that. These hold:
 *
 * - Objects are counted on clusters: one that three clusters of a group have counts three times. A group without a listed
 *   cluster counts as one.
 * - What a cluster still has, from another leaf or from another of its groups, is not removed there. Entries of one
 *   kubeconfig context are one cluster.
 * - What Flux may delete and make anew loses what it holds, as if it went. It is named, and does not count for the share.
 */
export function findRemovals(
  change: RenderedChange,
  { clusters, guard }: Pick<Environment, 'clusters' | 'guard'>,
): GuardedRemovals | undefined {
  const summaries = new Map(change.summary.map((summary) => [summary.group, summary]));
  const groups = new Set([...summaries.keys(), ...change.groups]);
  const gone = new Map<string, ObjectId>();
  let [removed, before] = [0, 0];
  const note = (ids: readonly ObjectId[]) => {
    for (const id of ids) if (guard.kinds.includes(id.kind)) gone.set(objectKey(id), id);
  };
  const alike = alikeClusters(clusters, groups);
  for (const { groups: own, count } of alike) {
    if (own.length > 1) continue;
    const found = inOneGroup(change, summaries.get(own[0] ?? ''), own[0] ?? '');
    removed += count * found.removed.length;
    before += count * found.before;
    note(found.removed);
  }
  const shared = sharedRemovals(
    alike.filter(({ groups: own }) => own.length > 1),
    (group) => groupObjects(change, summaries.get(group), group),
  );
  removed += shared.removed;
  before += shared.before;
  note(shared.gone);
  const anew = new Map<string, ObjectId>();
  for (const { madeAnew = [] } of change.summary)
    for (const id of madeAnew) if (guard.kinds.includes(id.kind)) anew.set(objectKey(id), id);
  const objects = [
    ...[...gone.values()].map((id) => shownName(objectName(id))),
    ...[...anew.values()].map((id) => `${shownName(objectName(id))} (made anew)`),
  ].sort();
  const emptied = emptiedGroups(change, clusters);
  const isMuch = removed > 0 && removed / before > guard.share;
  if (objects.length === 0 && emptied.length === 0 && !isMuch) return undefined;
  return {
    removed,
    before,
    ...(isMuch && { share: guard.share }),
    objects: objects.slice(0, listedRemovals),
    guarded: objects.length,
    groups: emptied.slice(0, listedRemovals),
    emptied: emptied.length,
  };
}

/** Lists the groups of which a cluster applies others, too: only there it matters which objects they have. */
export function groupsThatMeet(clusters: readonly Cluster[]): ReadonlySet<string> {
  const applied = new Map<string, Set<string>>();
  for (const { context, group } of clusters) applied.set(context, (applied.get(context) ?? new Set()).add(group));
  return new Set([...applied.values()].flatMap((groups) => (groups.size > 1 ? [...groups] : [])));
}

/** Counts the clusters that apply the same groups; a group that none applies has one of its own. */
function alikeClusters(clusters: readonly Cluster[], groups: ReadonlySet<string>): readonly SharedClusters[] {
  const applied = new Map<string, Set<string>>();
  for (const { context, group } of clusters) {
    if (groups.has(group)) applied.set(context, (applied.get(context) ?? new Set()).add(group));
  }
  const counted = new Map<string, SharedClusters>();
  for (const own of applied.values()) {
    const sorted = [...own].sort();
    const key = sorted.join('\n');
    counted.set(key, { groups: sorted, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  const known = new Set([...applied.values()].flatMap((own) => [...own]));
  const alone = [...groups].filter((group) => !known.has(group)).map((group) => ({ groups: [group], count: 1 }));
  return [...counted.values(), ...alone];
}

/** What goes from a cluster, and how many objects it had. */
interface FoundRemovals {
  readonly removed: readonly ObjectId[];
  readonly before: number;
}

function inOneGroup({ count }: RenderedChange, summary: GroupSummary | undefined, group: string): FoundRemovals {
  const { removed = [], added = [] } = summary ?? {};
  return { removed, before: count(group) - added.length + removed.length };
}

function groupObjects({ objectsOf }: RenderedChange, summary: GroupSummary | undefined, group: string): GroupObjects {
  const { removed = [], added = [] } = summary ?? {};
  return {
    after: objectsOf(group),
    added: new Set(added.map(objectKey)),
    removed: new Map(removed.map((id) => [objectKey(id), id])),
  };
}

/** Lists the groups from which the last object goes, and of which clusters are listed. */
function emptiedGroups(
  { summary, folderStays, count }: RenderedChange,
  clusters: readonly Cluster[],
): readonly EmptiedGroup[] {
  const listed = new Map<string, number>();
  for (const { group } of clusters) listed.set(group, (listed.get(group) ?? 0) + 1);
  return summary.flatMap(({ group, removed }) => {
    const applying = listed.get(group);
    if (removed.length === 0 || count(group) > 0 || applying === undefined) return [];
    const keeps = folderStays(group) ? {} : { keeps: true as const };
    return [{ group: shownName(group), clusters: applying, ...keeps }];
  });
}

/** Shortens a name. What no cluster would take stands in quotes: it could read like a part of the sentence around it. */
function shownName(name: string): string {
  const shown = wellFormed(cut(name, longestName));
  return /^[\w./:…-]+( [\w./:…-]+)?$/.test(shown) ? shown : JSON.stringify(shown);
}
