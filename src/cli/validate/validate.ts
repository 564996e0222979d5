import { Failure } from '../../failure.ts';
import { configFile } from '../../gitops/platform-file.ts';
import {
  checkEnvironments,
  checkInStages,
  missingPlatformFile,
  oversizedFile,
  type SourceBranches,
} from '../../platform/check-environments.ts';
import { parsePlatform } from '../../platform/platform.ts';
import type { Environment, Platform } from '../../platform/types.ts';
import { basesOf } from '../../render/platform.ts';
import type { Renderer, SourceTree } from '../../render/types.ts';
import { checkRendering, type EnvironmentReport, environmentIn } from './check-environment.ts';
import { checkedEnvironment } from './checked-environment.ts';
import type { Checkout } from './checkout.ts';
import { type CheckoutKind, checkoutKind } from './checkout-kind.ts';
import { Findings } from './findings.ts';
import type { ForgeRemark } from './forge-remark.ts';

/*
 * Invariants of this folder: the files are checked as they are now, committed or not. The other side comes from the
 * same repository, as it was fetched; nothing is fetched. Whatever would stop a promotion is an error; what is not
 * there to be checked is a warning. What the forge says is neither.
 */

/** The checkout that is checked, with what is known of it. */
export interface ValidateInput {
  readonly checkout: Checkout;
  readonly mainBranch: string;
  /** The URL by which workers read the source. */
  readonly source?: string;
  /** The environment of a config branch's checkout; in a checkout of main, the only one to check. */
  readonly environment?: string;
  /** The branch that a change goes to, as a CI system names it. */
  readonly targetBranch?: string;
  /** The branch that is checked out; in a detached checkout, the one that a CI system names. */
  readonly pushedBranch?: string;
  /** The revision of main to check a config branch with; undefined: the head of main. */
  readonly main?: string;
  /** Renders everything; undefined: nothing is rendered. */
  readonly renderer?: Renderer;
  /** Says what a person should know of an environment's branch on the forge; undefined: no forge is asked. */
  readonly forgeRemark?: ForgeRemark;
}

/** The result of a check; also what `--json` prints. */
export interface ValidateReport {
  readonly kind: CheckoutKind;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly environments: readonly EnvironmentReport[];
}

/**
 * Checks a checkout of main, or of a config branch, together with the other side where that is in the same repository.
 */
export async function validate(input: ValidateInput): Promise<ValidateReport> {
  const tree = await input.checkout.readWorkingTree();
  const text = tree.files.get(configFile)?.content?.toString('utf8');
  const kind = checkoutKind({ ...input, text, stages: await stageNames(input, tree) });
  const findings = new Findings();
  const environments =
    kind === 'Platform' ? await validateMain(input, tree, findings) : await validateConfig(input, tree, findings);
  return { kind, errors: findings.errors, warnings: findings.warnings, environments };
}

/** Lists the environments of main, else of the checkout itself; none where neither can be read. */
async function stageNames(input: ValidateInput, tree: SourceTree): Promise<readonly string[]> {
  const ignored = new Findings();
  const main = await ignored.attempt(() => mainTree(input));
  for (const each of [main, tree]) {
    const platform = each && (await ignored.attempt(() => platformIn(each, 'main')));
    if (platform !== undefined) return platform.stages.flat();
  }
  return [];
}

async function validateMain(
  input: ValidateInput,
  main: SourceTree,
  findings: Findings,
): Promise<readonly EnvironmentReport[]> {
  const { checkout, renderer, mainBranch } = input;
  const platform = await findings.attempt(() => platformIn(main, 'main'));
  if (platform === undefined) return [];
  const merged = await checkout.resolveCommit(...branchRefs(mainBranch));
  const repositories = sourceRepositories(platform, input);
  // The assignment of a base that is on main already waits when the base goes; see docs/design.md "Waiting".
  const alsoBases =
    merged === undefined
      ? new Set<string>()
      : basesOf(await checkout.readTree(merged), { urls: repositories, mainBranch });
  const reports: EnvironmentReport[] = [];
  const policies: Environment[] = [];
  for (const name of environmentsToCheck(platform, input)) {
    const config = await configTree(checkout, name);
    if (config === undefined) {
      findings.warn(missingBranchWarning(checkout, name, `${name} was not checked`));
      continue;
    }
    const policy = await findings.attempt(() => environmentIn(config, name, platform));
    if (policy) policies.push(policy);
    const environment = { name, main, config, policy, mainBranch, sourceRepositories: repositories, alsoBases };
    const report = await checkRendering(environment, renderer, findings);
    if (report) reports.push(await withRemark(report, policy, input));
  }
  await findings.attempt(() => checkEnvironments(policies, sourceOf(input, platform)));
  return reports;
}

