import type { Chosen } from '../options.ts';
import type { KillPoint } from './point.ts';

/** Chooses among the points of the run without a kill. Throws where a number names none. */
export function choosePoints(all: readonly KillPoint[], chosen: Chosen, seed: number): readonly KillPoint[] {
  if (chosen.kind === 'all') return all;
  if (chosen.kind === 'some') return shuffled(all, seed).slice(0, chosen.count);
  return chosen.numbers.map((number) => {
    const point = all.find((each) => each.number === number);
    if (!point)
      throw new Error(`--points: ${number} is no point; there are ${all.map((each) => each.number).join(', ')}`);
    return point;
  });
}

/** Mixes a list; the same seed mixes it alike. */
export function shuffled<T>(list: readonly T[], seed: number): readonly T[] {
  const random = randomNumbers(seed);
  return list
    .map((each) => ({ each, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

/**
 * Parts points into runs of `size` kills at most, each run's as far from each other as may be: `all` has the points in
 * the order in which a run comes to them.
 */
export function partIntoRuns(
  all: readonly KillPoint[],
  chosen: readonly KillPoint[],
  size: number,
): readonly (readonly KillPoint[])[] {
  const wanted = new Set(chosen.map(({ number }) => number));
  const inOrder = all.filter(({ number }) => wanted.has(number));
  const runs = Math.ceil(inOrder.length / Math.max(1, size));
  return Array.from({ length: runs }, (_, run) => inOrder.filter((_point, index) => index % runs === run));
}

/** Mulberry32: the same numbers for the same seed, everywhere. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
