/** What a rule refuses to whoever pushes; a force push is an update that is no fast-forward. */
export type BlockedPush = 'creation' | 'update' | 'non_fast_forward' | 'deletion';

/** A ruleset for branches. */
export interface Ruleset {
  /** Matches the names of branches, with `*` for any text: `deploy/**`. */
  readonly branches: string;
  readonly blocks: readonly BlockedPush[];
  /** Everybody is on its bypass list; default: nobody. */
  readonly isPassed?: boolean;
}

/** Writes rulesets for the hook: a line for each that is blocked. */
export function rulesForHook(rulesets: readonly Ruleset[]): string {
  return rulesets
    .filter(({ isPassed }) => !isPassed)
    .flatMap(({ branches, blocks }) => blocks.map((blocked) => `${blocked} refs/heads/${branches}`))
    .join('\n');
}

/** The rules of requests have the id 1; those for pushes follow. */
const firstId = 2;

/** Lists what rulesets refuse of a branch, each as a rule of GitHub's description begins. */
export function blockingRules(rulesets: readonly Ruleset[], branch: string) {
  return rulesets.flatMap(({ branches, blocks }, index) =>
    matches(branches, branch) ? blocks.map((type) => ({ type, ruleset_id: firstId + index })) : [],
  );
}

/** Finds a ruleset by its id; undefined: there is none. */
export function rulesetWithId(rulesets: readonly Ruleset[], id: string | undefined): Ruleset | undefined {
  return rulesets[Number(id) - firstId];
}

/** As the shell's `case` matches: `*` is any text. */
function matches(pattern: string, branch: string): boolean {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(branch);
}
