import type { LateReason } from '../../operation/trouble/late.ts';

/** Orders a wait for something that is late, for which a person is asked meanwhile. */
export interface LateOrder extends Pick<LateReason, 'missing'> {
  readonly source: string;
  readonly environment: string;
  /** Since when it is late, ISO 8601. */
  readonly since: string;
  /** It is not tried again before, ISO 8601. */
  readonly notBefore: string;
}

/** The steps about what git or a forge shows late. */
export interface LateActivities {
  /** Waits until git shows what is missing, and it may be tried again; fails benignly until then. It changes nothing. */
  awaitLate(order: LateOrder): Promise<void>;
}
