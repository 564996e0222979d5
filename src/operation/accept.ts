import type { ClusterState } from '../fleet/types.ts';
import type { Decision } from './messages.ts';
import type { ClusterStatus, EnvironmentStatus, UnhealthyGroup } from './status.ts';

/** The clusters that a person goes on without: by name, by group, or all that give no answer. */
export type AcceptedClusters = Pick<Decision, 'clusters' | 'groups' | 'allUnknown'>;

/** The clusters that are not healthy, or on which a check has not passed. */
export interface Unhealthy {
  /** Those that the status lists. */
  readonly listed: readonly ClusterStatus[];
  /** How many these are, the ones that are not listed included. */
  readonly total: number;
  /** All of them, by group; undefined: they were not counted. */
  readonly groups?: readonly UnhealthyGroup[];
}

/** The most groups that a status counts: it stays small for fleets of a thousand groups. */
export const countedGroupsLimit = 100;

/**
 * Counts the clusters that are not healthy, by group, in the order of the groups' names; undefined: these are too many
 * groups.
 */
export function countGroups(
  clusters: readonly { readonly group: string; readonly state: ClusterState }[],
): readonly UnhealthyGroup[] | undefined {
  const counted = new Map<string, UnhealthyGroup>();
  for (const { group, state } of clusters) {
    if (state === 'healthy') continue;
    const before = counted.get(group) ?? { group, failed: 0, unknown: 0, pending: 0 };
    counted.set(group, { ...before, [state]: before[state] + 1 });
  }
  if (counted.size > countedGroupsLimit) return undefined;
  return [...counted.values()].sort((a, b) => (a.group < b.group ? -1 : 1));
}

/** Answers the unhealthy clusters of a rollout and those on which the present check has not passed. */
export function unhealthyOf({ fleet, check }: Pick<EnvironmentStatus, 'fleet' | 'check'>): readonly Unhealthy[] {
  return [
    ...(fleet ? [{ listed: fleet.others, total: fleet.total - fleet.healthy, groups: fleet.groups }] : []),
    ...(check ? [{ listed: check.clusters, total: check.open, groups: check.groups }] : []),
  ];
}

/**
 * Says why a person cannot go on without these clusters; undefined where that is possible: each cluster that is not
 * healthy is named, is of a named group, or is unknown and all of these are accepted.
 */
export function acceptRefusal(environment: EnvironmentStatus, accepted: AcceptedClusters): string | undefined {
  const { environment: name, check } = environment;
  const sources = unhealthyOf(environment);
  const { clusters = [], groups = [], allUnknown = false } = accepted;
  const listed = sources.flatMap((source) => source.listed);
  const byName = clusters.filter((cluster) => listed.every((each) => each.name !== cluster));
  const tooMany = sources.find(({ listed, total }) => total > listed.length);
  if (tooMany && groups.length === 0 && !allUnknown) return tooManyWords(name, tooMany);
  if (byName.length > 0) return `not an unhealthy cluster of ${name}: ${byName.join(', ')}`;
  const strange = groups.filter((group) => sources.every((source) => groupCount(source, group) === 0));
  if (strange.length > 0) return `no cluster of ${name} in the group ${strange.join(', ')} is unhealthy`;
  if (allUnknown && sources.every((source) => unknownCount(source) === 0)) return `no cluster of ${name} is unknown`;
  const isLeft = (each: ClusterStatus) => !isAccepted(each, accepted);
  const left = [...new Set(listed.filter(isLeft).map((each) => each.name))];
  if (left.length > 0) return `these clusters are not healthy either, name them too: ${left.join(', ')}`;
  const uncounted = sources.find((source) => source.groups === undefined && source.total > source.listed.length);
  if (uncounted) return tooManyWords(name, uncounted);
  const more = sources.map((source) => moreLeft(source, accepted)).find((where) => where !== '');
  if (more !== undefined) return `more clusters of ${name} are not healthy, accept their groups too: ${more}`;
  if (listed.length === 0 && check === undefined)
    return `every cluster of ${name} is healthy: there is nothing to accept`;
  return undefined;
}

