import type { DirectoryAtPath, FileNode } from '../source/nodes.ts';
import type { SourceDirectory } from '../source/tree.ts';
import type { Splice } from './edit.ts';

/** The files that one directory with a kustomization brings into a request by itself. */
export interface Contribution extends SourceDirectory {
  /** The kustomization's file in the renderer's file system, and its text before changes. */
  readonly file: { readonly path: string; readonly text: string };
  /** Changes that turn references to main, and references through symlinks, into relative paths. */
  readonly splices: readonly Splice[];
  /** Other files, by path in the renderer's file system. */
  readonly files: ReadonlyMap<string, FileNode>;
  /** Directories whose contributions are needed, too. */
  readonly next: readonly SourceDirectory[];
  /** Charts on main to whose output it refers. Only the chart's own leaf may do so. */
  readonly charts: readonly ChartReference[];
}

/** A reference to a chart on main, and its place for messages. */
export interface ChartReference extends DirectoryAtPath {
  readonly place: string;
}

/** Works out what a directory contributes. Throws `Failure` RenderFailed with file, line and remedy. */
export type Contributor = (from: SourceDirectory) => Contribution;
