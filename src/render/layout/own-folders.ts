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
  const find = folderFinder(owners.keys());
  return (path) => find(path).flatMap((folder) => owners.get(folder) ?? []);
}

/** Folders by the names on the way to them. */
interface FolderStep {
  readonly below: Map<string, FolderStep>;
  folder?: string;
}

/**
 * Makes a function that answers in which of some folders a path lies, the closest first. It goes along a path no further than the folders
 * do: a branch may have very many paths that are very deep.
 */
export function folderFinder(folders: Iterable<string>): (path: string) => readonly string[] {
  const root: FolderStep = { below: new Map() };
  for (const folder of folders) {
    let step = root;
    for (const name of folder.split('/')) {
      const next = step.below.get(name) ?? { below: new Map() };
      step.below.set(name, next);
      step = next;
    }
    step.folder = folder;
  }
  return (path) => {
    const found: string[] = [];
    let step = root;
    for (let start = 0, end = path.indexOf('/'); end >= 0; start = end + 1, end = path.indexOf('/', start)) {
      const next = step.below.get(path.slice(start, end));
      if (next === undefined) break;
      if (next.folder !== undefined) found.push(next.folder);
      step = next;
    }
    return found.reverse();
  };
}

/** Lists all folders in which files lie. Each is found once, however many files it has. */
export function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      // Those above it are there, too.
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  return folders;
}
