import { shortSha } from '../short-names.ts';
import { detailsText } from '../untrusted-text.ts';
import { checkNotes } from './check-words.ts';
import { asGiven } from './claim.ts';
import { claimedHold, holdWords } from './hold.ts';
import type { OperationKind } from './kind.ts';
import type { EnvironmentStatus, FleetStatus, OperationStatus } from './status.ts';
import { type ToldTrouble, toldWords } from './trouble/step-trouble.ts';

/** Temporal takes at most 20 kB of details. */
const mostBytes = 19_000;

/**
 * Describes an operation in markdown for the Temporal UI: a table of its environments with links, then which steps fail
 * again and again, what each environment awaits, and which decisions were refused.
 */
export function operationDetails(status: OperationStatus, failing: readonly ToldTrouble[] = []): string {
  const lines = [
    operationHeading(status),
    '',
    '| environment | state | since (UTC) | main | config | request | healthy | approved |',
    '|---|---|---|---|---|---|---|---|',
    ...status.environments.map((environment) => environmentRow(status.kind, environment)),
    '',
    ...failing.map((each) => `- **does not get on**: ${detailsText(toldWords(each))}`),
    ...status.environments.flatMap(environmentNotes),
    ...status.refusals.slice(-5).map(({ at, action, reason }) => `- ${at} ${action} refused: ${detailsText(reason)}`),
  ];
  return cutToLimit(lines.join('\n'));
}

function operationHeading({ kind, subject, commit, platform, state }: OperationStatus): string {
  const what = kind === 'promotion' ? '' : `${kind === 'rollback' ? 'Rollback' : 'Config change'}: `;
  const which = commit === '' ? '' : `\`${shortSha(commit)}\` of `;
  return `${what}${subject === '' ? '' : `**${detailsText(subject)}** `}(${which}${detailsText(platform)}): **${state}**`;
}

/** Shortens the details to `mostBytes` of UTF-8, with an ellipsis. */
function cutToLimit(whole: string): string {
  const bytes = new TextEncoder().encode(whole);
  // A character that is cut in two becomes one replacement character.
  return bytes.length <= mostBytes ? whole : `${new TextDecoder().decode(bytes.slice(0, mostBytes))}\n…`;
}

function environmentRow(kind: OperationKind, e: EnvironmentStatus): string {
  const started = e.state !== 'waiting' && e.state !== 'not reached';
  const cells = [
    detailsText(e.environment),
    `${e.state}${operationRemark(kind, e.operation)}`,
    started ? e.since.slice(5, 19).replace('T', ' ') : '',
    started && e.main ? `\`${shortSha(e.main)}\`` : '',
    e.config ? `\`${shortSha(e.config)}\`` : '',
    e.request ? `[#${e.request.number}](${e.request.url})` : '',
    e.fleet ? count(e.fleet) : '',
    e.approval ? `${detailsText(asGiven(e.approval.by))}${approvalRemark(e.approval)}` : '',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Answers what an approval says beyond its head: ` (override, removals)`; the empty text where that is nothing. */
export function approvalRemark({ override, removals }: NonNullable<EnvironmentStatus['approval']>): string {
  const words = [...(override ? ['override'] : []), ...(removals ? ['removals'] : [])];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

/** Answers e.g. ` (rollback)` where an environment is being rolled back by a promotion; else the empty text. */
export function operationRemark(kind: OperationKind, operation: OperationKind): string {
  return operation === kind ? '' : ` (${operation})`;
}

/** Answers the message of an environment as it is shown: whoever holds it is named as a claim, in that of an older release, too. */
export function shownMessage({ message, hold }: Pick<EnvironmentStatus, 'message' | 'hold'>): string {
  if (hold === undefined || message.includes(`held by ${asGiven(hold.by)}`)) return message;
  return message.replace(`held by ${hold.by}`, `held by ${asGiven(hold.by)}`);
}

/** Says what holds an environment, and in spite of what hold it goes on, in a sentence each. */
export function holdNotes({ hold, override, message }: EnvironmentStatus): readonly string[] {
  return [
    // A message that is about the hold says it already.
    ...(hold === undefined || message.includes(hold.reason) ? [] : [`held by ${holdWords(claimedHold(hold))}`]),
    ...(override === undefined
      ? []
      : [`goes on in spite of a hold, by ${asGiven(override.by)}: ${override.reason ?? ''}`]),
  ];
}

/** Says how many clusters are healthy: `2 of 3`. */
export function count(fleet: FleetStatus): string {
  return `${fleet.healthy} of ${fleet.total}`;
}

/** Lists below the table what an environment awaits and what people should know of it. */
function environmentNotes(e: EnvironmentStatus): string[] {
  const below = [
    ...holdNotes(e),
    ...(e.fleet?.others.map((c) => `${c.name} ${c.state}: ${c.awaited}`) ?? []),
    ...checkNotes(e),
    ...(e.fleet?.warnings ?? []),
    ...(e.unlabelled === undefined ? [] : [e.unlabelled]),
    ...(e.overwritten ?? []),
    ...(e.ignoredNotes ?? []).map((sentence) => `ignored: ${sentence}`),
    ...e.waitingFor.map((path) => `assigned, but not on main at this commit: ${path}`),
  ];
  if (e.message === '' && below.length === 0) return [];
  return [
    `- **${detailsText(e.environment)}**: ${detailsText(shownMessage(e) || e.state)}`,
    ...below.map((line) => `  - ${detailsText(line)}`),
  ];
}
