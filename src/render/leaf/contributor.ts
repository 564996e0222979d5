import type { DirectoryNode, FileNode } from '../source/nodes.ts';
import type { Source } from '../source/tree.ts';
import type { Splice } from './edit.ts';

/** What one directory with a kustomization brings into a request by itself. */
export interface Contribution {
  readonly source: Source;
  readonly directory: DirectoryNode;
  /** The kustomization's file in the renderer's file system, and its text before changes. */
  readonly file: { readonly path: string; readonly text: string };
  /** References to main, and through symlinked directories, as relative paths. */
  readonly splices: readonly Splice[];
  /** Other files, by path in the renderer's file system. */
  readonly files: ReadonlyMap<string, FileNode>;
  /** Directories whose contributions are needed too. */
  readonly next: readonly { readonly source: Source; readonly directory: DirectoryNode }[];
  /** Charts on main whose output it refers to; only the chart's own leaf may. */
  readonly charts: readonly { readonly directory: DirectoryNode; readonly path: string; readonly place: string }[];
}

export type Contributor = (source: Source, directory: DirectoryNode) => Contribution;
