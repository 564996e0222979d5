const SHA1 = /^[0-9a-f]{40}$/;

/** The longest revision that is read: a branch has some 250 characters. One of megabytes may be named by very many lines of a history. */
const longest = 1_000;

/**
 * Reads the commit id in a revision as Flux writes it: `dev@sha1:<40>`, `refs/heads/dev@sha1:<40>`, `sha1:<40>`, and
 * `dev/<40>` or `<40>` of Flux before 0.36. Answers undefined for everything else: a tag's name, an OCI digest, and the
 * `sha256:` of repositories in git's newer object format, which Fairlead does not read.
 */
export function commitOfRevision(revision: string): string | undefined {
  if (revision.length > longest) return undefined;
  const digest = revision.slice(revision.lastIndexOf('@') + 1);
  const candidate = digest.startsWith('sha1:')
    ? digest.slice('sha1:'.length)
    : revision.includes('@')
      ? ''
      : revision.slice(revision.lastIndexOf('/') + 1);
  return SHA1.test(candidate) ? candidate : undefined;
}
