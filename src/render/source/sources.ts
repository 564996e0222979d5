import { isUtf8 } from 'node:buffer';
import { Failure } from '../../failure.ts';
import { limits } from '../../platform/limits.ts';
import { shortSha } from '../../short-names.ts';
import type { SourceTree } from '../types.ts';
import { createKustomizationReader, type KustomizationReader, type ParsedKustomizations } from './kustomization.ts';
import { isLfsPointer, lfsProblem } from './lfs.ts';
import { type FileNode, sizeProblem } from './nodes.ts';
import type { OwnRepository } from './resolve.ts';
import { indexTree, type Source } from './tree.ts';

/*
 * Invariants of this folder: a commit is read once and never changes. A symlink leads where a file system would follow
 * it, and never out of the tree. References are understood as kustomize understands them; one that would need the
 * network is refused. A message names the commit, the path and, where there is one, the line.
 */

/** The two commits of one render as trees, with the kustomizations that were read from them so far. */
export interface Sources {
  readonly main: Source;
  readonly config: Source;
  readonly own: OwnRepository;
  readonly kustomization: KustomizationReader;
}

/** A commit of a render, as messages name it. */
export type CommitName = Pick<Source, 'mount' | 'revision'>;

/** The two commits of one render. */
export interface Commits {
  readonly main: CommitName;
  readonly config: CommitName;
}

/** Builds the trees of both commits. Throws `Failure` RenderFailed for paths that no honest git commit has. */
export function openSources(
  { main, config }: { readonly main: SourceTree; readonly config: SourceTree },
  own: OwnRepository,
  parsed?: ParsedKustomizations,
): Sources {
  checkTree(main);
  checkTree(config);
  return {
    main: indexTree(main, '/main'),
    config: indexTree(config, '/config'),
    own,
    kustomization: createKustomizationReader(parsed),
  };
}

/** Names a place for messages: `main 1a2b3c4d, apps/blue/shop/kustomization.yaml`. */
export function placeOf(source: CommitName, path: string, line?: number): string {
  const where = `${source.mount === '/main' ? 'main' : 'config'} ${shortSha(source.revision)}, ${path || 'the root'}`;
  return line === undefined ? where : `${where}, line ${line}`;
}

/** Answers the text of a file. Throws `Failure` RenderFailed where it is too large to be read, not UTF-8, or kept in Git LFS. */
export function fileText(source: CommitName, file: FileNode): string {
  refusePointer(source, file);
  const content = fileBytes(source, file);
  if (isUtf8(content)) return content.toString('utf8');
  throw new Failure('RenderFailed', `${placeOf(source, file.path)} is not UTF-8 text.`);
}

/** Answers the bytes of a file. Throws `Failure` RenderFailed where it is too large to be read. */
export function fileBytes(source: CommitName, file: FileNode): Buffer {
  checkSize(source, file, 'file');
  if (file.content) return file.content;
  throw new Failure('RenderFailed', `${placeOf(source, file.path)} cannot be read. Is it a file?`);
}

/** Throws `Failure` RenderFailed where a file has a pointer of Git LFS in place of its content. */
export function refusePointer(source: CommitName, file: FileNode): void {
  if (isLfsPointer(file)) throw new Failure('RenderFailed', `${placeOf(source, file.path)}: ${lfsProblem}.`);
}

/** Throws `Failure` RenderFailed where a file is too large for what it is read as. */
export function checkSize(source: CommitName, file: FileNode, as: Parameters<typeof sizeProblem>[1]): void {
  const problem = sizeProblem(file, as);
  if (problem !== undefined) throw new Failure('RenderFailed', `${placeOf(source, file.path)}: ${problem}.`);
}

/** Throws `Failure` RenderFailed for a tree that is too large, and for paths that no honest git commit has. */
export function checkTree({ files, revision }: SourceTree): void {
  if (files.size > limits.commitFiles)
    throw new Failure(
      'RenderFailed',
      `${shortSha(revision)} has ${files.size} files, and a commit that is rendered may have ${limits.commitFiles}. Remove those that nothing needs.`,
    );
  for (const path of files.keys()) {
    const odd = path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
    if (!odd && !/[\0\\]/.test(path)) continue;
    throw new Failure(
      'RenderFailed',
      `${shortSha(revision)} has a file called ${JSON.stringify(path)}. Paths with "..", "." or a backslash are not read; rename it.`,
    );
  }
}
