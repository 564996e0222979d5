/** What must never happen has happened. */
export class Violation extends Error {
  /** One of the issue's, or what else must hold. */
  readonly invariant: string;

  constructor(invariant: string, what: string) {
    super(what);
    this.name = 'Violation';
    this.invariant = invariant;
  }
}
