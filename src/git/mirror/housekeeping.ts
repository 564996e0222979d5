import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '../process/commands.ts';
import { GitTimeout } from '../process/process.ts';

const tooManyPacks = 60;
const tooManyLooseObjects = 8_000;
/**
 * Loose objects spread evenly over 256 folders, so that one folder tells of all; git itself estimates with this one.
 */
const sampled = '17';
/** Under this name it is known as slow to put the packs together. */
const tidying = 'tidying';

/**
 * Puts small packs and loose objects together when there are many of them, because each fetch brings a pack. No object
 * is thrown away, whether a ref leads to it or not: commits that are not pushed yet have none. Beside somebody else nothing is done.
 * Objects are copied as they came, and not compared: files of a hundred megabytes are some kilobytes of a pack, and to compare ten of
 * them takes gigabytes on each core. Where it takes too long, the fetch has been done, and it is tried again some minutes later.
 */
export async function keepTidy(git: Git): Promise<void> {
  if (!git.isAlone || git.caches.slow.get(tidying)) return;
  const objects = join(git.dir, 'objects');
  const [packs, sample] = await Promise.all([namesIn(join(objects, 'pack')), namesIn(join(objects, sampled))]);
  const packCount = packs.filter((name) => name.endsWith('.pack')).length;
  if (packCount <= tooManyPacks && sample.length * 256 <= tooManyLooseObjects) return;
  try {
    await git.plumb(['repack', '-d', '--geometric=2', '--window=0', '--threads=1', '--quiet']);
  } catch (error) {
    if (!(error instanceof GitTimeout)) throw error;
    git.caches.slow.set(tidying, true);
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Removes packs that were being written when git was ended: those of a server that sends without an end would fill the disk. Whoever
 * writes one has written to it within the time of a fetch.
 */
export async function removeRemains({ dir, timeouts }: Pick<Git, 'dir' | 'timeouts'>): Promise<void> {
  const packs = join(dir, 'objects', 'pack');
  const remains = (await namesIn(packs)).filter((name) => name.startsWith('tmp_')).map((name) => join(packs, name));
  for (const path of remains) {
    if ((await ageOf(path)) > timeouts.transferMs) await rm(path, { force: true });
  }
}

async function ageOf(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch (error) {
    // The pack is complete by now, and renamed.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
