/**
 * A GitOps branch as one segment of a ref or a workflow id: `prod` stays `prod`, `us/east` becomes `us%2Feast`. A ref
 * cannot lie below another one, so that `configure/us` and `configure/us/east` could not both exist; and in an id
 * a slash would leave open where the repository ends. Percent is the one escape that everybody reads, git allows it
 * everywhere in a ref, and as it is escaped itself (`%25`), no two branches share a key.
 */
export function branchKey(branch: string): string {
  return branch.replaceAll('%', '%25').replaceAll('/', '%2F');
}

/** Reads the branch of a key; text that is no key stays as it is. */
export function branchOfKey(key: string): string {
  return key.replaceAll('%2F', '/').replaceAll('%25', '%');
}
