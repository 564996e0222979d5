import { sameTrouble, troubleWords } from '../../operation/rollout-trouble.ts';
import type { FleetStatus } from '../../operation/status.ts';
import { countOf } from '../../text/count-of.ts';

/** Says how many clusters are healthy: `3 of 12 clusters healthy`, with those that it goes on without. */
export function healthyWords({
  total,
  healthy,
  leftOut = [],
}: Pick<FleetStatus, 'total' | 'healthy' | 'leftOut'>): string {
  if (total === 0) return 'no clusters to verify';
  const out = leftOut.length === 0 ? '' : `, ${leftOut.length} left out`;
  return `${healthy} of ${countOf(total, 'cluster')} healthy${out}`;
}

/** Says what is wrong with the clusters that are not healthy, the worst first; '' where there is nothing. */
export function firstTrouble({ others }: Pick<FleetStatus, 'others'>): string {
  return sameTrouble(others).slice(0, 2).map(troubleWords).join('; ');
}
