import { posix } from 'node:path';
import { directoryOf } from './paths.ts';
import { placeOf } from './sources.ts';
import { directoryAt, type Source } from './tree.ts';

/** The most clashes of one commit that are told. */
const mostTold = 5;

/**
 * Finds names in one directory that differ in letter case or Unicode form alone, in the directories of these paths and
 * above: on other machines one takes the other's place, and people take one for the other. Answers sentences.
 */
export function clashingNames(source: Source, paths: Iterable<string>): readonly string[] {
  const clashes = [...directoriesOf(paths)].flatMap((path) => {
    const directory = directoryAt(source, path);
    if (!directory) return [];
    const { directories, files, broken } = directory;
    return clashesAmong([...directories.keys(), ...files.keys(), ...broken.keys()]).map((names) => ({ path, names }));
  });
  const more = clashes.length - mostTold;
  return [
    ...clashes.slice(0, mostTold).map(({ path, names: [one = '', ...others] }) => {
      const place = placeOf(source, posix.join(path, one));
      return `${place}: ${others.join(' and ')} beside it differs in letter case or Unicode form alone. Rename one of them.`;
    }),
    ...(more > 0 ? [`${placeOf(source, '')}: ${more} more names clash like that.`] : []),
  ];
}

function clashesAmong(names: readonly string[]): readonly (readonly string[])[] {
  const alike = new Map<string, string[]>();
  for (const name of names) {
    const folded = name.normalize('NFC').toLowerCase();
    const those = alike.get(folded);
    if (those) those.push(name);
    else alike.set(folded, [name]);
  }
  return [...alike.values()].filter(({ length }) => length > 1).map((each) => each.sort());
}

/** Lists the directories that hold these paths, and all above, sorted. */
function directoriesOf(paths: Iterable<string>): readonly string[] {
  const found = new Set(['']);
  for (const path of paths)
    for (let at = directoryOf(path); at !== '' && !found.has(at); at = directoryOf(at)) found.add(at);
  return [...found].sort();
}
