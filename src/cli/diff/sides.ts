import { type FilesOfGroups, filesOfGroups } from '../../diff/groups.ts';
import type { GitRepository, Sha } from '../../git/repository.ts';
import { gitopsHead, provenanceAt } from '../../gitops/gitops-branch.ts';
import { loadTree } from '../../gitops/load-tree.ts';
import type { GitopsTarget } from '../../platform/types.ts';
import { composeBranch } from '../../render/layout/compose.ts';
import { foldersLeft } from '../../render/layout/folders-left.ts';
import { type Provenance, provenancePath } from '../../render/layout/provenance.ts';
import type { RenderedPlatform } from '../../render/platform.ts';
import type { SourceTree } from '../../render/types.ts';

/** Two sets of manifests, by group. */
export interface Sides {
  readonly before: FilesOfGroups;
  readonly after: FilesOfGroups;
}

/** What a GitOps branch holds in Fairlead's folders, and what a render makes of it. */
export interface BranchSides extends Sides {
  /** The groups of which the render leaves a folder, with files of others if of nobody else. */
  readonly foldersLeft: ReadonlySet<string>;
}

/** A GitOps branch as it is now. */
export interface BranchNow {
  readonly repository: GitRepository;
  readonly target: GitopsTarget;
  readonly head: Sha;
  readonly provenance: Provenance | undefined;
}

/** Reads where a GitOps branch is, and what it was rendered from. Throws `Failure` where there is no such branch. */
export async function branchNow(repository: GitRepository, target: GitopsTarget): Promise<BranchNow> {
  const head = await gitopsHead(repository, target);
  return { repository, target, head, provenance: await provenanceAt(repository, head) };
}

/** Sets what a GitOps branch holds in Fairlead's folders against what a render makes of it. */
export async function sidesOnBranch(now: BranchNow, rendered: RenderedPlatform): Promise<BranchSides> {
  const branch = await loadTree(now.repository, now.head);
  // Which pair it names makes no difference: the provenance is left out below.
  const revision = { main: now.head, config: now.head };
  const provenance: Provenance = { revision, groups: rendered.groups, renderer: rendered.versions };
  const changes = new Map(composeBranch({ rendered, provenance, branch }));
  changes.delete(provenancePath);
  const before = ownFiles(branch, [now.provenance?.groups ?? new Map(), rendered.groups]);
  for (const path of changes.keys()) {
    const text = branch.files.get(path)?.content?.toString('utf8');
    if (text !== undefined) before.set(path, text);
  }
  const after = new Map(before);
  for (const [path, text] of changes) {
    if (text === null) after.delete(path);
    else after.set(path, text);
  }
  const groups = new Set([...(now.provenance?.groups.keys() ?? []), ...rendered.groups.keys()]);
  return {
    before: filesOfGroups(before, groups),
    after: filesOfGroups(after, groups),
    foldersLeft: foldersLeft(branch, changes, groups),
  };
}

/** Lists the files in the folders that Fairlead wrote, or is about to write. */
function ownFiles(branch: SourceTree, all: readonly Provenance['groups'][]): Map<string, string> {
  const folders = all.flatMap((groups) =>
    [...groups].flatMap(([group, categories]) => categories.map((category) => `${group}/${category}`)),
  );
  const ours = new Set(folders);
  const files = new Map<string, string>();
  for (const [path, { content }] of branch.files) {
    if (content !== undefined && prefixes(path).some((folder) => ours.has(folder)))
      files.set(path, content.toString('utf8'));
  }
  return files;
}

function prefixes(path: string): readonly string[] {
  const names = path.split('/');
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join('/'));
}

/** Sets two renders against each other. */
export function sidesOfRenders(before: RenderedPlatform, after: RenderedPlatform): Sides {
  return {
    before: filesOfGroups(before.files, before.groups.keys()),
    after: filesOfGroups(after.files, after.groups.keys()),
  };
}
