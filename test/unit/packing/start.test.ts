import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What every call loads. All else is loaded by the commands that need it, when they are called. */
const loadedAtStart = ['commander', 'picocolors', 'valibot'];

test('the start of the command line loads the parser of its arguments, and no library of a command', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/main.ts'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: 'dist/start',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const first = 'src/cli/main.ts';
  const importers = new Map<string, string | undefined>([[first, undefined]]);
  const found = new Map<string, string>();
  for (const [module] of importers) {
    for (const { path, kind, external } of metafile.inputs[module]?.imports ?? []) {
      if (kind === 'dynamic-import') continue;
      if (external && !path.startsWith('node:')) found.set(path, found.get(path) ?? module);
      else if (!external && !importers.has(path)) importers.set(path, module);
    }
  }
  const tooEarly = [...found]
    .filter(([library]) => !loadedAtStart.includes(library))
    .map(([library, module]) => `${library}, by ${chain(module, importers)}`);
  expect(tooEarly, 'Import these where the command is called, as others do by `await import(…)`.').toEqual([]);
  expect([...found.keys()].sort()).toEqual(loadedAtStart);
});

function chain(module: string, importers: ReadonlyMap<string, string | undefined>): string {
  const above = importers.get(module);
  return above === undefined ? module : `${module} < ${chain(above, importers)}`;
}
