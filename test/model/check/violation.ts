/** Says that what must never happen has happened. */
export class Violation extends Error {
  /** The invariant, by its number in test/model/README.md and its name. */
  readonly invariant: string;

  constructor(invariant: string, what: string) {
    super(what);
    this.name = 'Violation';
    this.invariant = invariant;
  }
}
