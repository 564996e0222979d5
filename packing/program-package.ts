import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../src/failure.ts';
import type { CompiledProgram } from '../src/programs/go.ts';
import { type PackagedPlatform, type PackagedProgram, packagedExecutable } from '../src/programs/platform-package.ts';
import type { ProgramWay } from '../src/programs/recipe.ts';
import { compiledRenderer } from '../src/render/renderer/compile.ts';
import { compiledVendor, vendorMain } from '../src/vendor/find-program.ts';
import { noticesFile, programManifest } from './manifests.ts';
import { type BuiltIn, noticesOf } from './notices.ts';
import { emptyDirectory, type StagedPackage, writeNew } from './pack.ts';
import type { Packing } from './packages.ts';
import { checkProgram } from './program-file.ts';

/** How a program is compiled from renderer/, and which of its packages is the main one. */
interface Compiling {
  readonly mainPackage: string;
  readonly installedWith: string;
  readonly way: (sources: string, options: CompiledProgram) => ProgramWay | Promise<ProgramWay>;
}

const compiling: Readonly<Record<PackagedProgram, Compiling>> = {
  renderer: { mainPackage: '.', installedWith: 'fairlead', way: compiledRenderer },
  vendor: { mainPackage: vendorMain, installedWith: '@fairlead/vendor', way: compiledVendor },
};

/** Lays out a program of a platform, compiled here for there. */
export async function stageProgram(
  program: PackagedProgram,
  platform: PackagedPlatform,
  { root, manifest, stage, repository }: Packing,
): Promise<StagedPackage> {
  const { mainPackage, installedWith, way } = compiling[program];
  const directory = await emptyDirectory(join(stage, `${program}-${platform}`));
  const file = packagedExecutable(program, platform);
  const sources = join(root, 'renderer');
  const target = goTarget(platform);
  const compile = await way(sources, { target, output: file.slice('bin/'.length) });
  await compile.obtain(join(directory, 'bin'), { env: process.env });
  await checkProgram(join(directory, file), platform);
  await writeNew(join(directory, noticesFile), await noticesOf(await goLibraries({ sources, mainPackage, target })));
  await cp(join(root, 'LICENSE'), join(directory, 'LICENSE'));
  const own = programManifest(manifest, { repository, program, platform });
  await writeNew(
    join(directory, 'README.md'),
    `# ${own.name}\n\n${String(own.description)} It is installed with \`${installedWith}\`.\n`,
  );
  return { directory, manifest: own, needed: [file, noticesFile] };
}

type GoTarget = NonNullable<CompiledProgram['target']>;

function goTarget(platform: PackagedPlatform): GoTarget {
  const [os = '', architecture = ''] = platform.split('-');
  return { os: os === 'win32' ? 'windows' : os, architecture: architecture === 'x64' ? 'amd64' : architecture };
}

/** Lists the Go modules that are built into a program, and Go itself. */
async function goLibraries({
  sources,
  mainPackage,
  target,
}: {
  readonly sources: string;
  readonly mainPackage: string;
  readonly target: GoTarget;
}): Promise<readonly BuiltIn[]> {
  const env = { GOOS: target.os, GOARCH: target.architecture, CGO_ENABLED: '0' };
  const format = '{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}';
  const { stdout } = await execa('go', ['list', '-deps', '-f', format, mainPackage], { cwd: sources, env });
  const go = await execa('go', ['env', 'GOVERSION', 'GOROOT'], { cwd: sources, env });
  const [version = '', directory = ''] = go.stdout.split('\n');
  const modules = [...new Set(stdout.split('\n'))].flatMap((line) => {
    const [name = '', moduleVersion = '', place = ''] = line.split('\t');
    return name === '' ? [] : [{ name, version: moduleVersion, directory: place }];
  });
  if (modules.length === 0) throw new Failure('Internal', `\`go list\` names no module of ${sources}.`);
  return [...modules, { name: 'Go', version, directory }];
}