/** Names what a person accepts: `prod-1, 34 of the group us/west, 120 unknown ones`. */
export function acceptedClusterWords(
  environment: Pick<EnvironmentStatus, 'fleet' | 'check'>,
  { clusters = [], groups = [], allUnknown = false }: AcceptedClusters,
): string {
  const sources = unhealthyOf(environment);
  const most = (count: (source: Unhealthy) => number) => Math.max(0, ...sources.map(count));
  return [
    ...clusters,
    ...groups.map((group) => `${most((source) => groupCount(source, group))} of the group ${group}`),
    ...(allUnknown ? [`${most(unknownCount)} unknown ones`] : []),
  ].join(', ');
}

const named = 5;

/** Writes the options with which `fairlead accept` goes on without all of these: ` --cluster qa-1 --cluster qa-2`. */
export function acceptOptions(sources: readonly Unhealthy[]): string {
  const names = distinct(sources.flatMap(({ listed }) => listed.map(({ name }) => name)));
  const hidden = sources.filter(({ listed, total }) => total > listed.length);
  if (hidden.length === 0) return options('cluster', names);
  if (hidden.some(({ groups }) => groups === undefined)) return `${options('cluster', names.slice(0, named))} …`;
  const groups = sources.flatMap((source) => source.groups ?? []);
  if (groups.every(({ failed, pending }) => failed + pending === 0)) return ' --all-unknown';
  return options('group', distinct(groups.map(({ group }) => group)));
}

function options(flag: string, names: readonly string[]): string {
  const shown = names.slice(0, named).map((name) => ` --${flag} ${name}`);
  return `${shown.join('')}${names.length > named ? ' …' : ''}`;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function isAccepted(
  { name, state, group }: ClusterStatus,
  { clusters = [], groups = [], allUnknown = false }: AcceptedClusters,
): boolean {
  return (
    clusters.includes(name) || (group !== undefined && groups.includes(group)) || (allUnknown && state === 'unknown')
  );
}

/** Says how many clusters that are not listed are left, and in which groups; '': none. */
function moreLeft({ listed, total, groups: counted }: Unhealthy, accepted: AcceptedClusters): string {
  if (total <= listed.length) return '';
  const { groups = [], allUnknown = false } = accepted;
  // Those that are accepted by name alone are counted in their group, too.
  const byNameAlone = (group: string) =>
    listed.filter((each) => each.group === group && !isAccepted(each, { groups, allUnknown })).length;
  const left = (counted ?? [])
    .filter(({ group }) => !groups.includes(group))
    .map((each) => ({
      group: each.group,
      left: groupTotal(each) - (allUnknown ? each.unknown : 0) - byNameAlone(each.group),
    }))
    .filter((each) => each.left > 0);
  const where = left.slice(0, named).map((each) => `${each.left} of ${each.group}`);
  return `${where.join(', ')}${left.length > named ? ', …' : ''}`;
}

function tooManyWords(name: string, { total, groups }: Unhealthy): string {
  const ways =
    groups === undefined
      ? 'too many to accept, and not counted by group'
      : `too many to name: accept them with${acceptOptions([{ listed: [], total, groups }])}`;
  return `${total} clusters of ${name} are not healthy: ${ways}`;
}

function groupCount({ listed, groups }: Unhealthy, group: string): number {
  const counted = groups?.find((each) => each.group === group);
  return counted ? groupTotal(counted) : listed.filter((each) => each.group === group).length;
}

function unknownCount({ listed, groups }: Unhealthy): number {
  if (groups === undefined) return listed.filter(({ state }) => state === 'unknown').length;
  return groups.reduce((sum, { unknown }) => sum + unknown, 0);
}

/** Counts the clusters of a group that are not healthy. */
function groupTotal({ failed, unknown, pending }: UnhealthyGroup): number {
  return failed + unknown + pending;
}
