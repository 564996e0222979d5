/**
 * Checks the house that the files make: no folder of src, fakes and test holds more than 15 files, no file of src is
 * longer than 250 lines, and no type that src exports is declared in two files. Prints each offence with the remedy.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

const mostFiles = 15;
const mostLines = 250;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
  encoding: 'utf8',
})
  .split('\n')
  // One that was deleted and not staged yet is listed, too.
  .filter((file) => /^(src|fakes|test)\//.test(file) && existsSync(file));
const sources = files
  .filter((file) => file.startsWith('src/') && file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
const offences = [...crowdedFolders(files), ...longFiles(sources), ...doubleTypes(sources)];
for (const offence of offences) process.stdout.write(`${offence}\n`);
process.exitCode = offences.length === 0 ? 0 : 1;

function crowdedFolders(all) {
  const counts = groupBy(all, posix.dirname);
  return [...counts]
    .filter(([, inside]) => inside.length > mostFiles)
    .map(
      ([folder, inside]) =>
        `${folder} holds ${inside.length} files: part it, so that none holds more than ${mostFiles}.`,
    );
}

function longFiles(all) {
  return all
    .map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > mostLines)
    .map(({ file, lines }) => `${file} has ${lines} lines: part it, so that none has more than ${mostLines}.`);
}

function doubleTypes(all) {
  const declared = all.flatMap(({ file, text }) =>
    [...text.matchAll(/^export (?:interface|type|class) (\w+)[\s<={]/gm)].map(([, name]) => ({ name, file })),
  );
  return [...groupBy(declared, ({ name }) => name)]
    .filter(([, places]) => places.length > 1)
    .map(
      ([name, places]) =>
        `${name} is declared in ${places.map(({ file }) => file).join(' and ')}: one name, one meaning.`,
    );
}

/** `Map.groupBy` for Node 20. */
function groupBy(values, keyOf) {
  const groups = new Map();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}
