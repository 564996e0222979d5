import type { Dependencies } from '../../dependencies.ts';
import { Failure } from '../../failure.ts';
import type { GitRepository } from '../../git/repository.ts';
import { environmentAt, gitopsTargetAt } from '../../gitops/environment-file.ts';
import { configFile, mainHead, platformAt } from '../../gitops/platform-file.ts';
import { recordSigner } from '../../gitops/record/record-signer.ts';
import { checkAmong, checkInStages, missingConfigBranch } from '../../platform/check-environments.ts';
import { checkGitops, checkSource } from '../../platform/repository/allowed-repositories.ts';
import type { Environment, Platform } from '../../platform/types.ts';
import type { EnvironmentRef, EnvironmentSnapshot } from './contract.ts';
import { firstLookMs, firstLookName } from './first-look.ts';
import { othersInTheWay } from './others-in-the-way.ts';

type PolicyDependencies = Pick<Dependencies, 'repositories' | 'allowed' | 'signingKey' | 'workflows'>;

/**
 * Reads an environment's policy at the head of its config branch, checked against those of the other environments.
 * Throws `Failure` where a file is missing or broken, or where the platform would not count what this worker records. `runId`: the
 * execution that asks; where it has begun just now, its first look at the branches counts once, unless something is wrong there.
 */
export async function readEnvironment(
  dependencies: PolicyDependencies,
  ref: EnvironmentRef,
  runId?: string,
): Promise<EnvironmentSnapshot> {
  checkSource(ref.source, dependencies.allowed);
  const source = dependencies.repositories.open(ref.source);
  const isSeen = runId !== undefined && source.takeLook(firstLookName(runId, ref.environment), firstLookMs);
  if (!isSeen) return readPolicy(dependencies, ref);
  try {
    return await readPolicy(dependencies, ref);
  } catch (error) {
    if (!(error instanceof Failure) || error.retryable) throw error;
    source.lookAgain();
    return readPolicy(dependencies, ref);
  }
}

async function readPolicy(
  { repositories, allowed, signingKey, workflows }: PolicyDependencies,
  ref: EnvironmentRef,
): Promise<EnvironmentSnapshot> {
  // Nothing is begun that could not be recorded.
  await recordSigner({ repositories, signingKey }, ref.source);
  const source = repositories.open(ref.source);
  const platform = await platformAt(source, ref.commit ?? (await mainHead(source)));
  checkInStages(ref.environment, platform);
  // An older commit may not list yet what is an environment today.
  const stages = [...platform.stages, ...(await stagesNow(source))];
  const heads = await source.branchHeads([...new Set(stages.flat())]);
  const config = heads.get(ref.environment);
  if (!config) throw missingConfigBranch(ref.environment, source.url);
  const slow = await source.readAhead([...heads.values()], configFile);
  const environment = await environmentAt(source, platform, { name: ref.environment, config });
  checkGitops(environment.gitops.repository, ref.source, allowed);
  // A branch that nobody can fetch in time is broken, too: whoever may push to it must not keep the others.
  const rest = [...heads].filter(([name, head]) => name !== ref.environment && !slow.has(head));
  const places = await readPlaces(source, platform, rest);
  const asked = { source: ref.source, heads, environment };
  const others = await othersInTheWay({ repositories, workflows }, asked, places);
  checkAmong(environment, others, {
    repository: source.url,
    mainBranch: await source.mainBranch(),
    stages,
  });
  const { gitops, merge, soakMs, rolloutTimeoutMs, onFailure, whenNewer, verify } = environment;
  return { config, gitops, merge, soakMs, rolloutTimeoutMs, onFailure, whenNewer, verify };
}

/** Answers the stages at main's head of a minute ago; none where its file cannot be read, which stops nobody else. */
async function stagesNow(source: GitRepository): Promise<Platform['stages']> {
  try {
    const head = await source.recentMainHead();
    return head === undefined ? [] : (await platformAt(source, head)).stages;
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return [];
    throw error;
  }
}

/**
 * Reads where the other environments are rendered to, as far as that can be read now: one whose file is broken has its branch all the
 * same. What is wrong there is an error when its own turn comes.
 */
async function readPlaces(
  source: GitRepository,
  platform: Platform,
  heads: readonly (readonly [name: string, config: string])[],
): Promise<readonly Pick<Environment, 'name' | 'gitops'>[]> {
  const read: Pick<Environment, 'name' | 'gitops'>[] = [];
  // One after the other: what was too large to be read ahead is read here.
  for (const [name, config] of heads)
    try {
      read.push({ name, gitops: await gitopsTargetAt(source, platform, { name, config }) });
    } catch (error) {
      if (!(error instanceof Failure) || error.retryable) throw error;
    }
  return read;
}
