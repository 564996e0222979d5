import { Failure } from '../failure.ts';
import type { GitRepository } from '../git/repository.ts';
import { gitopsTargetAt } from '../gitops/environment-file.ts';
import { platformAt } from '../gitops/platform-file.ts';
import { laneId } from '../lane/messages.ts';
import type { LaneInput } from '../lane/types.ts';
import { missingConfigBranch } from '../platform/check-environments.ts';
import { platformId } from '../platform/repository/platform-id.ts';
import type { GitopsTarget, Platform } from '../platform/types.ts';
import { loadSettings } from '../settings/settings.ts';
import { formerTarget, formerWords, type UnlistedName } from './former-environment.ts';
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

/**
 * Finds the lane of an environment, by its files at the heads of main and of its config branch, also of one that was taken out of
 * `stages`. Throws `Failure`.
 */
export async function laneOf({ source, environment, mainBranch }: EnvironmentAddress, io: Io): Promise<NamedLane> {
  const repository = openRepositories(await loadSettings(io.env), io, { mainBranch }).open(source);
  const branch = await repository.mainBranch();
  const heads = await repository.branchHeads([branch, environment]);
  const main = heads.get(branch);
  if (main === undefined) throw new Failure('NotFound', `${repository.url} has no branch ${branch}. Push one.`);
  const platform = await platformAt(repository, main);
  const gitops = await targetOf(repository, platform, { name: environment, config: heads.get(environment), io });
  return { id: laneId(platformId(gitops.repository), gitops.branch), lane: { gitops, source, environment } };
}

async function targetOf(
  repository: GitRepository,
  platform: Platform,
  { name, config, io }: UnlistedName & { readonly io: Io },
): Promise<GitopsTarget> {
  if (!platform.stages.flat().includes(name)) {
    const target = await formerTarget(repository, platform, { name, config });
    io.err(`${formerWords(name)}\n`);
    return target;
  }
  if (config === undefined) throw missingConfigBranch(name, repository.url);
  return gitopsTargetAt(repository, platform, { name, config });
}
