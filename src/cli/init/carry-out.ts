import type { Sha } from '../../git/repository.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import type { Io } from '../io.ts';
import { kindOfDirectory, type LocalRepository, openLocal } from './local-repository.ts';
import type { InitPlace, InitPlan, PlannedCommit } from './plan.ts';

/** A commit that was made. */
export interface MadeCommit {
  readonly branch: string;
  readonly commit: Sha;
  readonly files: readonly string[];
}

/** A repository, and what was done there. */
export interface DoneThere {
  readonly directory: string;
  readonly commits: readonly MadeCommit[];
  /** The branches that were sent to `origin`. */
  readonly pushed: readonly string[];
  /** True where they were to be sent, and there is no `origin`. */
  readonly unsent: boolean;
}

/** What was done. */
export interface InitDone {
  readonly source: DoneThere;
  /** Undefined: nothing, because the repository is not at hand. */
  readonly gitops: DoneThere | undefined;
}

/** Makes the commits of a plan, the GitOps repository first, and sends the branches if that is asked for. */
export async function carryOut(place: InitPlace, plan: InitPlan): Promise<InitDone> {
  const { directory, mainBranch, options, io } = place;
  const push = options.push === true;
  await checkRoom(place, plan);
  const { gitopsPlaces, sourceUrl, environments, gitopsBranches } = plan;
  const [first = mainBranch] = gitopsBranches;
  const gitops =
    gitopsPlaces &&
    (await commitThere(gitopsPlaces.directory, {
      firstBranch: first,
      url: gitopsPlaces.repository,
      commits: plan.gitops,
      branches: push ? gitopsBranches : [],
      io,
    }));
  const source = await commitThere(directory, {
    firstBranch: mainBranch,
    url: sourceUrl,
    commits: plan.source,
    branches: push ? [mainBranch, ...environments] : [],
    io,
  });
  // Nothing is sent before everything is here: a remote that refuses costs no commit.
  if (gitops) await gitops.send();
  await source.send();
  return { source: source.done, gitops: gitops?.done };
}

/** Looks whether all commits can be made before the first one is. */
async function checkRoom({ here, io }: InitPlace, { source, gitops, gitopsPlaces }: InitPlan): Promise<void> {
  for (const { branch, files } of source) await here?.checkRoom(branch, files);
  if (gitopsPlaces === undefined || (await kindOfDirectory(gitopsPlaces.directory)) !== 'repository') return;
  const there = await openLocal(gitopsPlaces.directory, '', io);
  for (const { branch, files } of gitops) await there.checkRoom(branch, files);
}

interface Work {
  readonly firstBranch: string;
  readonly url: string | undefined;
  readonly commits: readonly PlannedCommit[];
  /** The branches that are sent. */
  readonly branches: readonly string[];
  readonly io: Io;
}

/** What was done in a repository, and how its branches are sent. */
interface Committed {
  readonly done: DoneThere;
  readonly send: () => Promise<void>;
}

async function commitThere(directory: string, { firstBranch, url, commits, branches, io }: Work): Promise<Committed> {
  const repository = await openLocal(directory, firstBranch, io);
  const made: MadeCommit[] = [];
  for (const { branch, files, message } of commits) {
    const commit = await repository.commit(branch, { files, message });
    made.push({ branch, commit, files: [...files.keys()].sort() });
  }
  const hasOrigin = await repository.hasOrigin();
  const remote = url !== undefined && checkRepositoryUrl(url).kind !== 'local' ? url : undefined;
  if (!hasOrigin && remote !== undefined) await repository.addOrigin(remote);
  const found = await localBranches(repository, branches);
  const pushed = hasOrigin || remote !== undefined ? found : [];
  return {
    done: { directory: repository.directory, commits: made, pushed, unsent: found.length > pushed.length },
    send: async () => {
      if (pushed.length > 0) await repository.push(pushed);
    },
  };
}

async function localBranches(repository: LocalRepository, branches: readonly string[]): Promise<readonly string[]> {
  const found = [];
  for (const branch of branches)
    if ((await repository.checkout.resolveCommit(`refs/heads/${branch}`)) !== undefined) found.push(branch);
  return found;
}
