import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { environmentAt } from '../../gitops/environment-file.ts';
import { configFile, mainHead, platformAt } from '../../gitops/platform-file.ts';
import { recordSigner } from '../../gitops/record/record-signer.ts';
import { checkEnvironments, checkInStages, missingConfigBranch } from '../../platform/check-environments.ts';
import { checkGitops, checkSource } from '../../platform/repository/allowed-repositories.ts';
import type { Environment, Platform } from '../../platform/types.ts';
import type { EnvironmentRef, EnvironmentSnapshot } from './contract.ts';

/**
 * Reads an environment's policy at the head of its config branch, checked against those of the other environments.
 * Throws `Failure` where a file is missing or broken, or where the platform would not count what this worker records.
 */
export async function readEnvironment(
  { repositories, allowed, signingKey }: Pick<Dependencies, 'repositories' | 'allowed' | 'signingKey'>,
  ref: EnvironmentRef,
): Promise<EnvironmentSnapshot> {
  checkSource(ref.source, allowed);
  // Nothing is begun that could not be recorded.
  await recordSigner({ repositories, signingKey }, ref.source);
  const source = repositories.open(ref.source);
  const platform = await platformAt(source, ref.commit ?? (await mainHead(source)));
  checkInStages(ref.environment, platform);
  const heads = await source.branchHeads(platform.stages.flat());
  const config = heads.get(ref.environment);
  if (!config) throw missingConfigBranch(ref.environment, source.url);
  await source.readAhead([...heads.values()], configFile);
  const environment = await environmentAt(source, platform, { name: ref.environment, config });
  checkGitops(environment.gitops.repository, ref.source, allowed);
  const rest = [...heads].filter(([name]) => name !== ref.environment);
  checkEnvironments([environment, ...(await readReadable(source, platform, rest))], { sourceRepository: source.url });
  const { gitops, merge, soakMs, rolloutTimeoutMs, onFailure, whenNewer, verify } = environment;
  return { config, gitops, merge, soakMs, rolloutTimeoutMs, onFailure, whenNewer, verify };
}

/** Reads the other environments as far as they can be read now: one that cannot is an error when its own turn comes. */
async function readReadable(
  source: GitRepository,
  platform: Platform,
  heads: readonly (readonly [name: string, config: string])[],
): Promise<readonly Environment[]> {
  const read = await Promise.allSettled(
    heads.map(([name, config]) => environmentAt(source, platform, { name, config })),
  );
  return read.flatMap((result) => {
    if (result.status === 'fulfilled') return [result.value];
    if (result.reason instanceof Failure && !result.reason.retryable) return [];
    throw result.reason;
  });
}
