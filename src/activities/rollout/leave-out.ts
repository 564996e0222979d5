import { leftOut, type NamedVerdict } from '../../fleet/summary.ts';
import type { Environment } from '../../platform/types.ts';
import type { RolloutOrder } from './contract.ts';

/**
 * Answers the clusters as they count, and the names of those that the rollout goes on without, by the environment's
 * `maxUnavailable`. One that is left out when the time is over is still pending: it has not failed.
 */
export function leaveOut<Judged extends NamedVerdict>(
  judged: readonly Judged[],
  { maxUnavailable }: Pick<Environment, 'maxUnavailable'>,
  { leftOut: before }: Pick<RolloutOrder, 'leftOut'>,
): { readonly counting: readonly Judged[]; readonly out: readonly string[] } {
  const left = leftOut(judged, { max: maxUnavailable, before });
  const counting = judged.map((each) => (left.includes(each) && each.late ? { ...each, ...each.late } : each));
  return { counting, out: left.map(({ name }) => name).sort() };
}
