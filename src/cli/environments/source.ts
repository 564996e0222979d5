import { Failure } from '../../failure.ts';
import type { GitRepository, Sha } from '../../git/repository.ts';
import { environmentAt } from '../../gitops/environment-file.ts';
import { platformAt } from '../../gitops/platform-file.ts';
import { checkEnvironments, missingConfigBranch } from '../../platform/check-environments.ts';
import type { Environment, Platform } from '../../platform/types.ts';

/** An environment's policy at the head of its config branch. */
export interface Policy extends Environment {
  /** That head. */
  readonly config: Sha;
}

/** A platform as the heads of its branches say it now. */
export interface SourceNow {
  readonly repository: GitRepository;
  readonly main: Sha;
  readonly stages: Platform['stages'];
  /** In the order of the stages; a failure says why an environment's policy cannot be read. */
  readonly policies: ReadonlyMap<string, Policy | Failure>;
}

/** Throws `Failure` where main, or its Platform file, cannot be read. */
export async function readSource(repository: GitRepository): Promise<SourceNow> {
  const mainBranch = await repository.mainBranch();
  const main = await repository.branchHead(mainBranch);
  if (main === undefined)
    throw new Failure('NotFound', `${repository.url} has no branch ${mainBranch}. Push one, or check the address.`);
  const platform = await platformAt(repository, main);
  const names = platform.stages.flat();
  const heads = await repository.branchHeads(names);
  const read = await Promise.all(names.map((name) => readPolicy(repository, platform, name, heads.get(name))));
  const policies = read.map((policy) => collision(policy, read, repository) ?? policy);
  return {
    repository,
    main,
    stages: platform.stages,
    policies: new Map(names.flatMap((name, index) => entryOf(name, policies[index]))),
  };
}

/** The policy of one environment. Throws `Failure` where there is none, or it cannot be read. */
export function policyOf({ policies, repository }: SourceNow, environment: string): Policy {
  const policy = policies.get(environment);
  if (policy === undefined)
    throw new Failure(
      'NotFound',
      `"${environment}" does not stand in \`stages\` in fairlead.yaml of main in ${repository.url}; there are: ${[...policies.keys()].join(', ')}.`,
    );
  if (policy instanceof Failure) throw policy;
  return policy;
}

async function readPolicy(
  repository: GitRepository,
  platform: Platform,
  name: string,
  config: Sha | undefined,
): Promise<Policy | Failure> {
  if (config === undefined) return missingConfigBranch(name, repository.url);
  return await orFailure(async () => ({ ...(await environmentAt(repository, platform, { name, config })), config }));
}

/** Two environments must not share a GitOps branch; only those that do are to be blamed. */
function collision(
  policy: Policy | Failure,
  all: readonly (Policy | Failure)[],
  { url }: GitRepository,
): Failure | undefined {
  if (policy instanceof Failure) return undefined;
  const others = all.filter((other): other is Policy => !(other instanceof Failure) && other !== policy);
  for (const group of [[policy], ...others.map((other) => [policy, other])]) {
    const found = problemOf(() => checkEnvironments(group, { sourceRepository: url }));
    if (found) return found;
  }
  return undefined;
}

function problemOf(check: () => void): Failure | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** What is expected to go wrong, as a value. */
export async function orFailure<T>(work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function entryOf(name: string, policy: Policy | Failure | undefined): readonly (readonly [string, Policy | Failure])[] {
  return policy === undefined ? [] : [[name, policy]];
}
