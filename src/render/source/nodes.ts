/** A file of a commit; what a symlink points to is the same object as its target. */
export interface FileNode {
  /** Where it really lies: the target, for a symlink. */
  readonly path: string;
  readonly oid: string;
  readonly content: Buffer | undefined;
}

/** A directory of a commit. One that is reached by a symlink is the same object as its target. */
export interface DirectoryNode {
  /** Where it really lies, without slashes at the ends; '' is the root. */
  readonly path: string;
  readonly parent: DirectoryNode | undefined;
  readonly directories: ReadonlyMap<string, DirectoryNode>;
  readonly files: ReadonlyMap<string, FileNode>;
  /** Names that lead nowhere: symlinks out of the tree or in a circle, submodules. Name → why. */
  readonly broken: ReadonlyMap<string, string>;
}
