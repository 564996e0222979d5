/** A condition of a Flux object. */
export interface Condition {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime?: string;
  /** The generation of the spec that the condition speaks of. */
  readonly observedGeneration?: number;
}
