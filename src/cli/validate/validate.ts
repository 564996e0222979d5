import { Failure } from '../../failure.ts';
import { checkEnvironments, checkInStages, missingPlatformFile } from '../../platform/check-environments.ts';
import { parsePlatform } from '../../platform/platform.ts';
import type { Environment, Platform } from '../../platform/types.ts';
import { basesOf } from '../../render/platform.ts';
import type { Renderer, SourceTree } from '../../render/types.ts';
import { checkRendering, configFile, type EnvironmentReport, environmentIn } from './check-environment.ts';
import type { Checkout } from './checkout.ts';
import { Findings } from './findings.ts';

export interface ValidateInput {
  readonly checkout: Checkout;
  readonly mainBranch: string;
  /** URL of the source as workers are given it. */
  readonly source?: string;
  /** The environment of a config branch's checkout; of a checkout of main, the only one to look at. */
  readonly environment?: string;
  /** The branch that a change goes to, as a CI system tells it. */
  readonly targetBranch?: string;
  /** The branch that is checked out; of a detached checkout, as a CI system tells it. */
  readonly pushedBranch?: string;
  /** Revision of main, for a config branch's checkout. */
  readonly main?: string;
  readonly renderer?: Renderer;
}

export interface ValidateReport {
  readonly kind: 'Platform' | 'Environment';
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly environments: readonly EnvironmentReport[];
}

/** Checks a checkout of main, or of a config branch, together with the other side where that is in the same repository. */
export async function validate(input: ValidateInput): Promise<ValidateReport> {
  const tree = await input.checkout.workingTree();
  const kind = kindOf(tree, input);
  const findings = new Findings();
  const environments =
    kind === 'Platform' ? await validateMain(input, tree, findings) : await validateConfig(input, tree, findings);
  return { kind, errors: findings.errors, warnings: findings.warnings, environments };
}

