import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '../process/commands.ts';

const tooManyPacks = 60;
const tooManyLooseObjects = 8_000;
/**
 * Loose objects spread evenly over 256 folders, so that one folder tells of all; git itself estimates with this one.
 */
const sampled = '17';
const dayMs = 24 * 3600 * 1000;

/**
 * Puts small packs and loose objects together when there are many of them, because each fetch brings a pack. No object
 * is thrown away, whether a ref leads to it or not: commits that are not pushed yet have none. Beside somebody else nothing is done.
 */
export async function keepTidy(git: Git): Promise<void> {
  if (!git.isAlone) return;
  const objects = join(git.dir, 'objects');
  const [packs, sample] = await Promise.all([namesIn(join(objects, 'pack')), namesIn(join(objects, sampled))]);
  const packCount = packs.filter((name) => name.endsWith('.pack')).length;
  if (packCount <= tooManyPacks && sample.length * 256 <= tooManyLooseObjects) return;
  await git.plumb(['repack', '-d', '--geometric=2', '--quiet']);
  await removeRemains(join(objects, 'pack'));
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Removes packs that were being written when their process was killed; nobody writes one for a day. */
async function removeRemains(packs: string): Promise<void> {
  const remains = (await readdir(packs)).filter((name) => name.startsWith('tmp_')).map((name) => join(packs, name));
  for (const path of remains) {
    if ((await ageOf(path)) > dayMs) await rm(path, { force: true });
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
