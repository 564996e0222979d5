import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import type { BranchChanges } from '../render/layout/compose.ts';
import { provenancePath } from '../render/layout/provenance.ts';
import type { SourceTree } from '../render/types.ts';
import { readDirectory } from './validate/directory-tree.ts';

/**
 * Reads a directory that a render goes to; undefined: it is empty. An earlier render, or a checkout of a GitOps branch
 * that Fairlead writes, is known by its provenance. Throws `Failure` InvalidInput for anything else, unless `force`.
 */
export async function readOutDirectory(directory: string, force: boolean): Promise<SourceTree | undefined> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Failure('InvalidInput', `${directory} cannot be read (${error.code}). Name a directory for --out.`);
  });
  if (entries.every((name) => name === '.git')) return undefined;
  const tree = await readDirectory(directory, { revision: directory });
  if (force || tree.files.has(provenancePath)) return tree;
  throw new Failure(
    'InvalidInput',
    `${directory} is not empty, and no render of Fairlead (it has no ${provenancePath}). Name another directory, or write into it with --force.`,
  );
}

/** Writes the changes of a render. Everything else stays; folders that become empty are removed. */
export async function writeChanges(directory: string, changes: BranchChanges): Promise<void> {
  await mkdir(directory, { recursive: true });
  // Removals come first: a file may stand where a folder is needed.
  for (const [path, text] of changes) if (text === null) await rm(join(directory, path), { force: true });
  for (const [path, text] of changes) if (text === null) await removeEmptyFolders(directory, dirname(path));
  for (const [path, text] of changes) {
    if (text === null) continue;
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    // A symlink that stands there must not be written through.
    await rm(file, { force: true });
    await writeFile(file, text);
  }
}

async function removeEmptyFolders(directory: string, folder: string): Promise<void> {
  for (let path = folder; path !== '.'; path = dirname(path)) {
    const left = await readdir(join(directory, path)).catch(() => undefined);
    if (left === undefined) continue;
    if (left.length > 0) return;
    await rm(join(directory, path), { recursive: true });
  }
}
