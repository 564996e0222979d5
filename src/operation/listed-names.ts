import { byteLength } from '../text/message-text.ts';
import { type EnvironmentState, type EnvironmentStatus, hasEnded, type OperationStatus } from './status.ts';

/** Stands among the listed names where there are more; no environment is called so. */
export const moreNames = '…';

/** Temporal takes 2 kB for one search attribute; what people filter by is short. */
const most = { names: 30, bytes: 1_500 } as const;

const unbegun: readonly EnvironmentState[] = ['waiting', 'not reached'];

/** Lists the environments in which something is under way. */
export function underWay({ environments }: Pick<OperationStatus, 'environments'>): readonly string[] {
  return environments.filter(isUnderWay).map(({ environment }) => environment);
}

/** Tells whether something is under way in an environment. */
export function isUnderWay({ state }: Pick<EnvironmentStatus, 'state'>): boolean {
  return state !== 'waiting' && !hasEnded(state);
}

/** Lists the environments in which something began, whatever became of it. */
export function environmentsReached({ environments }: Pick<OperationStatus, 'environments'>): readonly string[] {
  return environments.filter(({ state }) => !unbegun.includes(state)).map(({ environment }) => environment);
}

/**
 * Cuts a list for a search attribute: at most 30 names and 1,500 bytes of UTF-8, the last ones where there are more,
 * because later stages are what people look for. `moreNames` then stands in front.
 */
export function listedNames(names: readonly string[]): readonly string[] {
  if (fitsAttribute(names)) return names;
  // Of many names only the last ones are read: this is asked for at each change of one of them.
  for (let first = Math.max(1, names.length - most.names + 1); ; first += 1) {
    const listed = [moreNames, ...names.slice(first)];
    if (fitsAttribute(listed)) return listed;
  }
}

function fitsAttribute(names: readonly string[]): boolean {
  return names.length <= most.names && names.reduce((sum, name) => sum + byteLength(name), 0) <= most.bytes;
}
