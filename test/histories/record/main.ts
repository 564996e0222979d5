import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { version } from '../../../src/version.ts';
import * as workflows from '../../../src/workflows/index.ts';
import { historiesDirectory } from '../scenarios.ts';
import { chooseScenarios } from './choose.ts';
import { leftOut, recordedFolders, testsDirectory } from './files.ts';
import { type KeptTest, keepingIn } from './keep.ts';

/**
 * `npm run record:histories`: runs the tests of workflows and of concurrency, and keeps the histories of what they ran
 * as those of the release that package.json names: docs/releasing.md. What was recorded of it before goes. With files of tests as
 * arguments, as `test/workflows/late.test.ts`, these alone are run, and what was recorded of others stays.
 */
const only = process.argv.slice(2);
const all = recordedFolders.map((folder) => `test/${folder}`);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const mostBytes = 5 * 1024 ** 2;
/** Tests wait most of their time. */
const sideBySide = 4;

const directory = await mkdtemp(join(tmpdir(), 'fairlead-histories-'));
try {
  await execa(
    'npx',
    [
      ...['vitest', 'run', '--project', 'workflows', ...(only.length > 0 ? only : all)],
      ...['--retry', '2', '--maxWorkers', String(sideBySide)],
      ...leftOut.flatMap(({ files }) => ['--exclude', `test/${files}`]),
    ],
    { cwd: root, stdio: 'inherit', env: { [keepingIn]: directory } },
  );
  const names = await readdir(directory);
  const tests = await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8')) as KeptTest),
  );
  const packed = [...chooseScenarios(tests, { directory: testsDirectory, types: Object.keys(workflows) })].map(
    ([name, kept]) => ({
      file: join(historiesDirectory, version, `${name}.json.gz`),
      count: kept.length,
      content: gzipSync(JSON.stringify(kept), { level: 9 }),
    }),
  );
  const bytes = packed.reduce((sum, { content }) => sum + content.length, 0);
  if (bytes > mostBytes)
    throw new Error(`The histories take ${bytes} bytes, and may take ${mostBytes}. Let chooseScenarios keep fewer.`);
  if (packed.length === 0) throw new Error(`Of ${tests.length} tests no history was chosen.`);
  if (only.length === 0) await rm(join(historiesDirectory, version), { recursive: true, force: true });
  for (const { file, content } of packed) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const count = packed.reduce((sum, { count }) => sum + count, 0);
  process.stdout.write(
    `${tests.length} tests: ${count} histories in ${packed.length} files of test/histories/${version}, ${bytes} bytes\n`,
  );
} finally {
  await rm(directory, { recursive: true, force: true });
}
