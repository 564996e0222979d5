/** Tells whether names match patterns, as long as that takes few steps. */
export interface Wildcards {
  /** Tells whether a name matches a pattern in which `*` stands for any text and `?` for one character, as in rules of Gitea. */
  matches(pattern: string, name: string): boolean;
  /** Tells whether it has taken too many steps: then no answer is right. */
  isOver(): boolean;
}

/**
 * Makes it for all patterns of a branch and all names of a commit. A pattern and a name of megabytes take as many steps as the product of
 * their lengths, and there may be thousands of both.
 */
export function createWildcards(mostSteps = 20_000_000): Wildcards {
  let left = mostSteps;
  return {
    isOver: () => left <= 0,
    matches(pattern, name) {
      let [at, from] = [0, 0];
      let star: { readonly pattern: number; readonly name: number } | undefined;
      for (left -= 1; from < name.length; left -= 1) {
        if (left <= 0) return false;
        if (pattern[at] === '*') {
          star = { pattern: at + 1, name: from };
          at += 1;
        } else if (pattern[at] === '?' || (at < pattern.length && pattern[at] === name[from])) {
          at += 1;
          from += 1;
        } else {
          if (star === undefined) return false;
          // The last star takes one character more.
          star = { ...star, name: star.name + 1 };
          [at, from] = [star.pattern, star.name];
        }
      }
      while (pattern[at] === '*' && left > 0) {
        at += 1;
        left -= 1;
      }
      return at === pattern.length;
    },
  };
}
