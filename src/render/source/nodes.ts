/** A file of a commit. A symlink is the same object as the file that it points to. */
export interface FileNode {
  /** The path at which the file really lies: for a symlink, that of its target. */
  readonly path: string;
  readonly oid: string;
  /** The bytes; undefined for a file that is too large to be read. */
  readonly content: Buffer | undefined;
}

/** A directory of a commit. A symlink is the same object as the directory that it points to. */
export interface DirectoryNode {
  /** The path at which the directory really lies, without slashes at the ends; '' is the root. */
  readonly path: string;
  readonly parent: DirectoryNode | undefined;
  readonly directories: ReadonlyMap<string, DirectoryNode>;
  readonly files: ReadonlyMap<string, FileNode>;
  /**
   * Names that lead nowhere (symlinks out of the tree or in a circle, submodules), each with a clause that says why.
   */
  readonly broken: ReadonlyMap<string, string>;
}

/** A directory with the path by which it was reached, which through symlinks is not the one at which it lies. */
export interface DirectoryAtPath {
  readonly path: string;
  readonly directory: DirectoryNode;
}
