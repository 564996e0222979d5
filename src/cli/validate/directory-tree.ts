import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile, SourceTree } from '../../render/types.ts';

/** As for commits: larger files are no manifests; rendering that needs one says so. */
const largestFile = 4 * 1024 * 1024;

/**
 * A directory's files as a tree: those of `paths`, or all below it but `.git`. Nothing outside is read: a symlink is
 * its target's text, as in a commit. Paths that have vanished meanwhile are left out.
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
  const about = await lstat(path).catch(ignoreMissing);
  if (about === undefined || about.isDirectory()) return undefined;
  if (about.isSymbolicLink()) return sourceFile('120000', Buffer.from(await readlink(path)));
  if (!about.isFile()) return undefined;
  const mode = (about.mode & 0o100) === 0 ? '100644' : '100755';
  if (about.size > largestFile) return { mode, oid: `${about.size}:${about.mtimeMs}` };
  return sourceFile(mode, await readFile(path));
}

/** The id is git's, so that equal content is known as equal, wherever it is read from. */
function sourceFile(mode: SourceFile['mode'], content: Buffer): SourceFile {
  const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  return { mode, oid, content };
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
