import { asGiven } from './claim.ts';

/** Why nothing may start in an environment. */
export interface Hold {
  readonly by: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly since: string;
  /** ISO 8601; undefined: until somebody resumes. */
  readonly until?: string;
  /** Config changes are held, too. */
  readonly config: boolean;
  /** The commit with which a person moved the environment's branch back, where that is why it is held. */
  readonly revert?: string;
}

/** Says who holds, until when, and why: `ann until 2026-12-24T07:00:00.000Z: nothing before the holidays`. */
export function holdWords({ by, until, reason }: Pick<Hold, 'by' | 'until' | 'reason'>): string {
  return `${by}${until === undefined ? '' : ` until ${until}`}: ${reason}`;
}

/** Answers the hold as it is shown to people, with the name that was given marked as a claim. */
export function claimedHold<H extends Pick<Hold, 'by'>>(hold: H): H {
  return { ...hold, by: asGiven(hold.by) };
}

/** Says how a person goes on in spite of what holds: a hold can be resumed, a freeze ends by itself. */
export function afterHoldWords(environment: string, { by }: Pick<Hold, 'by'>): string {
  return by === 'freeze' ? 'After the freeze' : `After fairlead resume ${environment}`;
}

/** Says why a lane is held after a rollback. */
export function rollbackHoldReason(reason = 'no reason is recorded'): string {
  return `rolled back: ${reason}`;
}
