/**
 * Makes a function that answers the groups in one of whose categories a path lies; in none: it is not Fairlead's. It takes as long as
 * the path is deep: a branch may have many groups, and very many files.
 */
export function groupsByPath(groups: ReadonlyMap<string, readonly string[]>): (path: string) => readonly string[] {
  const owners = new Map<string, string[]>();
  for (const [group, categories] of groups)
    for (const category of categories) {
      const folder = `${group}/${category}`;
      const known = owners.get(folder);
      if (known === undefined) owners.set(folder, [group]);
      else known.push(group);
    }
  return (path) => foldersAbove(path).flatMap((folder) => owners.get(folder) ?? []);
}

/** Lists the folders in which a path lies, the closest first. */
export function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) folders.push(path.slice(0, end));
  return folders;
}
