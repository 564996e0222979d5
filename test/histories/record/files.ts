import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of all tests. */
export const testsDirectory = fileURLToPath(new URL('../../', import.meta.url));

/** The folders of which a recording runs the tests. */
export const recordedFolders: readonly string[] = ['workflows', 'concurrency'];

/** What a recording does not run of them, and why. */
export const leftOut: readonly { readonly files: string; readonly why: string }[] = [
  {
    files: 'workflows/worker/**',
    why: 'they try the worker and the rig, with workflows of their own or those of others',
  },
  { files: 'workflows/step-memory.test.ts', why: 'it tries a step, in a workflow of its own' },
];

/** Lists the files of tests that a recording runs, without their ending: as their histories are named. */
export function recordedTests(): readonly string[] {
  return recordedFolders
    .flatMap((folder) => readdirSync(join(testsDirectory, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(testsDirectory, join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => !isLeftOut(file))
    .map((file) => file.replace(/\.test\.ts$/, ''))
    .sort();
}

function isLeftOut(file: string): boolean {
  return leftOut.some(({ files }) =>
    files.endsWith('/**') ? file.startsWith(files.slice(0, -'**'.length)) : file === files,
  );
}

/** Lists the files of tests, as `recordedTests` does, of which no history is kept. `kept`: as `scenarioFiles` lists them. */
export function withoutHistory(tests: readonly string[], kept: readonly string[]): readonly string[] {
  return tests.filter((test) => !kept.includes(`${test}.json.gz`));
}
