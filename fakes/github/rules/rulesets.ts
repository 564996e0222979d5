/** What a rule refuses to whoever pushes; a force push is an update that is no fast-forward. */
export type BlockedPush = 'creation' | 'update' | 'non_fast_forward' | 'deletion';

/** A ruleset for branches: nobody is on its bypass list. */
export interface Ruleset {
  /** Matches the names of branches, with `*` for any text: `deploy/**`. */
  readonly branches: string;
  readonly blocks: readonly BlockedPush[];
}

/** Writes rulesets for the hook: a line for each that is blocked. */
export function rulesForHook(rulesets: readonly Ruleset[]): string {
  return rulesets
    .flatMap(({ branches, blocks }) => blocks.map((blocked) => `${blocked} refs/heads/${branches}`))
    .join('\n');
}
