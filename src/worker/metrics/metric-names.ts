/** The metrics of Fairlead itself, as the exporter names them; docs/deployment.md says what each one tells. */
export const metricNames = {
  /** Counts attempts of steps, by `step` and `outcome`. */
  stepAttempts: 'fairlead_step_attempts',
  /** How long an attempt took, in seconds, by `step`. */
  stepDuration: 'fairlead_step_duration_seconds',
  /** The number of operations under way, by `state` of an environment, and by how long ago they started (`older_than`). */
  operations: 'fairlead_operations',
  /** The number of environments that somebody holds, or that are frozen. */
  environmentsHeld: 'fairlead_environments_held',
  /** Which share of the calls of an hour a forge leaves this worker's token, from 0 to 1, by `host`. */
  forgeBudgetLeft: 'fairlead_forge_budget_left_ratio',
} as const;
