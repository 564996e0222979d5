import { objectsIn } from '../render/layout/objects.ts';
import { folderFinder } from '../render/layout/own-folders.ts';
import { isKustomization } from './kustomizations.ts';

/** The files of an environment's groups: group → path within the group → text. */
export type FilesOfGroups = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Parts files by the group that is nearest to them. What lies in none of the groups is left out. */
export function filesOfGroups(files: ReadonlyMap<string, string>, groups: Iterable<string>): FilesOfGroups {
  const parts = new Map([...groups].map((group) => [group, new Map<string, string>()]));
  const find = folderFinder(parts.keys());
  for (const [path, text] of files) {
    const [group] = find(path);
    if (group !== undefined) parts.get(group)?.set(path.slice(group.length + 1), text);
  }
  return parts;
}

/** A group, and the group of another environment that it is compared with. */
export interface GroupPair {
  readonly group: string;
  readonly against: string;
}

/** The most pairs that are weighed up; where there are more, groups of other names are paired in the order of these. */
const mostWeighed = 100_000;

/**
 * Pairs the groups of two environments, which may be called otherwise: those of the same name; then each with the one that is
 * most like it, by the words of their names, and by the objects that both have. Where one side has more groups, several are
 * paired with the same.
 */
export function pairGroups(groups: FilesOfGroups, others: FilesOfGroups): readonly GroupPair[] {
  const pairs = [...groups.keys()].filter((group) => others.has(group)).map((group) => ({ group, against: group }));
  const paired = new Set(pairs.map(({ group }) => group));
  const pairedOthers = new Set(paired);
  const weighed = weighPairs(groups, others);
  const pairWhere = (isWanted: (pair: GroupPair) => boolean) => {
    for (const { group, against } of weighed) {
      if (!isWanted({ group, against })) continue;
      pairs.push({ group, against });
      paired.add(group);
      pairedOthers.add(against);
    }
  };
  pairWhere(({ group, against }) => !paired.has(group) && !pairedOthers.has(against));
  pairWhere(({ group, against }) => !paired.has(group) || !pairedOthers.has(against));
  return pairs.sort((a, b) => compareTexts(`${a.group}\n${a.against}`, `${b.group}\n${b.against}`));
}

/** Lists the pairs that groups without a namesake can have, the most alike first. */
function weighPairs(groups: FilesOfGroups, others: FilesOfGroups): readonly GroupPair[] {
  const isAlone = ({ group, against }: GroupPair) => !others.has(group) || !groups.has(against);
  if (groups.size * others.size > mostWeighed) {
    const [names, theirs] = [[...groups.keys()].sort(), [...others.keys()].sort()];
    const longest = names.length > theirs.length ? names : theirs;
    return longest
      .map((_, index) => ({
        group: names[index % names.length] ?? '',
        against: theirs[index % theirs.length] ?? '',
      }))
      .filter(isAlone);
  }
  const theirNames = new Map([...others].map(([against, files]) => [against, objectNames(files)]));
  const weighed = [...groups].flatMap(([group, files]) => {
    const names = objectNames(files);
    return [...theirNames]
      .map(([against, theirs]) => ({ group, against, theirs }))
      .filter(isAlone)
      .map(({ against, theirs }) => ({
        group,
        against,
        likeness: sharedPart(wordsOf(group), wordsOf(against)) + sharedPart(names, theirs) / 10,
      }));
  });
  return weighed.sort(
    (a, b) => b.likeness - a.likeness || compareTexts(`${a.group}\n${a.against}`, `${b.group}\n${b.against}`),
  );
}

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function wordsOf(name: string): ReadonlySet<string> {
  return new Set(name.toLowerCase().split(/[^\p{L}\p{N}]+/u));
}

function sharedPart(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((each) => other.has(each)).length;
  const all = one.size + other.size - shared;
  return all === 0 ? 0 : shared / all;
}

function objectNames(files: ReadonlyMap<string, string>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [path, text] of files) {
    if (isKustomization(path)) continue;
    for (const { id } of objectsIn(text)) names.add(`${id.kind}/${id.namespace}/${id.name}`);
  }
  return names;
}
