/**
 * Says why a group, category or base of this path cannot be rendered; undefined: it can. Names become folders of the
 * GitOps repository, entries of kustomizations, paths in Flux objects and words in messages and branch rules.
 */
export function nameProblem(path: string): string | undefined {
  for (const name of path.split('/')) {
    if (!/^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/.test(name)) {
      return `${JSON.stringify(name)} cannot be a name here: use letters, digits, ".", "_" and "-", and no "-" in front`;
    }
    // Its folder would stand where a file of that level is written.
    if (/\.(ya?ml|json)$/i.test(name) || /^kustomization$/i.test(name)) {
      return `${JSON.stringify(name)} is a name of files in the GitOps repository: give the directory another name`;
    }
  }
  return undefined;
}
