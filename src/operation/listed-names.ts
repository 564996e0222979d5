import { type EnvironmentState, hasEnded, type OperationStatus } from './status.ts';

/** Stands among the listed names where there are more; no environment is called so. */
export const moreNames = '…';

/** Temporal takes 2 kB for one search attribute; what people filter by is short. */
const most = { names: 30, bytes: 1_500 } as const;

const unbegun: readonly EnvironmentState[] = ['waiting', 'not reached'];

/** Lists the environments in which something is under way. */
export function underWay({ environments }: Pick<OperationStatus, 'environments'>): readonly string[] {
  const active = environments.filter(({ state }) => state !== 'waiting' && !hasEnded(state));
  return active.map(({ environment }) => environment);
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
  let listed: readonly string[] = [moreNames];
  for (const name of [...names].reverse()) {
    const longer = [moreNames, name, ...listed.slice(1)];
    if (!fitsAttribute(longer)) break;
    listed = longer;
  }
  return listed;
}

function fitsAttribute(names: readonly string[]): boolean {
  const encoder = new TextEncoder();
  const bytes = names.reduce((sum, name) => sum + encoder.encode(name).length, 0);
  return names.length <= most.names && bytes <= most.bytes;
}
