import type { EnvironmentState, OutcomeKind } from '../../operation/status.ts';

const outcomes: Partial<Record<EnvironmentState, OutcomeKind>> = {
  configured: 'configured',
  unchanged: 'unchanged',
  accepted: 'accepted',
  promoted: 'promoted',
  'nothing promoted yet': 'nothing promoted yet',
  rejected: 'rejected',
  'rolled back': 'rolled back',
  superseded: 'superseded',
};

/** Answers how an operation with one environment ended; one that never got anywhere was aborted. */
export function outcomeOfOne(state: EnvironmentState | undefined): OutcomeKind {
  return (state && outcomes[state]) ?? 'aborted';
}
