import { autoRemark, autoRemarkWords, userWhoMayMerge } from '../../../forge/auto-remark.ts';
import type { BranchRules, MergeConditions } from '../../../forge/port.ts';
import type { Environment } from '../../../platform/types.ts';
import { type DoctorFinding, notAsked, well, wrong } from '../finding.ts';

/** Says what the rules of an environment's branch mean for how it is merged; undefined: they may not be read. */
export function ruleFindings(
  { name: about, gitops: { branch, repository }, merge }: Pick<Environment, 'name' | 'gitops' | 'merge'>,
  rules: BranchRules | undefined,
): readonly DoctorFinding[] {
  if (rules === undefined) return [notAsked({ check: 'rules', about }, 'the account may not read the rules')];
  if (rules.others.includes(userWhoMayMerge) && merge !== 'manual') {
    const detail = 'The branch names who may merge, and the account is not among them.';
    return [wrong('may not merge', { about, detail, type: 'Unauthorized' })];
  }
  const remark = merge === 'auto' ? autoRemark(rules) : undefined;
  if (remark === 'merges at once' || remark === 'merges once signed')
    return [
      wrong('nothing required under auto', {
        about,
        detail: autoRemarkWords(remark, { environment: about, branch, repository }),
      }),
    ];
  if (remark === 'keeps approvals')
    return [
      wrong('approvals outlive a push', {
        about,
        detail:
          'The branch keeps approvals when a request is rendered again, and `merge` is `auto`: what nobody has seen is merged.',
      }),
    ];
  if (remark !== undefined)
    return [
      notAsked({ check: 'rules', about }, 'the account may not read all rules of the branch, which could ask for more'),
    ];
  return [well({ check: 'rules', about }, `\`merge: ${merge}\`; ${requiredWords(rules)}`)];
}

function requiredWords({ checks, approvals, others, queue }: BranchRules): string {
  const parts = [
    ...(checks.length > 0 ? [`checks ${checks.join(', ')}`] : []),
    ...(approvals > 0 ? [`${approvals} ${approvals === 1 ? 'approval' : 'approvals'}`] : []),
    ...(queue ? ['a merge queue'] : []),
    ...others,
  ];
  return parts.length === 0 ? 'nothing is required' : `required are ${parts.join(', ')}`;
}

/** What is known of the latest request to a branch; `conditions`: undefined, the account may not read them. */
export interface LatestRequest {
  readonly number: number;
  readonly conditions: MergeConditions | undefined;
}

/** Says which required checks nothing has reported at the head of the latest request; undefined: there was none. */
export function requiredCheckFindings(
  about: string,
  { checks }: BranchRules,
  latest: LatestRequest | undefined,
): readonly DoctorFinding[] {
  const check = { check: 'required checks', about } as const;
  if (checks.length === 0) return [notAsked(check, 'none are required')];
  if (latest === undefined) return [notAsked(check, `no request yet at which ${checks.join(', ')} could be reported`)];
  if (latest.conditions === undefined) return [notAsked(check, 'the account may not read them')];
  const silent = latest.conditions.checks.filter(({ state }) => state === 'expected').map(({ name }) => name);
  if (silent.length === 0) return [well(check, `all are reported at request #${latest.number}`)];
  return [
    wrong('check never reported', {
      about,
      detail: `Nothing has reported ${silent.join(', ')} at the head of request #${latest.number}.`,
    }),
  ];
}

/** What rules refuse of pushes to one branch; undefined: they may not be read. */
export interface BranchRefusals {
  readonly branch: string;
  readonly refused: readonly string[] | undefined;
}

/** Says which of our branches rules refuse to be pushed to. */
export function ownBranchFindings(about: string, branches: readonly BranchRefusals[]): readonly DoctorFinding[] {
  const check = { check: 'own branches', about } as const;
  if (branches.some(({ refused }) => refused === undefined))
    return [notAsked(check, 'the account may not read the rules')];
  const findings = branches.flatMap(({ branch, refused = [] }) =>
    refused.length === 0
      ? []
      : [
          wrong('pushes refused by rules', {
            about,
            detail: `On ${branch} rules refuse ${refused.join(', ')}.`,
            type: 'Refused',
          }),
        ],
  );
  return findings.length > 0 ? findings : [well(check, 'rulesets let the account push')];
}
