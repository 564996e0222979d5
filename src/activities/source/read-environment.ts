import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { environmentAt } from '../../gitops/environment-file.ts';
import { mainHead, platformAt } from '../../gitops/platform-file.ts';
import { checkEnvironments, checkInStages, missingConfigBranch } from '../../platform/check-environments.ts';
import type { Environment, Platform } from '../../platform/types.ts';
import type { EnvironmentRef, EnvironmentSnapshot } from './contract.ts';

/** An environment's policy at the head of its config branch, checked against those of the other environments. */
export async function readEnvironment(
  { repositories }: Dependencies,
  ref: EnvironmentRef,
): Promise<EnvironmentSnapshot> {
  const source = repositories.open(ref.source);
  const platform = await platformAt(source, ref.commit ?? (await mainHead(source)));
  checkInStages(ref.environment, platform);
  const heads = await source.branchHeads(platform.stages.flat());
  const config = heads.get(ref.environment);
  if (!config) throw missingConfigBranch(ref.environment, source.url);
  const environment = await environmentAt(source, platform, ref.environment, config);
  checkEnvironments([environment, ...(await others(source, platform, heads, ref.environment))], {
    sourceRepository: source.url,
  });
  const { gitops, merge, soakMs, rolloutTimeoutMs, onFailure, whenNewer } = environment;
  return { config, gitops, merge, soakMs, rolloutTimeoutMs, onFailure, whenNewer };
}

/** The other environments, as far as they can be read now: one that cannot is an error when its own turn comes. */
async function others(
  source: GitRepository,
  platform: Platform,
  heads: ReadonlyMap<string, string>,
  name: string,
): Promise<readonly Environment[]> {
  const rest = [...heads].filter(([other]) => other !== name);
  const read = await Promise.allSettled(rest.map(([other, head]) => environmentAt(source, platform, other, head)));
  return read.flatMap((result) => {
    if (result.status === 'fulfilled') return [result.value];
    if (result.reason instanceof Failure && !result.reason.retryable) return [];
    throw result.reason;
  });
}
