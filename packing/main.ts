/**
 * The program behind `npm run pack -- --out DIR [--platforms current|all] [--repository URL]`: builds all that is published, and
 * writes the archives of npm and SHA256SUMS into DIR. It needs Go.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, Option } from 'commander';
import { Failure } from '../src/failure.ts';
import { type PackagedPlatform, packagedPlatforms } from '../src/programs/platform-package.ts';
import { missingPrograms, type RepositoryManifest } from './manifests.ts';
import { packStaged, type StagedPackage, writeChecksums } from './pack.ts';
import { type Packing, stageCommandLine, stageSandbox, stageVendor, stageWorker } from './packages.ts';
import { stageProgram } from './program-package.ts';

interface Options {
  readonly out: string;
  readonly platforms: 'current' | 'all';
  readonly repository?: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));

async function packAll({ out, platforms, repository }: Options): Promise<void> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as RepositoryManifest;
  const packing: Packing = { root, manifest, stage: join(root, 'dist/packages'), repository };
  const directory = resolve(out);
  await mkdir(directory, { recursive: true });
  const files: string[] = [];
  const pack = async (staged: StagedPackage) => {
    const file = await packStaged(staged, directory);
    files.push(file);
    process.stdout.write(`${join(directory, file)}\n`);
  };
  for (const platform of platforms === 'all' ? packagedPlatforms : [currentPlatform()])
    for (const program of ['renderer', 'vendor'] as const) await pack(await stageProgram(program, platform, packing));
  const dependents = [
    { stage: stageCommandLine, program: 'renderer' },
    { stage: stageWorker, program: 'renderer' },
    { stage: stageVendor, program: 'vendor' },
  ] as const;
  for (const { stage, program } of dependents) {
    const staged = await stage(packing);
    const missing = missingPrograms(program, staged.manifest);
    if (missing.length > 0) throw new Failure('Internal', missing.join('\n'));
    await pack(staged);
  }
  if (existsSync(join(root, 'demo/sandbox/main.ts'))) await pack(await stageSandbox(packing));
  await writeChecksums(directory, files);
}

function currentPlatform(): PackagedPlatform {
  const here = `${process.platform}-${process.arch}`;
  const found = packagedPlatforms.find((each) => each === here);
  if (found !== undefined) return found;
  throw new Failure('InvalidInput', `No package has programs for ${here}. Pack with \`--platforms all\`.`);
}

const command = new Command('npm run pack --')
  .exitOverride()
  .requiredOption('--out <dir>', 'where the archives are written')
  .addOption(
    new Option('--platforms <which>', 'for which programs are built').choices(['current', 'all']).default('current'),
  )
  .option('--repository <url>', "the source repository, which npm's provenance asks for");
try {
  await packAll(command.parse().opts<Options>());
} catch (error) {
  if (error instanceof Failure) process.stderr.write(`${error.message}\n`);
  else if (!(error instanceof CommanderError)) throw error;
  process.exitCode = 1;
}
