/** What the remote's words about a refused push mean for whoever pushed. */
export type RefusalMeaning =
  /** The ref is updated for somebody else just then, or the remote is broken itself: it passes. */
  | 'passing'
  /** Another branch has a name that the pushed one's would be below, or the other way round. */
  | 'in the way'
  /** A rule, a hook or a permission: it takes a person. */
  | 'refused';

type WordsRule = readonly [RegExp, RefusalMeaning];

/** The order counts: a rule's code stands beside other words, and a hook that says it is broken is not one that refuses. */
const wordsRules: readonly WordsRule[] = [
  // docs.github.com, "Troubleshooting rules" and "Resolving large files": GH001 (size), GH006 (protected), GH013 (rules) and others.
  [/\bGH\d{3}\b/, 'refused'],
  // git's refs/files-backend.c and refs.c: 'refs/heads/a' exists; cannot create 'refs/heads/a/b'. GitHub: (directory file conflict).
  [/exists; cannot create|directory.?file conflict|D\/F conflict/i, 'in the way'],
  // git's builtin/receive-pack.c and refs.c: another push has the lock, or has moved the ref since it was read.
  [
    /cannot lock|failed to (lock|update)|incorrect old value|reference already exists|remote failure|stale info/i,
    'passing',
  ],
  // github.com in outages, as people reported: "! [remote rejected] main -> main (Internal Server Error)", "(failure)" with
  // "fatal error in commit_refs", "(unpacker error)". gitlab-shell: "GitLab: Internal API error (502)", "GitLab: API is not
  // accessible", "GitLab: Failed to contact". Gitea's cmd/hook.go: "Gitea: Internal Server Error".
  [
    /internal (server |api )?error|internal api unreachable|fatal error in commit_refs|unpacker error|unpack failed|api is not accessible|failed to contact|(service|temporarily) unavailable|(bad gateway|gateway time-?out)|try again later/i,
    'passing',
  ],
];

/** Says what the words mean; what nobody knows takes a person. */
export function refusalMeaning(words: string): RefusalMeaning {
  return wordsRules.find(([pattern]) => pattern.test(words))?.[1] ?? 'refused';
}
