import { Failure } from '../../../failure.ts';
import type { Forge } from '../../../forge/port.ts';
import { requestBranch } from '../../../gitops/request-branch.ts';
import type { OperationKind } from '../../../operation/kind.ts';
import { checkRepositoryUrl } from '../../../platform/repository/repository-url.ts';
import { orFailure } from '../../environments/source.ts';
import type { CheckName } from '../check-names.ts';
import { type DoctorFinding, notAsked } from '../finding.ts';
import { ownBranchFindings, requiredCheckFindings, ruleFindings } from '../judge/rules.ts';
import type { DoctorParts, EnvironmentOrder, GitopsNow } from '../platform.ts';
import type { Check } from '../run-checks.ts';

/** Stands for a commit in the name of a branch that rules are asked about. */
const someCommit = '0'.repeat(40);
const operations: readonly OperationKind[] = ['promotion', 'config change', 'rollback'];

type ForgeQuestion = Extract<CheckName, 'rules' | 'own branches' | 'required checks'>;

/** Lists what the forge of an environment's GitOps repository is asked about its branch, and about ours. */
export function forgeChecks(
  { forges, limitMs }: DoctorParts,
  { environment }: EnvironmentOrder,
  branch: Promise<GitopsNow | undefined>,
): readonly Check[] {
  const { name: about, gitops } = environment;
  const isLocal = checkRepositoryUrl(gitops.repository).webAddress === undefined;
  const questions: Readonly<Record<ForgeQuestion, (forge: Forge) => Promise<readonly DoctorFinding[]>>> = {
    rules: async (forge) => ruleFindings(environment, await forge.branchRules?.(gitops.branch)),
    'own branches': (forge) => askOwnBranches(forge, about, gitops.branch),
    'required checks': (forge) => askRequiredChecks(forge, environment, branch),
  };
  return (Object.keys(questions) as ForgeQuestion[]).map((check) => ({
    check,
    about,
    // The latest request is known when the branch was read.
    limitMs: check === 'required checks' ? 2 * limitMs : limitMs,
    async ask(signal) {
      if (isLocal) return { findings: [notAsked({ check, about }, 'a local repository has no forge')] };
      const found = await orFailure(async () => questions[check](forges.for(gitops.repository, signal)));
      // Why is told of the account, once.
      if (found instanceof Failure && found.type !== 'Unavailable')
        return { findings: [notAsked({ check, about }, 'the forge refuses the account')] };
      if (found instanceof Failure) throw found;
      return { findings: found };
    },
  }));
}

async function askOwnBranches(forge: Forge, about: string, gitopsBranch: string): Promise<readonly DoctorFinding[]> {
  if (forge.refusedPushes === undefined)
    return [notAsked({ check: 'own branches', about }, 'this kind of forge shows its rules to administrators alone')];
  const branches = operations.map((operation) => requestBranch(operation, someCommit, gitopsBranch));
  const asked = await Promise.all(
    branches.map(async (branch) => ({
      branch: branch.replace(someCommit, '<commit>'),
      refused: await forge.refusedPushes?.(branch),
    })),
  );
  return ownBranchFindings(about, asked);
}

async function askRequiredChecks(
  forge: Forge,
  { name: about, gitops: { branch } }: EnvironmentOrder['environment'],
  now: Promise<GitopsNow | undefined>,
): Promise<readonly DoctorFinding[]> {
  const rules = await forge.branchRules?.(branch);
  if (rules === undefined) return [notAsked({ check: 'required checks', about }, 'the account may not read the rules')];
  if (rules.checks.length === 0) return requiredCheckFindings(about, rules, undefined);
  const number = (await forge.openRequests(branch)).at(-1)?.number ?? (await now)?.request;
  if (number === undefined) return requiredCheckFindings(about, rules, undefined);
  return requiredCheckFindings(about, rules, { number, conditions: await forge.mergeConditions?.(number) });
}
