import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { blobId } from '../../git/blob-id.ts';
import type { SourceFile, SourceTree } from '../../render/types.ts';

/**
 * The size, in bytes, up to which a file is read, as in commits. Larger files are no manifests; a render that needs one
 * fails.
 */
const largestFile = 4 * 1024 * 1024;

/**
 * Reads the files of a directory as a tree: those of `paths`, or all below it but `.git`. Nothing outside is read,
 * because a symlink is the text of its target, as in a commit. Paths that have vanished meanwhile are left out.
 */
export async function readDirectory(
  directory: string,
  { revision, paths }: { readonly revision: string; readonly paths?: readonly string[] },
): Promise<SourceTree> {
  const files = new Map<string, SourceFile>();
  for (const path of [...(paths ?? (await pathsBelow(directory)))].sort()) {
    const file = await readSourceFile(join(directory, path));
    if (file !== undefined) files.set(path, file);
  }
  return { revision, files };
}

async function pathsBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(directory.length + 1))
    .filter((path) => !path.split('/').includes('.git'));
}

async function readSourceFile(path: string): Promise<SourceFile | undefined> {
  const stats = await lstat(path).catch(ignoreMissing);
  if (stats === undefined || stats.isDirectory()) return undefined;
  if (stats.isSymbolicLink()) return sourceFile('120000', Buffer.from(await readlink(path)));
  if (!stats.isFile()) return undefined;
  const mode = (stats.mode & 0o100) === 0 ? '100644' : '100755';
  if (stats.size > largestFile) return { mode, oid: `${stats.size}:${stats.mtimeMs}` };
  return sourceFile(mode, await readFile(path));
}

/** Makes a file with git's id, so that equal content has equal ids wherever it is read from. */
function sourceFile(mode: SourceFile['mode'], content: Buffer): SourceFile {
  return { mode, oid: blobId(content), content };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
