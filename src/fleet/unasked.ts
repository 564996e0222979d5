import type { ClusterObservation } from './types.ts';

/**
 * Tells whether a cluster was reached and has not heard of the request `token`: after a merge a source does not carry it,
 * or after the soak a Kustomization. During a soak nobody is asked.
 */
export function isUnasked(
  observation: ClusterObservation,
  { phase, token }: { readonly phase: 'rollout' | 'soak' | 'after soak'; readonly token: string },
): boolean {
  if (observation.kind === 'unreachable' || phase === 'soak') return false;
  return observation.kustomizations.some(
    ({ sourceRequestedAt, requestedAt }) => (phase === 'after soak' ? requestedAt : sourceRequestedAt) !== token,
  );
}
