import type { LongLook } from '../../../../src/gitops/leaves/leaves-in-turn.ts';

/** A look that has ended as soon as its branch is read. */
export const shortLook: LongLook = { atEnd: (done) => done(), signal: undefined };
