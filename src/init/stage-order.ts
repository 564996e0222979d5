/** How environments are usually called, in the order in which commits come to them. */
const usualOrder: readonly RegExp[] = [
  /^(local|sandbox|play)/i,
  /^(dev|develop)/i,
  /^(ci|test|int|integration)/i,
  /^(qa|quality)/i,
  /^(stag|uat|accept)/i,
  /^(pre-?prod|canary)/i,
  /^(prod|live)/i,
];

/** Puts environments in the order that their names suggest; the others come before production, by name. */
export function usualStages(names: readonly string[]): readonly string[] {
  const unknown = usualOrder.length - 1.5;
  const rank = (name: string) => {
    const found = usualOrder.findIndex((pattern) => pattern.test(name));
    return found < 0 ? unknown : found;
  };
  return names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Answers how an environment merges to begin with: the last one asks a person. */
export function usualMerge(index: number, count: number): 'auto' | 'approval' {
  return index === count - 1 ? 'approval' : 'auto';
}
