import type { RecordKeys } from './keys.ts';
import type { ProofMemory } from './proof-memory.ts';
import { type LinePlace, proofOf, unprovenWords } from './signature.ts';

/** Why nobody vouches for a line. */
export interface Doubt {
  /** Part of a sentence, such as `is not signed`. */
  readonly why: string;
  /** It names a key that is not listed, or is not listed yet. */
  readonly isUnlisted: boolean;
  /** It names a listed key, which did not sign it. */
  readonly isWrong: boolean;
}

/** Tells which lines of one record count. */
export interface LineTrust {
  /** Is another one where other keys, or another time, may make other lines count. */
  readonly name: string;
  /** Says why nobody vouches for a line; undefined: a listed key signed it. */
  doubt(commit: string, line: string): Doubt | undefined;
  /** Tells whether a line of this time counts without a signature. */
  isExempt(time: string): boolean;
}

/** Makes the trust of one record; undefined where the platform lists no keys, so that every line counts. */
export function lineTrust(
  { publicKeys, unsignedBefore }: RecordKeys,
  where: Omit<LinePlace, 'commit'>,
  memory?: ProofMemory,
): LineTrust | undefined {
  if (publicKeys.length === 0) return undefined;
  const ids = publicKeys.map(({ der }) => der.toString('base64'));
  return {
    name: [where.repository, where.branch, unsignedBefore ?? '', ...ids].join('\n'),
    doubt(commit, line) {
      const proof = proofOf({ publicKeys, memory }, { ...where, commit }, line);
      const why = unprovenWords(proof);
      return why === undefined
        ? undefined
        : { why, isUnlisted: proof.kind === 'unknown key', isWrong: proof.kind === 'wrong' };
    },
    isExempt: (time) => unsignedBefore !== undefined && time < unsignedBefore,
  };
}
