import { bytesText, limits } from '../../platform/limits.ts';

/** A file of a commit. A symlink is the same object as the file that it points to. */
export interface FileNode {
  /** The path at which the file really lies: for a symlink, that of its target. */
  readonly path: string;
  readonly oid: string;
  /** In bytes. */
  readonly size: number;
  /** The bytes, which may be read only now; undefined for a file that is too large to be read. */
  readonly content: Buffer | undefined;
}

/** What a file is read as, which bounds its size, and what to do where it has more. */
const bounds = {
  kustomization: {
    most: limits.kustomizationBytes,
    remedy: 'a kustomization may have',
    how: 'split it, or move what is long into files that it names',
  },
  settings: {
    most: limits.settingsBytes,
    remedy: 'values and settings may have',
    how: 'divide it among several leaves',
  },
  file: {
    most: limits.fileBytes,
    remedy: 'a file that is rendered may have',
    how: 'split it, or keep it out of the base',
  },
} as const;

/** Says why a file is too large for what it is read as, in a clause; undefined: it is not. */
export function sizeProblem({ size }: Pick<FileNode, 'size'>, as: keyof typeof bounds): string | undefined {
  const { most, remedy, how } = bounds[as];
  return size <= most ? undefined : `it has ${bytesText(size)}, and ${remedy} ${bytesText(most)}: ${how}`;
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