/** A file that says neither is read as that of main: its problems name the kinds. */
function kindOf(
  tree: SourceTree,
  { environment, targetBranch, pushedBranch, mainBranch }: ValidateInput,
): ValidateReport['kind'] {
  const text = tree.files.get(configFile)?.content?.toString('utf8');
  const kind = /^kind:[ \t]*["']?(\w+)/m.exec(text ?? '')?.[1];
  if (text !== undefined) return kind === 'Environment' ? 'Environment' : 'Platform';
  const branch = environment ?? targetBranch ?? pushedBranch;
  return branch === undefined || branch === mainBranch ? 'Platform' : 'Environment';
}

async function validateMain(
  input: ValidateInput,
  main: SourceTree,
  findings: Findings,
): Promise<readonly EnvironmentReport[]> {
  const { checkout, renderer, mainBranch } = input;
  const platform = await findings.attempt(() => platformIn(main, 'main'));
  if (platform === undefined) return [];
  const merged = await checkout.resolve(...refsOf(mainBranch));
  const repositories = sourceRepositories(platform, input);
  // What is on main already waits when it goes; see DESIGN "Waiting".
  const alsoBases =
    merged === undefined ? new Set<string>() : basesOf(await checkout.tree(merged), { urls: repositories, mainBranch });
  const reports: EnvironmentReport[] = [];
  const policies: Environment[] = [];
  for (const name of environmentsToCheck(platform, input)) {
    const config = await configTree(checkout, name);
    if (config === undefined) {
      findings.warn(missingHere(checkout, name, `${name} was not checked`));
      continue;
    }
    const policy = await findings.attempt(() => environmentIn(config, name, platform));
    if (policy) policies.push(policy);
    const sides = { name, main, config, mainBranch, sourceRepositories: repositories, alsoBases };
    const report = await checkRendering(sides, policy, renderer, findings);
    if (report) reports.push(report);
  }
  await findings.attempt(() => checkEnvironments(policies, withSource(checkout)));
  return reports;
}

async function validateConfig(
  input: ValidateInput,
  config: SourceTree,
  findings: Findings,
): Promise<readonly EnvironmentReport[]> {
  const { checkout, renderer, mainBranch } = input;
  const main = await mainTree(input);
  if (main === undefined) findings.warn(missingHere(checkout, mainBranch, 'assignments were not checked'));
  const platform = main && (await findings.attempt(() => platformIn(main, 'main')));
  const name = environmentName(input, platform);
  // Without main its default is not known; whether there is one is then not for this check to say.
  const policy = await findings.attempt(() =>
    environmentIn(config, name, platform ?? { gitopsRepository: 'https://unknown.invalid/unknown/unknown' }),
  );
  if (main === undefined || platform === undefined) return [];
  const others = await otherPolicies(checkout, platform, name);
  if (policy) await findings.attempt(() => checkEnvironments([policy, ...others], withSource(checkout)));
  const repositories = sourceRepositories(platform, input);
  const sides = { name, main, config, mainBranch, sourceRepositories: repositories, alsoBases: new Set<string>() };
  const report = await checkRendering(sides, policy, renderer, findings);
  return report ? [report] : [];
}

function platformIn(main: SourceTree, where: string): Platform {
  const file = main.files.get(configFile)?.content;
  if (file === undefined) throw missingPlatformFile(where);
  return parsePlatform(file, `${configFile} of ${where}`);
}

function environmentsToCheck(platform: Platform, { environment }: ValidateInput): readonly string[] {
  if (environment === undefined) return platform.stages.flat();
  checkInStages(environment, platform);
  return [environment];
}

function environmentName(
  { environment, targetBranch, pushedBranch, checkout }: ValidateInput,
  platform: Platform | undefined,
): string {
  const names = platform?.stages.flat();
  if (environment !== undefined) {
    if (platform !== undefined) checkInStages(environment, platform);
    return environment;
  }
  const candidates = [targetBranch, pushedBranch].filter((branch) => branch !== undefined);
  const name = candidates.find((branch) => names === undefined || names.includes(branch));
  if (name !== undefined) return name;
  throw new Failure(
    'InvalidInput',
    `It is not known whose config branch this is${whyUnknown(checkout, candidates)}. Say it with --environment${names === undefined ? '' : `, one of: ${names.join(', ')}`}.`,
  );
}

function whyUnknown({ isGit, directory }: Checkout, branches: readonly string[]): string {
  if (branches.length > 0) return ` (${[...new Set(branches)].join(', ')} is no environment)`;
  return isGit ? ' (no branch is checked out)' : ` (${directory} is not the root of a git checkout)`;
}

/** Where a branch may lie in a checkout: as the remote has it, else the local one. */
function refsOf(branch: string): readonly string[] {
  return [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`];
}

async function configTree(checkout: Checkout, name: string): Promise<SourceTree | undefined> {
  const commit = await checkout.resolve(...refsOf(name));
  return commit === undefined ? undefined : checkout.tree(commit);
}

async function mainTree({ checkout, main, mainBranch }: ValidateInput): Promise<SourceTree | undefined> {
  const revisions = main === undefined ? refsOf(mainBranch) : [main];
  const commit = await checkout.resolve(...revisions);
  if (commit !== undefined) return checkout.tree(commit);
  if (main === undefined) return undefined;
  throw new Failure(
    'NotFound',
    `${checkout.directory} has no commit ${JSON.stringify(main)}. Fetch it first, or check the spelling.`,
  );
}

/** Of the other environments, as far as they are here and in order: each is its own branch's to check. */
async function otherPolicies(checkout: Checkout, platform: Platform, name: string): Promise<readonly Environment[]> {
  const policies: Environment[] = [];
  const ignored = new Findings();
  for (const other of platform.stages.flat().filter((each) => each !== name)) {
    const config = await configTree(checkout, other);
    const policy = config && (await ignored.attempt(() => environmentIn(config, other, platform)));
    if (policy) policies.push(policy);
  }
  return policies;
}

function sourceRepositories({ sourceRepository }: Platform, { checkout, source }: ValidateInput): readonly string[] {
  return [checkout.origin, source, sourceRepository].filter((url) => url !== undefined);
}

function withSource({ origin }: Checkout): { readonly sourceRepository?: string } {
  return origin === undefined ? {} : { sourceRepository: origin };
}

function missingHere({ isGit, directory }: Checkout, branch: string, consequence: string): string {
  if (!isGit) return `${directory} is not the root of a git checkout: ${consequence}. Name one that is.`;
  return `There is no branch ${branch} here: ${consequence}. \`git fetch origin ${branch}:refs/remotes/origin/${branch}\` brings it.`;
}
