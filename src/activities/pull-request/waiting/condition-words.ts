import { cut } from '../../../cut.ts';
import type { MergeConditions, RequiredCheck, Reviewer } from '../../../forge/port.ts';

/** The most names that are listed of one kind. */
const mostNames = 5;

/**
 * Says what a request still lacks on its forge: `2 of 3 required checks are green, "e2e" is running · 1 of 2 approvals`; '' where
 * nothing that may be read is missing. What the forge names is put on one line and cut.
 */
export function conditionWords(conditions: MergeConditions): string {
  const { rules } = conditions;
  const parts = [checkWords(conditions.checks), ...reviewWords(conditions)].filter((part) => part !== '');
  // What the account may not read alone is no reason: nobody knows whether it is in the way.
  if (parts.length === 0 && rules.others.length === 0) return '';
  return [
    ...parts,
    ...(rules.others.length === 0 ? [] : [`required are also ${listed(rules.others)}`]),
    ...(rules.isPartial ? ["some rules are not shown to the worker's account"] : []),
  ].join(' · ');
}

function checkWords(checks: readonly RequiredCheck[]): string {
  const open = checks.filter(({ state }) => state !== 'green');
  if (open.length === 0) return '';
  const green = `${checks.length - open.length} of ${checks.length} required ${checks.length === 1 ? 'check is' : 'checks are'} green`;
  const order: readonly RequiredCheck['state'][] = ['failed', 'running', 'expected'];
  const named = order.flatMap((state) => open.filter((check) => check.state === state)).map(openWords);
  return [green, listed(named)].join(', ');
}

function openWords({ name, state, since }: RequiredCheck): string {
  const when = since === undefined ? '' : ` since ${named(since)}`;
  const words = { green: 'is green', failed: 'failed', running: 'is running', expected: 'has not reported' };
  return `\`${named(name)}\` ${words[state]}${when}`;
}

function reviewWords({
  rules,
  openedAt,
  approvedBy,
  changesRequestedBy,
  reviewAwaitedFrom: awaited,
}: MergeConditions): readonly string[] {
  const lacksApprovals = approvedBy.length < rules.approvals;
  const lacksOwner = rules.codeOwners && (awaited.length > 0 || approvedBy.length === 0);
  const asked = awaited.length === 0 ? '' : ` (asked: ${listed(awaited.map(reviewerWords))})`;
  const open = openedAt === undefined ? '' : `, open since ${named(openedAt)}`;
  const count = `${approvedBy.length} of ${rules.approvals} ${rules.approvals === 1 ? 'approval' : 'approvals'}`;
  const owner = `code owner review missing${asked}`;
  const missing = [
    ...(lacksApprovals ? [lacksOwner ? count : `${count}${asked}`] : []),
    ...(lacksOwner ? [owner] : []),
  ];
  const changes =
    changesRequestedBy.length === 0 ? '' : `changes are asked for by ${listed(changesRequestedBy.map(reviewerWords))}`;
  return [missing.length === 0 ? '' : `${missing.join(', ')}${open}`, changes];
}

function reviewerWords({ name, since }: Reviewer): string {
  return since === undefined ? name : `${name} since ${since}`;
}

function listed(names: readonly string[]): string {
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  return `${names.slice(0, mostNames).map(named).join(', ')}${more}`;
}

function named(name: string): string {
  return cut(name.replace(/\s+/g, ' ').trim(), 160);
}
