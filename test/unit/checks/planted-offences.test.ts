import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/git.ts';

// cspell:ignore enviroment remarkrc
// `npm run check` passes here, so that a check which finds nothing would pass, too: each is shown an offence.
const root = fileURLToPath(new URL('../../..', import.meta.url));
const configured = [
  'package.json',
  'biome.json',
  'cspell.json',
  '.remarkrc.json',
  '.ci/check-structure.mjs',
  '.ci/check-lock.mjs',
];
const run = promisify(execFile);
const directories: { remove(): void }[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) directory.remove();
});

/** Runs one of the checks of package.json on a repository of these files alone; answers its exit code and what it printed. */
async function runCheck(name: string, files: Readonly<Record<string, string>>) {
  const directory = temporaryDirectory('checks');
  directories.push(directory);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory.path, path)), { recursive: true });
    writeFileSync(join(directory.path, path), text);
  }
  for (const path of configured) {
    mkdirSync(dirname(join(directory.path, path)), { recursive: true });
    copyFileSync(join(root, path), join(directory.path, path));
  }
  mkdirSync(join(directory.path, '.github'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(directory.path, 'node_modules'));
  writeFileSync(join(directory.path, '.gitignore'), 'node_modules\n');
  await run('git', ['init', '--quiet', directory.path]);
  return run('npm', ['run', '--silent', `check:${name}`], {
    cwd: directory.path,
    env: { ...process.env, NO_COLOR: '1' },
  })
    .then(({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }))
    .catch(({ code, stdout, stderr }) => ({ code, output: `${stdout}${stderr}` }));
}

const importing = (path: string) => `import { value } from '${path}';\n\nexport const other = value;\n`;

describe('the structure check', () => {
  test('passes where nothing is wrong', async () => {
    const { code, output } = await runCheck('structure', { 'src/one.ts': 'export interface One {}\n' });
    expect(output).toBe('');
    expect(code).toBe(0);
  });

  test.each([
    [
      'more than 15 files in a folder',
      Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`test/deep/f${index}.ts`, ''])),
      'test/deep holds 16 files: part it, so that none holds more than 15.',
    ],
    ['a long file', { 'src/long.ts': '\n'.repeat(251) }, 'src/long.ts has 251 lines: part it'],
    [
      'a type of two meanings',
      { 'src/a/one.ts': 'export interface Twin {}\n', 'src/b/two.ts': 'export type Twin = string;\n' },
      'Twin is declared in src/a/one.ts and src/b/two.ts: one name, one meaning.',
    ],
  ])('finds %s', async (_, files, message) => {
    const { code, output } = await runCheck('structure', files);
    expect(output).toContain(message);
    expect(code).toBe(1);
  });
});

describe('the check of the lock file', () => {
  const locked = (packages: object) => ({ 'package-lock.json': JSON.stringify({ packages: { '': {}, ...packages } }) });
  const integrity = 'sha512-AA==';

  test('passes where each package says what it must be, and a link is none', async () => {
    const packages = { 'node_modules/a': { version: '1.0.0', integrity }, 'node_modules/b': { link: true } };
    expect(await runCheck('lock', locked(packages))).toEqual({ code: 0, output: '' });
  });

  test.each([
    ['none', undefined],
    ['a weak one', 'sha1-AA=='],
  ])('finds a package with %s', async (_, weak) => {
    const packages = { 'node_modules/a/node_modules/@x/b': { version: '1.0.0', integrity: weak } };
    const { code, output } = await runCheck('lock', locked(packages));
    expect(output).toContain('npm view @x/b@1.0.0 dist.integrity');
    expect(code).toBe(1);
  });
});

describe('the linter', () => {
  test.each([
    [
      'a circle of types',
      {
        'src/one.ts': "import type { Two } from './two.ts';\n\nexport interface One {\n  readonly two: Two;\n}\n",
        'src/two.ts': "import type { One } from './one.ts';\n\nexport interface Two {\n  readonly one: One;\n}\n",
      },
      'noImportCycles',
    ],
    [
      'a function with four parameters',
      { 'src/many.ts': 'export const sum = (a: number, b: number, c: number, d: number) => a + b + c + d;\n' },
      'useMaxParams',
    ],
    ['a core file that knows git', { 'src/lane/lane.ts': importing('../git/mirror.ts') }, 'noRestrictedImports'],
    [
      'a step that knows a workflow',
      { 'src/activities/step.ts': importing('../workflows/a.ts') },
      'noRestrictedImports',
    ],
    ['a workflow that knows an edge', { 'src/workflows/a.ts': importing('../git/mirror.ts') }, 'noRestrictedImports'],
    ['a command that knows a step', { 'src/cli/a.ts': importing('../activities/step.ts') }, 'noRestrictedImports'],
    ['a worker that knows a command', { 'src/worker/a.ts': importing('../cli/a.ts') }, 'noRestrictedImports'],
    ['a source that knows a stand-in', { 'src/worker/a.ts': importing('../../fakes/a.ts') }, 'noRestrictedImports'],
  ])('finds %s', async (_, files, rule) => {
    const { code, output } = await runCheck('format', files);
    expect(output).toContain(rule);
    expect(code).toBe(1);
  });
});

describe('the checks of the docs', { timeout: 60_000 }, () => {
  test.each([
    ['a file that is not there', '[gone](docs/gone.md)\n'],
    ['a heading that is not there', '# Here\n\n[gone](#there)\n'],
  ])('find a link to %s', async (_, text) => {
    const { code, output } = await runCheck('links', { 'README.md': text });
    expect(output).toMatch(/gone\.md|there/);
    expect(code).toBe(1);
  });

  test('find a misspelled word', async () => {
    const { code, output } = await runCheck('spelling', { 'README.md': 'An enviroment.\n' });
    expect(output).toContain('enviroment');
    expect(code).toBe(1);
  });
});
