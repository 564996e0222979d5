import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { searchAttributes } from '../../operation/messages.ts';
import { hasEnded, type OperationStatus } from '../../operation/status.ts';

const platformKey = defineSearchAttributeKey(searchAttributes.platform.name, searchAttributes.platform.type);
const commitKey = defineSearchAttributeKey(searchAttributes.commit.name, searchAttributes.commit.type);
const environmentKey = defineSearchAttributeKey(searchAttributes.environment.name, searchAttributes.environment.type);
const stateKey = defineSearchAttributeKey(searchAttributes.state.name, searchAttributes.state.type);

/** Environments in which something is under way, and their states; of an ended operation, its outcome. */
export function stateAttributes(status: OperationStatus): SearchAttributePair[] {
  const active = status.environments.filter(({ state }) => state !== 'waiting' && !hasEnded(state));
  const states = status.state === 'running' ? active.map(({ state }) => state) : [status.state];
  // A newer config commit takes the place of the one that it was started with.
  const { kind, commit } = status;
  return [
    ...(kind === 'config change' ? [{ key: commitKey, value: commit }] : []),
    { key: environmentKey, value: active.map(({ environment }) => environment) },
    { key: stateKey, value: [...new Set(states)] },
  ];
}

/** Of a workflow that another one starts. */
export function startAttributes(platform: string, environment: string): SearchAttributePair[] {
  return [
    { key: platformKey, value: platform },
    { key: environmentKey, value: [environment] },
  ];
}

/** Whether the lane lets anybody in. */
export function laneAttributes(state: 'free' | 'taken' | 'held'): SearchAttributePair[] {
  return [{ key: stateKey, value: [state] }];
}
