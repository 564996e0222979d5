import { isUtf8 } from 'node:buffer';
import { Failure } from '../../failure.ts';
import { shortSha } from '../../short-sha.ts';
import type { SourceTree } from '../types.ts';
import { createKustomizationReader, type KustomizationReader } from './kustomization.ts';
import type { FileNode } from './nodes.ts';
import type { OwnRepository } from './resolve.ts';
import { indexTree, type Source } from './tree.ts';

/** The two commits of one render, indexed, with what was read from them so far. */
export interface Sources {
  readonly main: Source;
  readonly config: Source;
  readonly own: OwnRepository;
  readonly kustomization: KustomizationReader;
}

/** Throws `Failure` RenderFailed for paths that no honest git commit has. */
export function openSources(main: SourceTree, config: SourceTree, own: OwnRepository): Sources {
  refuseOddPaths(main);
  refuseOddPaths(config);
  return {
    main: indexTree(main, '/main'),
    config: indexTree(config, '/config'),
    own,
    kustomization: createKustomizationReader(),
  };
}

/** A place for messages: `main 1a2b3c4d, apps/blue/shop/kustomization.yaml`. */
export function placeOf(source: Source, path: string, line?: number): string {
  const where = `${source.mount === '/main' ? 'main' : 'config'} ${shortSha(source.revision)}, ${path || 'the root'}`;
  return line === undefined ? where : `${where}, line ${line}`;
}

/** A file's text. Throws `Failure` RenderFailed where it is too large to be read or not UTF-8. */
export function textOf(source: Source, file: FileNode): string {
  const content = contentOf(source, file);
  if (isUtf8(content)) return content.toString('utf8');
  throw new Failure('RenderFailed', `${placeOf(source, file.path)} is not UTF-8 text.`);
}

/** A file's bytes. Throws `Failure` RenderFailed where it is too large to be read. */
export function contentOf(source: Source, file: FileNode): Buffer {
  if (file.content) return file.content;
  throw new Failure(
    'RenderFailed',
    `${placeOf(source, file.path)} is too large to be rendered; keep it out of the base.`,
  );
}

function refuseOddPaths({ files, revision }: SourceTree): void {
  for (const path of files.keys()) {
    const odd = path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
    if (!odd && !/[\0\\]/.test(path)) continue;
    throw new Failure(
      'RenderFailed',
      `${shortSha(revision)} has a file called ${JSON.stringify(path)}. Paths with "..", "." or a backslash are not read; rename it.`,
    );
  }
}
