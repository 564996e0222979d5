import type { LeafOutput } from '../types.ts';

/** Remembers outputs of leaves by the key of their request. It may forget anything at any time, but never mix up. */
export interface LeafCache {
  get(key: string): Promise<LeafOutput | undefined>;
  /** Returns at once; what is given is found from now on, and kept when there is time. */
  set(key: string, output: LeafOutput): void;
}
