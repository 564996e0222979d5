import { cutToBytes } from '../../cut.ts';
import { limits } from '../../platform/limits.ts';
import { jsonBytes } from '../../text/json-size.ts';
import type { EnvironmentStatus, RequestStatus } from '../status.ts';

/** How much of each text, in bytes of UTF-8, and of each list is left. */
interface Room {
  readonly text: number;
  readonly list: number;
}

/** What is tried, one after the other, until all environments together are small enough. Names, ids and addresses stay whole. */
const rooms: readonly Room[] = [
  { text: 1_000, list: 20 },
  { text: 300, list: 5 },
  { text: 100, list: 1 },
];
/** What is left where all of that is too much: no more than 7 kB of any environment. */
const tightest: Room = { text: 60, list: 0 };

/**
 * Shortens what all environments of an operation say together, where Temporal would not hand it on: the texts that people
 * and clusters wrote, and the lists. Where the sum is small, all of it stays.
 */
export function boundedEnvironments(environments: readonly EnvironmentStatus[]): readonly EnvironmentStatus[] {
  if (jsonBytes(environments, limits.statusBytes) <= limits.statusBytes) return environments;
  for (const room of rooms) {
    const bounded = allInRoom(environments, room);
    if (bounded) return bounded;
  }
  return environments.map((status) => inRoom(status, tightest));
}

/** Answers undefined as soon as it is too much. */
function allInRoom(environments: readonly EnvironmentStatus[], room: Room): readonly EnvironmentStatus[] | undefined {
  const bounded: EnvironmentStatus[] = [];
  let left = limits.statusBytes;
  for (const status of environments) {
    const short = inRoom(status, room);
    left -= jsonBytes(short, left);
    if (left < 0) return undefined;
    bounded.push(short);
  }
  return bounded;
}

function inRoom(status: EnvironmentStatus, room: Room): EnvironmentStatus {
  const text = (words: string) => cutToBytes(words, room.text);
  const signed = <S extends { readonly by: string; readonly reason?: string }>(signature: S): S => ({
    ...signature,
    by: text(signature.by),
    ...(signature.reason !== undefined && { reason: text(signature.reason) }),
  });
  const { hold, approval, accepted, override, fleet, check, request } = status;
  const { ignoredNotes, overwritten, unlabelled, mergedBy } = status;
  return {
    ...status,
    message: shortMessage(status, room),
    waitingFor: shortList(status.waitingFor, room),
    ...(hold && { hold: signed(hold) }),
    ...(approval && { approval: signed(approval) }),
    ...(override && { override: signed(override) }),
    ...(accepted && { accepted: { ...signed(accepted), ...shortScope(accepted, room) } }),
    ...(fleet && { fleet: shortFleet(fleet, room) }),
    ...(check && {
      check: {
        ...check,
        ...shortCounts(check.groups, room),
        name: text(check.name),
        clusters: shortClusters(check.clusters, room),
      },
    }),
    ...(request && { request: shortRequest(request, room) }),
    ...(ignoredNotes && { ignoredNotes: shortList(ignoredNotes, room) }),
    ...(overwritten && { overwritten: shortList(overwritten, room) }),
    ...(unlabelled !== undefined && { unlabelled: text(unlabelled) }),
    ...(mergedBy !== undefined && { mergedBy: text(mergedBy) }),
  };
}

/** Leaves a message that is about the hold with the words of the hold that are left: they are not said a second time. */
function shortMessage({ message, hold }: EnvironmentStatus, { text }: Room): string {
  const parts = hold === undefined ? [] : [hold.by, hold.reason];
  const kept = parts.reduce((words, part) => words.replace(part, () => cutToBytes(part, text)), message);
  return cutToBytes(kept, 3 * text);
}

type Accepted = NonNullable<EnvironmentStatus['accepted']>;

function shortScope({ clusters, groups }: Accepted, room: Room): Pick<Accepted, 'clusters' | 'groups'> {
  return { clusters: shortList(clusters, room), ...(groups && { groups: shortList(groups, room) }) };
}

function shortRequest(request: RequestStatus, { list }: Room): RequestStatus {
  const { removals } = request;
  if (removals === undefined) return request;
  const { objects, groups } = removals;
  return { ...request, removals: { ...removals, objects: objects.slice(0, list), groups: groups.slice(0, list) } };
}

type Fleet = NonNullable<EnvironmentStatus['fleet']>;

function shortFleet(fleet: Fleet, room: Room): Fleet {
  return {
    ...fleet,
    ...shortCounts(fleet.groups, room),
    others: shortClusters(fleet.others, room),
    ...(fleet.leftOut && { leftOut: shortList(fleet.leftOut, room) }),
    warnings: shortList(fleet.warnings, room),
  };
}

/** Counts by group are all that there are, or none: `undefined` says that nobody has counted. */
function shortCounts(groups: Fleet['groups'], { list }: Room): Pick<Fleet, 'groups'> {
  return groups === undefined || groups.length <= list ? {} : { groups: undefined };
}

function shortClusters(clusters: Fleet['others'], { text, list }: Room): Fleet['others'] {
  return clusters.slice(0, list).map((cluster) => ({ ...cluster, awaited: cutToBytes(cluster.awaited, text) }));
}

/** Leaves out the end of a list of texts, and says so. */
function shortList(texts: readonly string[], { text, list }: Room): readonly string[] {
  const kept = texts.slice(0, list).map((words) => cutToBytes(words, text));
  return texts.length <= list ? kept : [...kept, `… and ${texts.length - list} more`];
}
