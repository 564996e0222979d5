/** A signal that could not be obeyed. */
export interface Refusal {
  readonly at: string;
  readonly action: string;
  readonly reason: string;
}
