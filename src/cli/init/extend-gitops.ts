import { fluxFolder } from '../../init/flux-files.ts';
import { fluxFiles, gitopsFiles } from '../../init/new-platform.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import { sameRepository } from '../../platform/repository/unchecked-url.ts';
import type { Platform } from '../../platform/types.ts';
import type { ConfigBranch } from './config-branch.ts';
import { kindOfDirectory, openLocal } from './local-repository.ts';
import { type GitopsPlaces, gitopsPlaces } from './options.ts';
import { type InitPlace, type InitPlan, missingFiles, type PlannedCommit } from './plan.ts';

/** Plans what is missing on the GitOps branches of a platform, where their repository is at hand. */
export async function planGitops(
  place: InitPlace,
  { gitopsRepository }: Platform,
  branches: readonly ConfigBranch[],
): Promise<Pick<InitPlan, 'gitops' | 'gitopsPlaces' | 'gitopsRepository' | 'gitopsBranches' | 'clusters' | 'notes'>> {
  const none = { gitops: [], gitopsPlaces: undefined, gitopsRepository, gitopsBranches: [], clusters: [] };
  if (gitopsRepository === undefined)
    return { ...none, notes: ['The Platform file names no GitOps repository: nothing was made in any.'] };
  const places = placesOf(place, gitopsRepository);
  if ((await kindOfDirectory(places.directory)) !== 'repository')
    return {
      ...none,
      notes: [
        `The GitOps repository is not at hand, and nothing was made there: git clone ${gitopsRepository} ${places.directory}, and call it again; or name another directory with --gitops.`,
      ],
    };
  const there = await openLocal(places.directory, '', place.io);
  const commits: PlannedCommit[] = [];
  const notes: string[] = [];
  const own: string[] = [];
  const clusters: InitPlan['clusters'][number][] = [];
  for (const { name, policy } of branches) {
    const { repository, branch } = policy.gitops;
    if (!sameRepository(repository, gitopsRepository)) {
      notes.push(`${name} goes to ${repository}, where nothing was made.`);
      continue;
    }
    own.push(branch);
    clusters.push(...policy.clusters.map((cluster) => ({ branch, name: cluster.name })));
    const tree = await there.tree(branch);
    const target = { repository, branch };
    const hasFlux = [...(tree?.files.keys() ?? [])].some((path) => path.startsWith(`${fluxFolder}/`));
    const files =
      tree === undefined
        ? gitopsFiles(name, target, policy.clusters)
        : fluxFiles(target, hasFlux ? policy.clusters : []);
    const message = tree === undefined ? `Begin ${name}` : 'Add what Flux needs on new clusters';
    const commit = missingFiles(tree, { branch, message, files });
    if (commit) commits.push(commit);
  }
  return { gitops: commits, gitopsPlaces: places, gitopsRepository, gitopsBranches: own, clusters, notes };
}

function placesOf({ directory, options, io }: InitPlace, repository: string): GitopsPlaces {
  const { kind } = checkRepositoryUrl(repository);
  const written = options.gitops ?? (kind === 'local' ? repository : undefined);
  const places = gitopsPlaces(written ?? repository, directory, io);
  return { directory: places.directory, repository };
}
