import type { ForgeAccess } from '../../../forge/access.ts';
import { pollReserve } from '../../../forge/budget/budget.ts';
import { type DoctorFinding, notAsked, well, wrong } from '../finding.ts';
import { clockFindings } from './clock.ts';

/** What a forge said of an account, and when, in milliseconds since 1970. */
export interface AccessFacts {
  readonly access: ForgeAccess;
  /** The share of the hour's calls that is left; undefined: the forge counts none. */
  readonly shareLeft: number | undefined;
  readonly now: number;
}

/** Whoever looks once a week must see it in time. */
const soonMs = 14 * 24 * 3_600_000;

/** Says what an account on a forge may do, how long, how often, and by which ways it merges. */
export function accessFindings(about: string, facts: AccessFacts): readonly DoctorFinding[] {
  const { access, now } = facts;
  return [
    ...accountFindings(about, facts),
    budgetFinding(about, facts),
    mergeFinding(about, access),
    ...clockFindings(about, access.time, now),
  ];
}

function accountFindings(about: string, { access, now }: AccessFacts): readonly DoctorFinding[] {
  const { lacking, permissionRemedy: remedy, endsAt, mayWrite, isArchived } = access;
  const findings = [
    ...(isArchived ? [wrong('archived', { about, detail: 'The repository is archived: it takes no changes.' })] : []),
    ...(mayWrite === false
      ? [
          wrong('permissions missing', {
            about,
            detail: 'The account may read, and not write.',
            remedy,
            type: 'Unauthorized',
          }),
        ]
      : []),
    ...(lacking && lacking.needed.length > 0
      ? [
          wrong('permissions missing', {
            about,
            detail: `What is lacking: ${lacking.needed.join(', ')}.`,
            remedy,
            type: 'Unauthorized',
          }),
        ]
      : []),
    ...(endsAt !== undefined && Date.parse(endsAt) - now < soonMs
      ? [wrong('token ends soon', { about, detail: `The token ends at ${endsAt}.`, type: 'Unauthorized' })]
      : []),
  ];
  return findings.length > 0 ? findings : [well({ check: 'access', about }, accountWords(access))];
}

function accountWords({ lacking, mayWrite, endsAt }: ForgeAccess): string {
  const known = lacking !== undefined || mayWrite === true;
  const parts = [
    known ? 'it may write' : 'it may read; what else, the forge does not tell',
    ...(lacking && lacking.wished.length > 0 ? [`without ${lacking.wished.join(', ')}, of which less is shown`] : []),
    ...(endsAt === undefined ? [] : [`until ${endsAt}`]),
  ];
  return parts.join(', ');
}

function budgetFinding(about: string, { shareLeft }: AccessFacts): DoctorFinding {
  if (shareLeft === undefined) return notAsked({ check: 'budget', about }, 'the forge counts no calls');
  const words = `${Math.round(shareLeft * 100)} % of the hour's calls are left`;
  if (shareLeft > pollReserve) return well({ check: 'budget', about }, words);
  return wrong('little budget', { about, detail: `${words}.`, type: 'Unavailable' });
}

function mergeFinding(about: string, { mergeMethods: methods }: ForgeAccess): DoctorFinding {
  if (methods === undefined)
    return notAsked({ check: 'merge methods', about }, 'the forge does not show them to this account');
  if (methods.length > 0) return well({ check: 'merge methods', about }, methods.join(', '));
  return wrong('no way to merge', { about, detail: 'The repository allows none of merge, squash and rebase.' });
}

/** Permissions of an App without which statuses and deployments are not written. */
const reporting = ['statuses: write', 'deployments: write'];

/** Says whether an account may write statuses and deployments to the source: whoever may push there may. */
export function reportFinding(about: string, { mayWrite, lacking }: ForgeAccess): DoctorFinding {
  const missing = [...(lacking?.needed ?? []), ...(lacking?.wished ?? [])].filter((each) => reporting.includes(each));
  if (mayWrite === false || missing.length > 0) {
    const why = missing.length > 0 ? `is not given ${missing.join(', ')}` : 'may read, and not write';
    return wrong('may not report', {
      about,
      detail: `The account ${why}: what each environment came to is not shown at commits of main. Promotions need nothing of it.`,
      type: 'Unauthorized',
    });
  }
  const isKnown = mayWrite === true || lacking !== undefined;
  return isKnown
    ? well({ check: 'reports', about }, 'what each environment came to is shown at commits of main')
    : notAsked({ check: 'reports', about }, 'the forge does not tell what the account may write');
}
