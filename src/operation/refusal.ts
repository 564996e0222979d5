/** A signal that could not be carried out, and why. */
export interface Refusal {
  /** ISO 8601. */
  readonly at: string;
  readonly action: string;
  readonly reason: string;
}
