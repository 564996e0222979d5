import { Failure } from '../../failure.ts';
import type { GitRepository, Sha } from '../../git/repository.ts';
import { environmentAt, gitopsTargetAt } from '../../gitops/environment-file.ts';
import { configFile, platformAt } from '../../gitops/platform-file.ts';
import {
  checkAmong,
  missingConfigBranch,
  type SourceBranches,
  unlistedEnvironment,
} from '../../platform/check-environments.ts';
import type { Environment, Platform } from '../../platform/types.ts';
import { formerTarget } from '../former-environment.ts';

/** What the file at the head of an environment's config branch says of where it is, and when it is frozen. */
export interface Policy extends Pick<Environment, 'name' | 'gitops'> {
  /** The head of the config branch. */
  readonly config: Sha;
  /** The freeze windows; undefined: `trouble` hides them. */
  readonly freeze?: Environment['freeze'];
  /** What is wrong with the rest of the file. */
  readonly trouble?: Failure;
}

/** A platform as the heads of its branches describe it now. */
export interface SourceNow {
  readonly repository: GitRepository;
  readonly main: Sha;
  readonly platform: Platform;
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
  await repository.readAhead([...heads.values()], configFile);
  const read = await Promise.all(names.map((name) => readHeadPolicy({ repository, platform }, name, heads.get(name))));
  const branches = { repository: repository.url, mainBranch, stages: platform.stages };
  const policies = read.map((policy) => findCollision(policy, read, branches) ?? policy);
  return {
    repository,
    main,
    platform,
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
export function environmentPolicy({ policies }: SourceNow, environment: string): Policy {
  const policy = policies.get(environment);
  if (policy === undefined) throw unlistedEnvironment(environment, [...policies.keys()]);
  if (policy instanceof Failure) throw policy;
  return policy;
}

/** An environment that somebody took out of `stages`, or one that is there. */
export interface FoundPlace extends Pick<Policy, 'name' | 'gitops'> {
  /** It is not in `stages` any more. */
  readonly isFormer: boolean;
}

/** Answers where the manifests of an environment go, also of one that was taken out of `stages`. Throws `Failure` where there is none. */
export async function environmentPlace(source: SourceNow, name: string): Promise<FoundPlace> {
  const { repository, platform, policies } = source;
  if (policies.has(name)) return { ...environmentPolicy(source, name), isFormer: false };
  const gitops = await formerTarget(repository, platform, { name, config: await repository.branchHead(name) });
  return { name, gitops, isFormer: true };
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
  const at = { name, config };
  const policy = await orFailure(() => environmentAt(repository, platform, at));
  if (!(policy instanceof Failure)) return { name, gitops: policy.gitops, freeze: policy.freeze, config };
  const gitops = await orFailure(() => gitopsTargetAt(repository, platform, at));
  return gitops instanceof Failure ? policy : { name, gitops, config, trouble: policy };
}

/** Finds out whether an environment is in the way of another one, so that only those that are, are blamed. */
function findCollision(
  policy: Policy | Failure,
  all: readonly (Policy | Failure)[],
  branches: SourceBranches,
): Failure | undefined {
  if (policy instanceof Failure) return undefined;
  const others = all.filter((other): other is Policy => !(other instanceof Failure) && other !== policy);
  try {
    checkAmong(policy, others, branches);
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
