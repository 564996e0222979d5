/**
 * Lists the folders of a GitOps branch that hold a leaf's objects, by group: those below our categories with a file
 * other than the level's kustomization.yaml. See docs/design.md "The GitOps layout".
 */
export function leafFolders(
  paths: Iterable<string>,
  groups: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const files = [...paths].filter((path) => !path.endsWith('/kustomization.yaml'));
  return new Map(
    [...groups].map(([group, categories]) => {
      const ours = categories.map((category) => `${group}/${category}/`);
      const folders = files
        .filter((path) => ours.some((folder) => path.startsWith(folder)))
        .map((path) => path.slice(0, path.lastIndexOf('/')));
      return [group, [...new Set(folders)].sort()];
    }),
  );
}
