import { Failure } from '../failure.ts';
import { closest } from './closest.ts';
import { repositoryKey } from './repository/platform-id.ts';
import type { Environment, GitopsTarget, Platform } from './types.ts';

/** An environment, and where its manifests go. */
type PlacedEnvironment = Pick<Environment, 'name' | 'gitops'>;

/** The branches of a source that no environment may be rendered to. */
export interface SourceBranches {
  /** The URL that the platform is fetched from; undefined: it is not known, and nothing is its branch. */
  readonly repository?: string;
  /** The main branch; default: `main`. */
  readonly mainBranch?: string;
  /** The environments of the platform, whether they can be read or not: each has a config branch. */
  readonly stages?: readonly (readonly string[])[];
}

/**
 * Checks what only shows when all environments of a platform are known: two of them must not share a GitOps branch, none may take the
 * record of another one, or have a branch of the source for its own. Throws `Failure` `InvalidConfig` with all problems at once.
 */
export function checkEnvironments(environments: readonly PlacedEnvironment[], source: SourceBranches = {}): void {
  throwProblems(problemsAmong(environments, source));
}

/**
 * Checks the same of one environment, which is not to be kept by what others have wrong: whoever writes their config branches may not
 * write its own. Throws `Failure` `InvalidConfig` with all of its problems at once.
 */
export function checkAmong(
  environment: PlacedEnvironment,
  others: readonly PlacedEnvironment[],
  source: SourceBranches = {},
): void {
  const problems = problemsAmong([environment, ...others], source);
  throwProblems(problems.filter(({ of }) => of.includes(environment.name)));
}

/** Finds those that are rendered to a GitOps branch. */
export function sharingBranch<Other extends PlacedEnvironment>(
  branch: GitopsTarget,
  others: readonly Other[],
): readonly Other[] {
  return others.filter(({ gitops }) => targetKey(gitops) === targetKey(branch));
}

/** A problem, and the environments that must not go on with it. */
interface ProblemAmong {
  readonly of: readonly string[];
  readonly text: string;
}

function problemsAmong(environments: readonly PlacedEnvironment[], source: SourceBranches): readonly ProblemAmong[] {
  return [...sharedBranches(environments), ...takenRecords(environments), ...sourceBranches(environments, source)];
}

function throwProblems(problems: readonly ProblemAmong[]): void {
  if (problems.length > 0) throw new Failure('InvalidConfig', problems.map(({ text }) => text).join('\n'));
}

function sharedBranches(environments: readonly PlacedEnvironment[]): readonly ProblemAmong[] {
  const owners = new Map<string, PlacedEnvironment[]>();
  for (const environment of environments) {
    const key = targetKey(environment.gitops);
    const sharing = owners.get(key);
    if (sharing) sharing.push(environment);
    else owners.set(key, [environment]);
  }
  return [...owners.values()]
    .filter((sharing) => sharing.length > 1)
    .map((sharing) => {
      const names = sharing.map(({ name }) => name);
      const { branch, repository } = sharing[0]?.gitops ?? { branch: '', repository: '' };
      const text = `The environments ${names.join(' and ')} have one GitOps branch, "${branch}" of ${repository}, and would overwrite each other. Give each its own \`gitops.branch\` in fairlead.yaml of its config branch.`;
      return { of: names, text };
    });
}

/** Finds environments that say they were renamed from a branch which is another one's. */
function takenRecords(environments: readonly PlacedEnvironment[]): readonly ProblemAmong[] {
  const owners = new Map(environments.map(({ name, gitops }) => [targetKey(gitops), name]));
  return environments.flatMap(({ name, gitops: { repository, renamedFrom } }) => {
    const owner = renamedFrom && owners.get(targetKey({ repository, branch: renamedFrom }));
    if (!owner || owner === name) return [];
    const text = `The environment ${name} has "${renamedFrom}" of ${repository} for its \`gitops.renamedFrom\`, which is the GitOps branch of ${owner}, and would take its record. Take it out of fairlead.yaml of branch ${name}.`;
    return { of: [name], text };
  });
}

function sourceBranches(
  environments: readonly PlacedEnvironment[],
  { repository, mainBranch = 'main', stages = [] }: SourceBranches,
): readonly ProblemAmong[] {
  if (repository === undefined) return [];
  const taken = new Set([mainBranch, ...stages.flat(), ...environments.map(({ name }) => name)]);
  return environments
    .filter(({ gitops }) => repositoryKey(gitops.repository) === repositoryKey(repository))
    .filter(({ gitops }) => taken.has(gitops.branch))
    .map(({ name, gitops }) => ({
      of: [name],
      text: `The GitOps branch of the environment ${name} is "${gitops.branch}" of ${gitops.repository}, which is a branch of the source. Give it another \`gitops.branch\` or repository in fairlead.yaml of branch ${name}.`,
    }));
}

function targetKey({ repository, branch }: GitopsTarget): string {
  return `${repositoryKey(repository)}\n${branch}`;
}

/** Makes the failure of a config branch that holds no `fairlead.yaml`. */
export function missingEnvironmentFile(name: string): Failure {
  return new Failure(
    'InvalidConfig',
    `fairlead.yaml is missing at the root of branch ${name}. Add one with \`apiVersion: fairlead.dev/v1\`, \`kind: Environment\` and \`clusters\`, or take "${name}" out of \`stages\` in fairlead.yaml of main.`,
  );
}

/** Makes the failure of a main commit without a `fairlead.yaml`. */
export function missingPlatformFile(where: string): Failure {
  return new Failure(
    'InvalidConfig',
    `fairlead.yaml is missing at the root of ${where}. Add one with \`apiVersion: fairlead.dev/v1\`, \`kind: Platform\`, \`name\` and \`stages\`.`,
  );
}

/** Makes the failure for a `fairlead.yaml` that is there, and so large that nobody has read it. */
export function oversizedFile(where: string): Failure {
  return new Failure(
    'InvalidConfig',
    `fairlead.yaml at the root of ${where} is too large: a file of this kind has a few kilobytes. Is it the right file?`,
  );
}

/**
 * Throws `Failure` `InvalidInput` for what is no environment of the platform; the message names those that there are.
 */
export function checkInStages(name: string, { stages }: Pick<Platform, 'stages'>): void {
  const names = stages.flat();
  if (!names.includes(name)) throw unlistedEnvironment(name, names);
}

/** Makes the failure for a name that is none of the environments of a platform. */
export function unlistedEnvironment(name: string, names: readonly string[]): Failure {
  const near = closest(name, names);
  return new Failure(
    'InvalidInput',
    `"${name}" is not listed in \`stages\` in fairlead.yaml of main; there are: ${names.join(', ')}.${near === undefined ? '' : ` Is "${near}" meant?`}`,
  );
}

/** Makes the failure of an environment in `stages` whose config branch does not exist. */
export function missingConfigBranch(name: string, repository: string): Failure {
  return new Failure(
    'InvalidConfig',
    `The environment "${name}" is listed in \`stages\` in fairlead.yaml of main, but ${repository} has no branch ${name}. Create the config branch, or take "${name}" out of \`stages\`.`,
  );
}
