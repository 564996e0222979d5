import { cutToBytes } from '../../cut.ts';
import { limits } from '../../platform/limits.ts';
import type { OperationResult, OperationStatus } from '../status.ts';
import { boundedEnvironments } from './bounded-status.ts';

/** Answers the result of an operation, as a history takes it. `ending`: why it ended before it had environments. */
export function boundedResult(
  state: OperationResult['state'],
  { environments, subject }: Pick<OperationStatus, 'environments' | 'subject'>,
  ending = '',
): OperationResult {
  const ends = environments.map(
    ({ environment: name, state: end, message }) => `${name} ${end}${message && `: ${message}`}`,
  );
  const message = cutToBytes(ends.join('; ') || ending, limits.resultWordsBytes);
  return { state, message, environments: boundedEnvironments(environments), subject };
}
