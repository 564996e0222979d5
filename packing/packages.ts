import { existsSync, statSync } from 'node:fs';
import { chmod, cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { bundleProgram } from './bundle.ts';
import { withLivingLinks } from './links.ts';
import {
  commandLineManifest,
  noticesFile,
  type PackingPlace,
  type RepositoryManifest,
  sandboxManifest,
  vendorManifest,
  workerManifest,
} from './manifests.ts';
import { noticesOf } from './notices.ts';
import { emptyDirectory, type StagedPackage, writeNew } from './pack.ts';
import { type LockFile, shrinkwrap } from './shrinkwrap.ts';

/** Where packages are made from, and what of the place goes into them. */
export interface Packing extends PackingPlace {
  /** The checkout of this repository. */
  readonly root: string;
  readonly manifest: RepositoryManifest;
  /** The directory below which files are laid out. It must lie in the checkout, whose libraries they are built with. */
  readonly stage: string;
}

/** Lays out `fairlead`. */
export async function stageCommandLine({ root, manifest, stage, repository }: Packing): Promise<StagedPackage> {
  const directory = await emptyDirectory(join(stage, 'fairlead'));
  const libraries = await bundleProgram({
    root,
    entries: { main: 'src/cli/main.ts' },
    outDirectory: join(directory, 'dist'),
    define: { isBundledWithoutWorker: 'true' },
  });
  await chmod(join(directory, 'dist/main.js'), 0o755);
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md', 'docs'])
    await cp(join(root, file), join(directory, file), { recursive: true });
  await linkToRepository(directory, { root, version: manifest.version, repository });
  await writeNew(join(directory, noticesFile), await noticesOf(libraries));
  return {
    directory,
    manifest: commandLineManifest(manifest, { repository }),
    needed: ['dist/main.js', 'README.md', 'LICENSE', noticesFile],
  };
}

interface LinkedRepository extends PackingPlace {
  readonly root: string;
  readonly version: string;
}

/** Has the pages of a package link to the repository at the tag of this version where they link to what is not in the package. */
async function linkToRepository(directory: string, { root, version, repository }: LinkedRepository): Promise<void> {
  const isPacked = (path: string) => existsSync(join(directory, path));
  const urlOf = (path: string) => {
    const kind = statSync(join(root, path)).isDirectory() ? 'tree' : 'blob';
    return repository && `${repository}/${kind}/v${version}/${path}`;
  };
  const names = await readdir(directory, { recursive: true });
  for (const path of names.filter((name) => name.endsWith('.md'))) {
    const text = await readFile(join(directory, path), 'utf8');
    await writeFile(join(directory, path), withLivingLinks({ path, text }, { isPacked, urlOf }));
  }
}

/** Lays out `@fairlead/worker`: what the compiler makes of the sources, and the bundle of the workflows. */
export async function stageWorker({ root, manifest, stage, repository }: Packing): Promise<StagedPackage> {
  const directory = await emptyDirectory(join(stage, 'worker'));
  const own = workerManifest(manifest, { repository });
  // Read when the bundle is made.
  await writeNew(join(directory, 'package.json'), JSON.stringify(own));
  const inRoot = { cwd: root, stdout: 'inherit', stderr: 'inherit' } as const;
  await execa('npx', ['--no-install', 'tsc', '-p', 'tsconfig.build.json', '--outDir', join(directory, 'dist')], inRoot);
  const dist = join(directory, 'dist');
  // What the bundler says is shown where it fails.
  await execa(process.execPath, [join(dist, 'src/worker/write-bundle.js'), join(dist, 'workflows.js')], { cwd: root });
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  await writeNew(join(directory, 'npm-shrinkwrap.json'), `${JSON.stringify(shrinkwrap(lock, own), null, 2)}\n`);
  await writeNew(join(directory, 'index.js'), workerEntry);
  await writeNew(
    join(directory, 'README.md'),
    `# @fairlead/worker\n\n${own.description} Install it beside \`fairlead\`.\n`,
  );
  await cp(join(root, 'LICENSE'), join(directory, 'LICENSE'));
  return { directory, manifest: own, needed: ['index.js', 'dist/workflows.js', 'dist/src/cli/worker/parts.js'] };
}

const workerEntry = `import { fileURLToPath } from 'node:url';

// Bundling the workflows at each start would take seconds.
process.env.FAIRLEAD_WORKFLOW_BUNDLE ||= fileURLToPath(new URL('dist/workflows.js', import.meta.url));

export * from './dist/src/cli/worker/parts.js';
`;

/** Lays out `@fairlead/sandbox`, the stand-ins of a forge and a fleet. */
export async function stageSandbox({ root, manifest, stage, repository }: Packing): Promise<StagedPackage> {
  const directory = await emptyDirectory(join(stage, 'sandbox'));
  const libraries = await bundleProgram({
    root,
    entries: { sandbox: 'demo/sandbox/main.ts' },
    outDirectory: join(directory, 'dist'),
  });
  await writeNew(join(directory, noticesFile), await noticesOf(libraries));
  await cp(join(root, 'LICENSE'), join(directory, 'LICENSE'));
  const own = sandboxManifest(manifest, { repository });
  await writeNew(
    join(directory, 'README.md'),
    `# ${own.name}\n\n${String(own.description)} Install it beside \`fairlead\` and \`@fairlead/worker\`.\n`,
  );
  return { directory, manifest: own, needed: ['dist/sandbox.js', 'README.md', noticesFile] };
}

/** Lays out `@fairlead/vendor`, which depends on a package with a program for each platform. */
export async function stageVendor({ root, manifest, stage, repository }: Packing): Promise<StagedPackage> {
  const directory = await emptyDirectory(join(stage, 'vendor'));
  const own = vendorManifest(manifest, { repository });
  await writeNew(
    join(directory, 'README.md'),
    `# ${own.name}\n\n${String(own.description)} Install it beside \`fairlead\`; npm chooses the program of your platform.\n`,
  );
  await cp(join(root, 'LICENSE'), join(directory, 'LICENSE'));
  return { directory, manifest: own, needed: ['README.md', 'LICENSE'] };
}
