/** Tells whether a name matches a pattern in which `*` stands for any text and `?` for one character, as in rules of Gitea. */
export function matchesWildcard(pattern: string, name: string): boolean {
  let [at, from] = [0, 0];
  let star: { readonly pattern: number; readonly name: number } | undefined;
  while (from < name.length) {
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
  return /^\**$/.test(pattern.slice(at));
}
