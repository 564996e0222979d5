import type { FailureType } from '../../failure.ts';
import { count, holdNotes, operationRemark } from '../../operation/details.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { Refusal } from '../../operation/refusal.ts';
import type { EnvironmentStatus, OperationState } from '../../operation/status.ts';
import { shortSha } from '../../short-sha.ts';

/** A promotion, a config change or a rollback as commands show it, running or ended; also what `--json` prints. */
export interface OperationView {
  readonly id: string;
  readonly kind: OperationKind;
  readonly platform: string;
  /** The main commit; of a config change, the config commit. Empty where no worker has told it. */
  readonly commit: string;
  /** First line of the commit's message, where a worker has read it. */
  readonly subject?: string;
  /** `failed`: it could not be carried out at all, see `failure`; `terminated`: it was ended by force in Temporal. */
  readonly state: OperationState | 'failed' | 'terminated';
  readonly startedAt: string;
  readonly environments: readonly EnvironmentStatus[];
  /** In a list, of what runs: where something is under way, and in which states. */
  readonly underWay?: { readonly environments: readonly string[]; readonly states: readonly string[] };
  /** So many more commits were asked for, and are looked for. */
  readonly asked?: number;
  readonly refusals: readonly Refusal[];
  /** How it ended, in a sentence. */
  readonly message?: string;
  readonly failure?: { readonly type: FailureType; readonly message: string };
  /** In the Temporal UI, where its address is known. */
  readonly url?: string;
}

/** For a terminal: a headline, a row for each environment, and below it what is awaited there. */
export function operationLines(view: OperationView): readonly string[] {
  const widths = {
    name: Math.max(0, ...view.environments.map(({ environment }) => environment.length)),
    state: Math.max(0, ...view.environments.map((each) => stateText(view.kind, each).length)),
  };
  return [
    `${title(view)}: ${view.state}`,
    ...view.environments.flatMap((each) => environmentLines(view.kind, each, widths)),
    ...(view.environments.length === 0 && view.message ? [`  ${oneLine(view.message)}`] : []),
    ...(view.failure ? [`  ${view.failure.message}`] : []),
    ...view.refusals.slice(-3).map(({ at, action, reason }) => `  refused at ${at}, ${action}: ${oneLine(reason)}`),
    ...(view.url === undefined ? [] : [`  ${view.url}`]),
  ];
}

/** E.g. `config change acme/platform 3f2a9c1d "Raise the limits"`; promotions are the rule and not named as such. */
function title({ kind, platform, commit, subject }: OperationView): string {
  return [
    ...(kind === 'promotion' ? [] : [kind]),
    platform,
    ...(commit === '' ? [] : [shortSha(commit)]),
    ...(subject ? [`"${oneLine(subject)}"`] : []),
  ].join(' ');
}

interface Widths {
  readonly name: number;
  readonly state: number;
}

function environmentLines(kind: OperationKind, each: EnvironmentStatus, { name, state }: Widths): readonly string[] {
  const details = [
    each.fleet && `${count(each.fleet)} clusters healthy`,
    each.request && `#${each.request.number} ${each.request.url}`,
    each.approval && `approved by ${oneLine(each.approval.by)}${each.approval.override ? ' (override)' : ''}`,
  ].filter((detail) => detail !== undefined);
  const row =
    `  ${each.environment.padEnd(name)}  ${stateText(kind, each).padEnd(state)}  ${details.join(', ')}`.trimEnd();
  const below = [
    ...(messageOf(each) === '' ? [] : [messageOf(each)]),
    ...holdNotes(each),
    ...(each.fleet?.others.slice(0, 5).map((cluster) => `${cluster.name} ${cluster.state}: ${cluster.awaited}`) ?? []),
    ...(each.fleet?.warnings ?? []),
    ...(each.unlabelled === undefined ? [] : [each.unlabelled]),
    ...(each.waitingFor.length === 0
      ? []
      : [`assigned, but not on main at this commit: ${each.waitingFor.join(', ')}`]),
  ];
  return [row, ...below.map((line) => `  ${' '.repeat(name)}    ${oneLine(line)}`)];
}

/** The state, and which operation it belongs to where that is not the operation's own. */
function stateText(kind: OperationKind, { operation, state, stopping }: EnvironmentStatus): string {
  const text = `${state}${operationRemark(kind, operation)}`;
  return stopping === undefined ? text : `${text}, stopping (${stopping})`;
}

/** What changed between two looks, one line for each environment that did, for logs. */
export function changedLines(
  before: Pick<OperationView, 'kind' | 'environments'> | undefined,
  now: Pick<OperationView, 'kind' | 'environments'>,
): readonly string[] {
  const lineOf = (each: EnvironmentStatus) => headline(now.kind, each);
  const known = new Map(before?.environments.map((each) => [each.environment, lineOf(each)]));
  return now.environments
    .filter((each) => known.get(each.environment) !== lineOf(each))
    .filter((each) => before !== undefined || each.state !== 'waiting')
    .map(lineOf);
}

function headline(kind: OperationKind, each: EnvironmentStatus): string {
  const request = each.request ? ` ${each.request.url}` : '';
  const message = messageOf(each) === '' ? '' : `: ${oneLine(messageOf(each))}`;
  const hold = holdNotes(each).map((note) => ` (${oneLine(note)})`);
  return `${each.environment} ${stateText(kind, each)}${request}${message}${hold.join('')}`;
}

/** What is awaited, or why it ended; nothing is awaited any more of what is being stopped. */
function messageOf({ message, stopping }: EnvironmentStatus): string {
  return stopping === undefined ? message : '';
}

/** Text from outside stays on its line and cannot steer the terminal. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '');
}
