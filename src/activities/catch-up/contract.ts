import type { MainLook } from '../../catch-up/look.ts';
import type { CommitRef } from '../source/contract.ts';

/** Which main is looked at. */
export interface MainLookOrder {
  /** URL of the source repository. */
  readonly source: string;
  /** A head of which it is known what came of it, so that nobody is asked. */
  readonly settled?: string;
}

/** Steps that start promotions which CI has not. */
export interface CatchUpActivities {
  /** Reads the head of main, and asks Temporal whether there ever was a promotion of it. */
  lookAtMain(order: MainLookOrder): Promise<MainLook>;
  /** Starts a promotion as `fairlead promote` does, without `--again`. `started`: there was none before. */
  startPromotion(ref: CommitRef): Promise<{ readonly started: boolean }>;
}
