import type { SearchAttributePair, TypedSearchAttributes } from '@temporalio/common';
import { environmentsReached, isUnderWay, listedNames } from '../../operation/listed-names.ts';
import type { EnvironmentStatus, OperationStatus } from '../../operation/status.ts';
import { searchWords, type ToldTrouble } from '../../operation/trouble/step-trouble.ts';
import { searchAttributes } from '../../temporal/attributes/search-attributes.ts';

/**
 * Lists what people filter by: the environments in which something is under way and their states; of an ended operation
 * those that it reached, and its outcome.
 */
export function stateAttributes(status: OperationStatus): SearchAttributePair[] {
  const isRunning = status.state === 'running';
  const active = status.environments.filter(isUnderWay);
  const states = active.map(({ state }) => state);
  // A newer config commit may have replaced the one that the workflow was started with.
  const { kind, commit } = status;
  return [
    ...(kind === 'config change' ? [{ key: searchAttributes.commit, value: commit }] : []),
    {
      key: searchAttributes.environment,
      value: [...listedNames(isRunning ? namesOf(active) : environmentsReached(status))],
    },
    { key: searchAttributes.state, value: isRunning ? [...new Set(states)] : [status.state] },
  ];
}

function namesOf(environments: readonly EnvironmentStatus[]): readonly string[] {
  return environments.map(({ environment }) => environment);
}

/** Lists what people search for who look for trouble: steps that fail, and environments in which a person must decide. */
export function troublesToSearch(
  { environments }: Pick<OperationStatus, 'environments'>,
  failing: readonly ToldTrouble[],
): readonly string[] {
  const stuck = environments.filter(({ state }) => state === 'needs attention');
  return [...stuck.map(({ environment }) => `${environment}: a person must decide`), ...failing.map(searchWords)];
}

/** Lists what a workflow of ours is started with and this one was not: somebody started it by hand. */
export function missingAttributes(
  { kind, platform, commit }: Pick<OperationStatus, 'kind' | 'platform' | 'commit'>,
  present: TypedSearchAttributes,
): SearchAttributePair[] {
  return [
    ...(present.get(searchAttributes.platform) === undefined
      ? [{ key: searchAttributes.platform, value: platform }]
      : []),
    ...(kind === 'promotion' && present.get(searchAttributes.commit) === undefined
      ? [{ key: searchAttributes.commit, value: commit }]
      : []),
  ];
}

/** Lists what people filter lanes by: whether one is free, taken or held. */
export function laneAttributes(state: 'free' | 'taken' | 'held'): SearchAttributePair[] {
  return [{ key: searchAttributes.state, value: [state] }];
}
