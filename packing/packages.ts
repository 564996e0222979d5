import { chmod, cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../src/failure.ts';
import { type PackagedPlatform, packagedRenderer } from '../src/programs/platform-package.ts';
import { compiledRenderer } from '../src/render/renderer/compile.ts';
import { bundleProgram } from './bundle.ts';
import {
  commandLineManifest,
  noticesFile,
  type PackingPlace,
  type RepositoryManifest,
  rendererManifest,
  sandboxManifest,
  workerManifest,
} from './manifests.ts';
import { type BuiltIn, noticesOf } from './notices.ts';
import { emptyDirectory, type StagedPackage, writeNew } from './pack.ts';
import { checkProgram } from './program-file.ts';
import { type LockFile, shrinkwrap } from './shrinkwrap.ts';

/** Where packages are made from, and what of the place goes into them. */
export interface Packing extends PackingPlace {
  /** The checkout of this repository. */
  readonly root: string;
  readonly manifest: RepositoryManifest;
  /** The directory below which files are laid out. It must lie in the checkout, whose libraries they are built with. */
  readonly stage: string;
}

/** Starts threads by the name of a file of its own. */
const notBundled = ['piscina'];
const ownPackages = ['@fairlead/worker', '@fairlead/sandbox'];

/** Lays out `fairlead`. */
export async function stageCommandLine({ root, manifest, stage, repository }: Packing): Promise<StagedPackage> {
  const directory = await emptyDirectory(join(stage, 'fairlead'));
  const libraries = await bundleProgram({
    root,
    entries: { main: 'src/cli/main.ts', thread: 'src/render/thread/thread.ts' },
    outDirectory: join(directory, 'dist'),
    notBundled: [...notBundled, ...ownPackages],
    define: { isBundledWithoutWorker: 'true' },
  });
  await chmod(join(directory, 'dist/main.js'), 0o755);
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md', 'docs'])
    await cp(join(root, file), join(directory, file), { recursive: true });
  await writeNew(join(directory, noticesFile), await noticesOf(libraries));
  return {
    directory,
    manifest: commandLineManifest(manifest, { repository, notBundled }),
    needed: ['dist/main.js', 'dist/thread.js', 'README.md', 'LICENSE', noticesFile],
  };
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

/** Lays out the renderer of a platform, compiled here for there. */
export async function stageRenderer(platform: PackagedPlatform, packing: Packing): Promise<StagedPackage> {
  const { root, manifest, stage, repository } = packing;
  const directory = await emptyDirectory(join(stage, `renderer-${platform}`));
  const file = packagedRenderer(platform);
  const sources = join(root, 'renderer');
  const target = goTarget(platform);
  const output = file.slice('bin/'.length);
  const way = await compiledRenderer(sources, { target, output });
  await way.obtain(join(directory, 'bin'), { env: process.env });
  await checkProgram(join(directory, file), platform);
  await writeNew(join(directory, noticesFile), await noticesOf(await goLibraries(sources, target)));
  await cp(join(root, 'LICENSE'), join(directory, 'LICENSE'));
  const own = rendererManifest(manifest, { repository, platform });
  await writeNew(
    join(directory, 'README.md'),
    `# ${own.name}\n\n${String(own.description)} It is installed with \`fairlead\`.\n`,
  );
  return { directory, manifest: own, needed: [file, noticesFile] };
}

function goTarget(platform: PackagedPlatform): { readonly os: string; readonly architecture: string } {
  const [os = '', architecture = ''] = platform.split('-');
  return { os: os === 'win32' ? 'windows' : os, architecture: architecture === 'x64' ? 'amd64' : architecture };
}

/** Lists the Go modules that are built into the renderer, and Go itself. */
async function goLibraries(sources: string, target: ReturnType<typeof goTarget>): Promise<readonly BuiltIn[]> {
  const env = { GOOS: target.os, GOARCH: target.architecture, CGO_ENABLED: '0' };
  const format = '{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}';
  const { stdout } = await execa('go', ['list', '-deps', '-f', format, '.'], { cwd: sources, env });
  const go = await execa('go', ['env', 'GOVERSION', 'GOROOT'], { cwd: sources, env });
  const [version = '', directory = ''] = go.stdout.split('\n');
  const modules = [...new Set(stdout.split('\n'))].flatMap((line) => {
    const [name = '', moduleVersion = '', place = ''] = line.split('\t');
    return name === '' ? [] : [{ name, version: moduleVersion, directory: place }];
  });
  if (modules.length === 0) throw new Failure('Internal', `\`go list\` names no module of ${sources}.`);
  return [...modules, { name: 'Go', version, directory }];
}

/** Lays out `@fairlead/sandbox`, the stand-ins of a forge and a fleet. */
export async function stageSandbox({ root, manifest, stage, repository }: Packing): Promise<StagedPackage> {
  const directory = await emptyDirectory(join(stage, 'sandbox'));
  const libraries = await bundleProgram({
    root,
    entries: { sandbox: 'demo/sandbox/main.ts' },
    outDirectory: directory,
    notBundled: [],
  });
  await writeNew(join(directory, noticesFile), await noticesOf(libraries));
  await cp(join(root, 'LICENSE'), join(directory, 'LICENSE'));
  return { directory, manifest: sandboxManifest(manifest, { repository }), needed: ['sandbox.js', noticesFile] };
}
