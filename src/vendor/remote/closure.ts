import { posix } from 'node:path';
import { Failure } from '../../failure.ts';
import type { GitRepository, Sha, TreeFile } from '../../git/repository.ts';
import { bytesText, limits } from '../../platform/limits.ts';
import { createContributor } from '../../render/leaf/contribution.ts';
import { applySplices } from '../../render/leaf/edit.ts';
import { holdsKustomization } from '../../render/source/kustomization.ts';
import type { DirectoryNode } from '../../render/source/nodes.ts';
import { openSources, type Sources } from '../../render/source/sources.ts';
import { findPath, type SourceDirectory } from '../../render/source/tree.ts';
import type { SourceFile } from '../../render/types.ts';
import { checkCopiedPath } from './names.ts';

/** The most that is read of a repository to find out what its directories refer to, and that is copied from it. */
const mostBytes = limits.environmentBytes;
const mostFiles = 10_000;

/**
 * Reads directories of a commit with everything that they refer to: path in the repository → content. References through
 * symlinks are written as paths. Throws `Failure` for what kustomize would not build, what lies outside again, and what git would obey.
 */
export async function readClosure(
  repository: GitRepository,
  commit: Sha,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const listed = await repository.listFiles(commit);
  const known = await repository.readBlobs(readFirst(listed));
  const files = new Map(
    [...listed].map(([path, file]): readonly [string, SourceFile] => [
      path,
      { mode: file.mode, oid: file.oid, size: file.size, content: known.get(file.oid) },
    ]),
  );
  const none = { revision: commit, files: new Map() };
  const sources = openSources({ main: { revision: commit, files }, config: none }, { urls: [], mainBranch: '' });
  const { texts, others } = gather(sources, paths);
  for (const path of [...texts.keys(), ...others.keys()]) checkCopiedPath(path);
  checkSizes(listed, others);
  const contents = await repository.readBlobs(new Set(others.values()));
  const read = [...others].flatMap(([path, oid]) => {
    const content = contents.get(oid);
    return content ? [[path, content] as const] : [];
  });
  return new Map([...texts, ...read].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Lists what may hold references: kustomizations and configurations; all of it where that is not too much. */
function readFirst(listed: ReadonlyMap<string, TreeFile>): ReadonlySet<Sha> {
  const small = [...listed].filter(([, { mode, size }]) => mode !== '160000' && size <= limits.kustomizationBytes);
  const isLink = (file: TreeFile) => file.mode === '120000';
  const ids = (kept: typeof small) => new Set(kept.map(([, { oid }]) => oid));
  const yaml = small.filter(
    ([path, file]) => isLink(file) || /\.(ya?ml|json)$|^Kustomization$/.test(posix.basename(path)),
  );
  const bytes = yaml.reduce((sum, [, { size }]) => sum + size, 0);
  if (bytes <= mostBytes) return ids(yaml);
  return ids(yaml.filter(([path, file]) => isLink(file) || /^kustomization(\.ya?ml)?$/i.test(posix.basename(path))));
}

interface Gathered {
  /** Kustomizations, with references as they are copied. */
  readonly texts: ReadonlyMap<string, Buffer>;
  /** Other files, and the ids of their contents. */
  readonly others: ReadonlyMap<string, Sha>;
}

function gather(sources: Sources, paths: readonly string[]): Gathered {
  const contribute = createContributor(sources);
  const texts = new Map<string, Buffer>();
  const others = new Map<string, Sha>();
  const visited = new Set<DirectoryNode>();
  const queue: SourceDirectory[] = paths.map((path) => ({
    source: sources.main,
    directory: startAt(sources, path),
  }));
  for (const next of queue) {
    if (visited.has(next.directory)) continue;
    visited.add(next.directory);
    const { file, splices, files, next: more } = contribute(next);
    texts.set(inRepository(file.path), Buffer.from(applySplices(file.text, splices)));
    for (const [path, { oid }] of files) others.set(inRepository(path), oid);
    queue.push(...more);
  }
  return { texts, others };
}

function startAt({ main }: Sources, path: string): DirectoryNode {
  const found = findPath(main.root, path);
  if (found.kind === 'directory' && holdsKustomization(found.directory)) return found.directory;
  const what = found.kind === 'directory' ? 'holds no kustomization' : 'is no directory';
  throw new Failure('InvalidInput', `${path || 'its root'} ${what} there. Correct the path behind "//".`);
}

/** Answers the path in the repository of one in the renderer's file system. */
function inRepository(path: string): string {
  return posix.relative('/main', path);
}

function checkSizes(listed: ReadonlyMap<string, TreeFile>, others: ReadonlyMap<string, Sha>): void {
  const sizes = new Map([...listed.values()].map(({ oid, size }) => [oid, size]));
  let total = 0;
  for (const [path, oid] of others) {
    const size = sizes.get(oid) ?? 0;
    total += size;
    if (size > limits.fileBytes)
      throw new Failure(
        'Refused',
        `${path} has ${bytesText(size)}, and rendering takes ${bytesText(limits.fileBytes)}.`,
      );
  }
  if (total > mostBytes || others.size > mostFiles)
    throw new Failure(
      'Refused',
      `It refers to ${others.size} files of ${bytesText(total)}, and ${mostFiles} of ${bytesText(mostBytes)} are the most.`,
    );
}
