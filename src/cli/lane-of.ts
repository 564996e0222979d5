import { Failure } from '../failure.ts';
import { environmentAt } from '../gitops/environment-file.ts';
import { platformAt } from '../gitops/platform-file.ts';
import { laneId } from '../lane/messages.ts';
import type { LaneInput } from '../lane/types.ts';
import { checkInStages, missingConfigBranch } from '../platform/check-environments.ts';
import { platformId } from '../platform/platform-id.ts';
import { loadSettings } from '../settings/settings.ts';
import type { Io } from './io.ts';
import type { MainBranchOption } from './main-branch.ts';
import { openRepositories } from './repositories.ts';

/** The lane of an environment, by its files at the heads of main and of its config branch. Throws `Failure`s. */
export async function laneOf(
  source: string,
  environment: string,
  io: Io,
  options: MainBranchOption = {},
): Promise<{ readonly id: string; readonly lane: LaneInput }> {
  const repository = openRepositories(await loadSettings(io.env), io, options).open(source);
  const mainBranch = await repository.mainBranch();
  const heads = await repository.branchHeads([mainBranch, environment]);
  const main = heads.get(mainBranch);
  if (main === undefined) throw new Failure('NotFound', `${repository.url} has no branch ${mainBranch}. Push one.`);
  const platform = await platformAt(repository, main);
  checkInStages(environment, platform);
  const config = heads.get(environment);
  if (config === undefined) throw missingConfigBranch(environment, repository.url);
  const { gitops } = await environmentAt(repository, platform, { name: environment, config });
  return { id: laneId(platformId(gitops.repository), gitops.branch), lane: { gitops, source, environment } };
}
