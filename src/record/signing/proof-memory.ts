import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { limits } from '../../platform/limits.ts';
import type { PublicKey } from './keys.ts';

/** A signature under a text. */
interface Signed {
  readonly key: PublicKey;
  readonly text: Buffer;
  readonly signature: string;
}

/** Remembers which signatures were right, and which wrong: a record of thousands of lines is read every few seconds. */
export interface ProofMemory {
  /** Answers whether the signature is right, by `check` where that is not known. */
  recall(signed: Signed, check: () => boolean): boolean;
}

/** Makes an empty memory of some 40 MB at most: one record of the greatest length fits. */
export function createProofMemory(): ProofMemory {
  const known = new LRUCache<string, boolean>({ max: limits.recordLines });
  return {
    recall({ key, text, signature }, check) {
      const name = createHash('sha256')
        .update(`${key.der.toString('base64')} ${signature} `)
        .update(text)
        .digest('base64');
      const isKnown = known.get(name);
      if (isKnown !== undefined) return isKnown;
      const isRight = check();
      known.set(name, isRight);
      return isRight;
    },
  };
}
