import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PublicKey } from './keys.ts';

/** A signature under a text. */
interface Signed {
  readonly key: PublicKey;
  readonly text: Buffer;
  readonly signature: string;
}

/** Remembers which signatures were right: a record of thousands of lines is read every few seconds. */
export interface ProofMemory {
  /** Answers whether the signature is right, by `check` where that is not known. */
  recall(signed: Signed, check: () => boolean): boolean;
}

/** Makes an empty memory of some 10 MB at most. */
export function createProofMemory(): ProofMemory {
  const right = new LRUCache<string, true>({ max: 50_000 });
  return {
    recall({ key, text, signature }, check) {
      const name = createHash('sha256')
        .update(`${key.der.toString('base64')} ${signature} `)
        .update(text)
        .digest('base64');
      if (right.has(name)) return right.get(name) ?? false;
      const isRight = check();
      if (isRight) right.set(name, true);
      return isRight;
    },
  };
}
