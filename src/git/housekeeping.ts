import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './commands.ts';

const tooManyPacks = 60;
const tooManyLooseObjects = 8_000;
const dayMs = 24 * 3600 * 1000;

/**
 * Puts many small packs and loose objects together, when there are that many; each fetch brings a pack.
 * Throws no object away, whether a ref leads to it or not: commits that are not pushed yet have none.
 */
export async function keepTidy(git: Git): Promise<void> {
  const counts = await git.text(['count-objects', '-v']);
  const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(counts)?.[1] ?? 0);
  if (count('packs') <= tooManyPacks && count('count') <= tooManyLooseObjects) return;
  await git.plumb(['repack', '-d', '--geometric=2', '--quiet']);
  await removeRemains(join(git.dir, 'objects/pack'));
}

/** Packs that were being written when their process was killed; nobody writes one for a day. */
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
    // Complete by now, and renamed.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
