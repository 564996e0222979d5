import { posix } from 'node:path';
import { Failure } from '../../failure.ts';
import { createContributor } from '../../render/leaf/contribution.ts';
import type { Contribution } from '../../render/leaf/contributor.ts';
import { applySplices } from '../../render/leaf/edit.ts';
import { createRequestMaker } from '../../render/leaf/request.ts';
import type { Bases } from '../../render/source/bases.ts';
import { createBases } from '../../render/source/bases.ts';
import type { DirectoryNode, FileNode } from '../../render/source/nodes.ts';
import { openSources, type Sources } from '../../render/source/sources.ts';
import { directoryAt } from '../../render/source/tree.ts';
import type { LeafRequest, SourceTree } from '../../render/types.ts';

/** The repository whose overlays are looked at, as main has it. */
export interface OverlayRepository {
  readonly tree: SourceTree;
  readonly sources: Sources;
  readonly bases: Bases;
  /** The URL by which leaves refer to main. */
  readonly url: string;
  readonly mainBranch: string;
  /** Answers the directories that the build of one reads, itself first. Throws `Failure` RenderFailed where it cannot be built. */
  readonly reach: (directory: DirectoryNode) => readonly Contribution[];
}

/** What makes an overlay beside its directory. */
export interface Overlay {
  /** The path on main. */
  readonly path: string;
  /** Changes the text of its kustomization, as what applied it did; undefined: nothing did. */
  readonly change?: (text: string) => string;
}

/** Opens main as a repository with overlays. Throws `Failure` RenderFailed for trees that no render takes. */
export function openOverlays(
  tree: SourceTree,
  { url, mainBranch, urls }: { readonly url: string; readonly mainBranch: string; readonly urls: readonly string[] },
): OverlayRepository {
  const own = { urls: [url, ...urls], mainBranch };
  const empty: SourceTree = { revision: tree.revision, files: new Map() };
  const sources = openSources({ main: tree, config: empty }, own);
  const contribute = createContributor(sources);
  return {
    tree,
    sources,
    bases: createBases(sources.main, sources.kustomization, own),
    url,
    mainBranch,
    reach: (directory) => {
      const found = new Map<DirectoryNode, Contribution>();
      const queue = [{ source: sources.main, directory }];
      for (const from of queue) {
        if (found.has(from.directory)) continue;
        const contribution = contribute(from);
        found.set(from.directory, contribution);
        queue.push(...contribution.next);
      }
      return [...found.values()];
    },
  };
}

/** Answers the directory of an overlay. Throws `Failure` InvalidInput where there is none. */
export function overlayDirectory({ sources }: OverlayRepository, path: string): DirectoryNode {
  const directory = directoryAt(sources.main, path);
  if (directory !== undefined) return directory;
  throw new Failure('InvalidInput', `main has no directory ${path}.`);
}

/** Makes the request that builds an overlay as it is on main. Throws `Failure` RenderFailed where it cannot be built. */
export function overlayRequest(repository: OverlayRepository, { path, change }: Overlay): LeafRequest {
  const directory = overlayDirectory(repository, path);
  const files = new Map<string, FileNode | string>();
  const root = `/main/${directory.path}`;
  for (const contribution of repository.reach(directory)) {
    for (const [name, file] of contribution.files) files.set(name, file);
    const text = applySplices(contribution.file.text, contribution.splices);
    const isRoot = posix.dirname(contribution.file.path) === root;
    files.set(contribution.file.path, isRoot && change ? change(text) : text);
  }
  const assignment = { group: '', path, base: { path } };
  return createRequestMaker(repository.sources).makeRequest({ assignment, root, files }, {});
}
