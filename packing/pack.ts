import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../src/failure.ts';
import { deadLinks } from './links.ts';
import type { PackageManifest } from './manifests.ts';

/** A package whose files are laid out, ready to be packed. */
export interface StagedPackage {
  readonly directory: string;
  readonly manifest: PackageManifest;
  /** Without these files the package is of no use. */
  readonly needed: readonly string[];
}

/** Makes an empty directory for the files of a package. */
export async function emptyDirectory(path: string): Promise<string> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true });
  return path;
}

/** Writes the manifest, has npm pack the directory, and answers the name of the archive. Throws `Failure` where a file is missing. */
export async function packStaged({ directory, manifest, needed }: StagedPackage, out: string): Promise<string> {
  await checkFiles({ manifest, needed }, (file) => exists(join(directory, file)));
  await writeFile(join(directory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const { stdout } = await execa('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', out], {
    cwd: directory,
    stderr: 'inherit',
  });
  const [packed] = JSON.parse(stdout) as readonly Packed[];
  if (packed === undefined)
    throw new Failure('Internal', `\`npm pack\` did not say what it has packed of ${manifest.name}.`);
  const inside = new Set(packed.files.map(({ path }) => path));
  await checkFiles({ manifest, needed }, async (file) => inside.has(file));
  await checkLinks(directory, manifest.name, inside);
  return packed.filename;
}

/** Throws `Failure` that names the links in what is packed that lead to nothing in the package. */
async function checkLinks(directory: string, packageName: string, files: ReadonlySet<string>): Promise<void> {
  const isPacked = (path: string) => files.has(path) || [...files].some((file) => file.startsWith(`${path}/`));
  const pages = [...files].filter((path) => path.endsWith('.md'));
  const dead = await Promise.all(
    pages.map(async (path) =>
      deadLinks({ path, text: await readFile(join(directory, path), 'utf8') }, { packageName, isPacked }),
    ),
  );
  const sentences = dead.flat();
  if (sentences.length > 0) throw new Failure('InvalidInput', sentences.join('\n'));
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Throws `Failure` that names the files that a package lacks. */
export async function checkFiles(
  { manifest, needed }: Pick<StagedPackage, 'manifest' | 'needed'>,
  isThere: (file: string) => Promise<boolean>,
): Promise<void> {
  const found = await Promise.all(needed.map(isThere));
  const missing = needed.filter((_, index) => !found[index]);
  if (missing.length === 0) return;
  throw new Failure(
    'InvalidInput',
    `${manifest.name} cannot be packed: ${missing.join(', ')} is missing. See why it was not built.`,
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Writes SHA256SUMS as sha256sum does, for archives in one directory. */
export async function writeChecksums(directory: string, files: readonly string[]): Promise<void> {
  const lines = await Promise.all(
    [...files].sort().map(async (name) => {
      const digest = createHash('sha256')
        .update(await readFile(join(directory, name)))
        .digest('hex');
      return `${digest}  ${name}\n`;
    }),
  );
  await writeFile(join(directory, 'SHA256SUMS'), lines.join(''));
}

/** Writes a file, and the directories above it. */
export async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
