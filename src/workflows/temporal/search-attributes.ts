import type { SearchAttributePair } from '@temporalio/common';
import { hasEnded, type OperationStatus } from '../../operation/status.ts';
import { searchAttributes } from '../../temporal/search-attributes.ts';

/** Environments in which something is under way, and their states; of an ended operation, its outcome. */
export function stateAttributes(status: OperationStatus): SearchAttributePair[] {
  const active = status.environments.filter(({ state }) => state !== 'waiting' && !hasEnded(state));
  const states = status.state === 'running' ? active.map(({ state }) => state) : [status.state];
  // A newer config commit takes the place of the one that it was started with.
  const { kind, commit } = status;
  return [
    ...(kind === 'config change' ? [{ key: searchAttributes.commit, value: commit }] : []),
    { key: searchAttributes.environment, value: active.map(({ environment }) => environment) },
    { key: searchAttributes.state, value: [...new Set(states)] },
  ];
}

/** Whether the lane lets anybody in. */
export function laneAttributes(state: 'free' | 'taken' | 'held'): SearchAttributePair[] {
  return [{ key: searchAttributes.state, value: [state] }];
}
