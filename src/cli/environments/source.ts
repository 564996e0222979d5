import { Failure } from '../../failure.ts';
import type { GitRepository, Sha } from '../../git/repository.ts';
import { environmentAt } from '../../gitops/environment-file.ts';
import { platformAt } from '../../gitops/platform-file.ts';
import { checkEnvironments, missingConfigBranch } from '../../platform/check-environments.ts';
import type { Environment, Platform } from '../../platform/types.ts';

/** The policy of an environment at the head of its config branch. */
export interface Policy extends Environment {
  /** The head of the config branch. */
  readonly config: Sha;
}

/** A platform as the heads of its branches describe it now. */
export interface SourceNow {
  readonly repository: GitRepository;
  readonly main: Sha;
  readonly stages: Platform['stages'];
  /** Environment → its policy, in the order of the stages. A failure says why a policy cannot be read. */
  readonly policies: ReadonlyMap<string, Policy | Failure>;
}

/** Reads a platform. Throws `Failure` where main, or its Platform file, cannot be read. */
export async function readSource(repository: GitRepository): Promise<SourceNow> {
  const mainBranch = await repository.mainBranch();
  const main = await repository.branchHead(mainBranch);
  if (main === undefined)
    throw new Failure('NotFound', `${repository.url} has no branch ${mainBranch}. Push one, or check the address.`);
  const platform = await platformAt(repository, main);
  const names = platform.stages.flat();
  const heads = await repository.branchHeads(names);
  const read = await Promise.all(names.map((name) => readHeadPolicy({ repository, platform }, name, heads.get(name))));
  const policies = read.map((policy) => findCollision(policy, read, repository) ?? policy);
  return {
    repository,
    main,
    stages: platform.stages,
    policies: new Map(
      names.flatMap((name, index) => {
        const policy = policies[index];
        return policy === undefined ? [] : [[name, policy] as const];
      }),
    ),
  };
}

/** Answers the policy of one environment. Throws `Failure` where there is none, or it cannot be read. */
export function environmentPolicy({ policies, repository }: SourceNow, environment: string): Policy {
  const policy = policies.get(environment);
  if (policy === undefined)
    throw new Failure(
      'NotFound',
      `"${environment}" does not stand in \`stages\` in fairlead.yaml of main in ${repository.url}; there are: ${[...policies.keys()].join(', ')}.`,
    );
  if (policy instanceof Failure) throw policy;
  return policy;
}

/** A source repository, with its Platform file as read at main's head. */
interface PlatformSource {
  readonly repository: GitRepository;
  readonly platform: Platform;
}

async function readHeadPolicy(
  { repository, platform }: PlatformSource,
  name: string,
  config: Sha | undefined,
): Promise<Policy | Failure> {
  if (config === undefined) return missingConfigBranch(name, repository.url);
  return await orFailure(async () => ({ ...(await environmentAt(repository, platform, { name, config })), config }));
}

/** Finds out whether an environment shares its GitOps branch with another, so that only those that do are blamed. */
function findCollision(
  policy: Policy | Failure,
  all: readonly (Policy | Failure)[],
  { url }: GitRepository,
): Failure | undefined {
  if (policy instanceof Failure) return undefined;
  const others = all.filter((other): other is Policy => !(other instanceof Failure) && other !== policy);
  for (const group of [[policy], ...others.map((other) => [policy, other])]) {
    const found = failureOf(() => checkEnvironments(group, { sourceRepository: url }));
    if (found) return found;
  }
  return undefined;
}

function failureOf(check: () => void): Failure | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Answers a `Failure` as a value, and throws anything else. */
export async function orFailure<T>(work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
