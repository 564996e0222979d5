import type { Git } from './commands.ts';

const tooManyPacks = 60;
const tooManyLooseObjects = 8_000;

/**
 * Puts many small packs and loose objects together, when there are that many; each fetch brings a pack.
 * Throws no object away, whether a ref leads to it or not: commits that are not pushed yet have none.
 */
export async function keepTidy(git: Git): Promise<void> {
  const counts = await git.text(['count-objects', '-v']);
  const count = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(counts)?.[1] ?? 0);
  if (count('packs') <= tooManyPacks && count('count') <= tooManyLooseObjects) return;
  await git.plumb(['repack', '-d', '--geometric=2', '--quiet']);
}
