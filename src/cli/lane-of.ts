import { Failure } from '../failure.ts';
import { gitopsTargetAt } from '../gitops/environment-file.ts';
import { platformAt } from '../gitops/platform-file.ts';
import { laneId } from '../lane/messages.ts';
import type { LaneInput } from '../lane/types.ts';
import { checkInStages, missingConfigBranch } from '../platform/check-environments.ts';
import { platformId } from '../platform/repository/platform-id.ts';
import { loadSettings } from '../settings/settings.ts';
import type { Io } from './io.ts';
import { openRepositories } from './repositories.ts';

/** An environment as a person names it. */
export interface EnvironmentAddress {
  /** URL of the source repository. */
  readonly source: string;
  readonly environment: string;
  /** The source's main branch; undefined: the one that its HEAD names. */
  readonly mainBranch?: string;
}

/** A lane: its workflow id, and what it is started with where it does not run. */
export interface NamedLane {
  readonly id: string;
  readonly lane: LaneInput;
}

/** Finds the lane of an environment, by its files at the heads of main and of its config branch. Throws `Failure`. */
export async function laneOf({ source, environment, mainBranch }: EnvironmentAddress, io: Io): Promise<NamedLane> {
  const repository = openRepositories(await loadSettings(io.env), io, { mainBranch }).open(source);
  const branch = await repository.mainBranch();
  const heads = await repository.branchHeads([branch, environment]);
  const main = heads.get(branch);
  if (main === undefined) throw new Failure('NotFound', `${repository.url} has no branch ${branch}. Push one.`);
  const platform = await platformAt(repository, main);
  checkInStages(environment, platform);
  const config = heads.get(environment);
  if (config === undefined) throw missingConfigBranch(environment, repository.url);
  const gitops = await gitopsTargetAt(repository, platform, { name: environment, config });
  return { id: laneId(platformId(gitops.repository), gitops.branch), lane: { gitops, source, environment } };
}
