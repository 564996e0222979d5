/** Says why nothing may start in an environment. */
export interface Hold {
  readonly by: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly since: string;
  /** ISO 8601; undefined: until somebody resumes. */
  readonly until?: string;
  /** Config changes wait, too. */
  readonly config: boolean;
  /** The commit of the environment's branch that a person moved it back with, where that is the reason. */
  readonly revert?: string;
}

/** Says who holds, until when, and why: `ann until 2026-12-24T07:00:00.000Z: nothing before the holidays`. */
export function holdWords({ by, until, reason }: Pick<Hold, 'by' | 'until' | 'reason'>): string {
  return `${by}${until === undefined ? '' : ` until ${until}`}: ${reason}`;
}

/** Says why a lane is held after a rollback. */
export function afterRollback(reason = 'no reason is recorded'): string {
  return `rolled back: ${reason}`;
}
