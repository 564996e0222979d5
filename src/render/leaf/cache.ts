import type { LeafOutput } from '../types.ts';

/**
 * Remembers outputs of leaves by the key of their request. It may forget any of them at any time, but never answers
 * another's.
 */
export interface LeafCache {
  /** Answers the output of this key; undefined: it is not remembered. */
  get(key: string): Promise<LeafOutput | undefined>;
  /** Takes an output, and returns at once. The output is found from now on, and kept when there is time. */
  set(key: string, output: LeafOutput): void;
}
