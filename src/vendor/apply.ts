import { lstat, mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';

/**
 * Writes changes below a directory; removals come first. Where one of them fails, those before it are taken back, so that
 * nothing has changed. Throws `Failure` InvalidInput with the file and the reason.
 */
export async function applyChanges(directory: string, changes: ReadonlyMap<string, Buffer | null>): Promise<void> {
  const inOrder = [...changes].sort(([, a], [, b]) => Number(a !== null) - Number(b !== null));
  const undo: (() => Promise<void>)[] = [];
  for (const [path, content] of inOrder) {
    try {
      undo.push(await changeFile(directory, path, content));
    } catch (error) {
      for (const takeBack of undo.reverse()) await takeBack();
      const reason = error instanceof Error ? error.message : String(error);
      throw new Failure('InvalidInput', `${path} cannot be written, so nothing was changed: ${reason}.`);
    }
  }
}

/** Changes one file, and answers what takes that back. */
async function changeFile(directory: string, path: string, content: Buffer | null): Promise<() => Promise<void>> {
  const file = join(directory, path);
  await refuseLinks(directory, path);
  const before = await readFile(file).catch(ignoreMissing);
  const created = content === null ? undefined : await mkdir(dirname(file), { recursive: true });
  const restore = async () => {
    await rm(file, { force: true });
    if (before !== undefined) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, before);
    }
    if (created !== undefined) await rm(created, { recursive: true, force: true });
  };
  try {
    if (content !== null) await writeFile(file, content);
    else {
      await rm(file, { force: true });
      // A file may come where the folder was.
      await removeEmpty(directory, dirname(path));
    }
  } catch (error) {
    await restore();
    throw error;
  }
  return restore;
}

/** Throws where a symlink on the way would have the file written elsewhere. */
async function refuseLinks(directory: string, path: string): Promise<void> {
  const names = path.split('/');
  for (const index of names.keys()) {
    const at = join(directory, ...names.slice(0, index + 1));
    const stats = await lstat(at).catch(ignoreMissing);
    if (stats?.isSymbolicLink()) throw new Error(`${at} is a symlink, which is not written through; remove it`);
  }
}

async function removeEmpty(directory: string, folder: string): Promise<void> {
  for (let path = folder; path !== '.'; path = dirname(path)) {
    const left = await readdir(join(directory, path)).catch(ignoreMissing);
    if (left === undefined) continue;
    if (left.length > 0) return;
    await rmdir(join(directory, path));
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
