import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { Failure } from '../src/failure.ts';
import type { BuiltIn } from './notices.ts';
import { protocolAsJson } from './protocol.ts';

/** A program to bundle: by output name, the modules in which it begins. */
export interface BundleOrder {
  readonly root: string;
  readonly entries: Readonly<Record<string, string>>;
  readonly outDirectory: string;
  readonly define?: Readonly<Record<string, string>>;
}

/** CommonJS libraries that are built in ask for Node's own modules by `require`. */
const banner = [
  "import { createRequire as makeRequire } from 'node:module';",
  'const require = makeRequire(import.meta.url);',
].join('\n');

/**
 * Bundles a program for the oldest Node that is supported, in parts that are loaded when they are needed. Answers the libraries
 * that are built in. Throws `Failure` where a module asks for a package that will not be there.
 */
export async function bundleProgram({ root, entries, outDirectory, define = {} }: BundleOrder) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...entries },
    outdir: outDirectory,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.3',
    banner: { js: banner },
    define: { ...define },
    plugins: [protocolAsJson],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const missing = strangers(metafile);
  if (missing.length > 0) throw new Failure('Internal', missing.join('\n'));
  return builtIn(metafile, root);
}

/** Lists in sentences which modules ask for packages that are not built in. */
export function strangers({ inputs }: Pick<Metafile, 'inputs'>): readonly string[] {
  return Object.entries(inputs).flatMap(([module, { imports }]) =>
    imports
      // The bundler's own helpers have a name that no package can have.
      .filter(({ external, path }) => external && path !== '<runtime>' && !isBuiltin(path))
      .map(({ path }) => `${module} asks for ${path}, which is not built in, and the package has no dependencies.`),
  );
}

async function builtIn({ outputs }: Metafile, root: string): Promise<readonly BuiltIn[]> {
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs));
  const directories = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  return Promise.all(
    [...directories].map(async (path) => {
      const directory = join(root, path);
      const { name, version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as BuiltIn;
      return { name, version, directory };
    }),
  );
}