async function validateConfig(
  input: ValidateInput,
  config: SourceTree,
  findings: Findings,
): Promise<readonly EnvironmentReport[]> {
  const { checkout, renderer, mainBranch } = input;
  const main = await mainTree(input);
  if (main === undefined) findings.warn(missingBranchWarning(checkout, mainBranch, 'assignments were not checked'));
  const platform = main && (await findings.attempt(() => platformIn(main, 'main')));
  const name = checkedEnvironment(input, platform);
  // Without main it is not known which GitOps repository is the default; any will do, so that this is no error.
  const policy = await findings.attempt(() =>
    environmentIn(config, name, platform ?? { gitopsRepository: 'https://unknown.invalid/unknown/unknown' }),
  );
  if (main === undefined || platform === undefined) return [];
  const others = await otherPolicies(checkout, platform, name);
  if (policy) await findings.attempt(() => checkEnvironments([policy, ...others], sourceOf(input, platform)));
  const repositories = sourceRepositories(platform, input);
  const trees = { main, config, mainBranch, sourceRepositories: repositories, alsoBases: new Set<string>() };
  const report = await checkRendering({ name, policy, ...trees }, renderer, findings);
  return report ? [await withRemark(report, policy, input)] : [];
}

async function withRemark(
  report: EnvironmentReport,
  policy: Environment | undefined,
  { forgeRemark }: ValidateInput,
): Promise<EnvironmentReport> {
  const remark = policy && (await forgeRemark?.(policy));
  return remark === undefined ? report : { ...report, remark };
}

function platformIn(main: SourceTree, where: string): Platform {
  const file = main.files.get(configFile);
  if (file === undefined) throw missingPlatformFile(where);
  if (file.content === undefined) throw oversizedFile(where);
  return parsePlatform(file.content, `${configFile} of ${where}`);
}

function environmentsToCheck(platform: Platform, { environment }: ValidateInput): readonly string[] {
  if (environment === undefined) return platform.stages.flat();
  checkInStages(environment, platform);
  return [environment];
}

/** Lists the refs by which a checkout may have a branch: as the remote has it, else the local one. */
function branchRefs(branch: string): readonly string[] {
  return [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`];
}

async function configTree(checkout: Checkout, name: string): Promise<SourceTree | undefined> {
  const commit = await checkout.resolveCommit(...branchRefs(name));
  return commit === undefined ? undefined : checkout.readTree(commit);
}

async function mainTree({ checkout, main, mainBranch }: ValidateInput): Promise<SourceTree | undefined> {
  const revisions = main === undefined ? branchRefs(mainBranch) : [main];
  const commit = await checkout.resolveCommit(...revisions);
  if (commit !== undefined) return checkout.readTree(commit);
  if (main === undefined) return undefined;
  throw new Failure(
    'NotFound',
    `${checkout.directory} has no commit ${JSON.stringify(main)}. Fetch it first, or check the spelling.`,
  );
}

/** Reads the policies of the other environments, as far as they are here and right; each branch has its own check. */
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

function sourceOf({ checkout, mainBranch }: ValidateInput, { stages }: Platform): SourceBranches {
  return { repository: checkout.origin, mainBranch, stages };
}

function missingBranchWarning({ isGit, directory, origin }: Checkout, branch: string, consequence: string): string {
  if (!isGit) return `${directory} is not the root of a git checkout: ${consequence}. Name one that is.`;
  if (origin === undefined)
    return `There is no branch ${branch} here, and no remote "origin" to fetch it from: ${consequence}. Create the branch, or add the remote.`;
  return `There is no branch ${branch} here: ${consequence}. \`git fetch origin ${branch}:refs/remotes/origin/${branch}\` brings it.`;
}
