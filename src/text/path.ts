/*
 * As `posix.join` and `posix.normalize` of node:path, in a time that grows with the length of the path: those copy what they have
 * so far at each `..`, which takes seconds for a path of 200 kB. Paths that others write come here.
 */

/** Joins paths, and takes `.` and `..` out of what comes of it. */
export function joinPath(...parts: readonly string[]): string {
  return normalizePath(parts.filter((part) => part !== '').join('/'));
}

/** Takes `.`, `..` and doubled slashes out of a path; what leads above a relative one stays. */
export function normalizePath(path: string): string {
  const root = path.startsWith('/') ? '/' : '';
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.length > 0 && names.at(-1) !== '..') names.pop();
    else if (root === '') names.push(name);
  }
  const end = path.endsWith('/') ? '/' : '';
  if (names.length === 0) return root || `.${end}`;
  return `${root}${names.join('/')}${end}`;
}
