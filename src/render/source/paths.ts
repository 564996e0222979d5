/** Answers the path of the directory that holds a path; the root is the empty text. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
