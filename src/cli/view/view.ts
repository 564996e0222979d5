import type { FailureType } from '../../failure.ts';
import { checkNotes } from '../../operation/check-words.ts';
import { asGiven } from '../../operation/claim.ts';
import { approvalRemark, count, holdNotes, operationRemark, shownMessage } from '../../operation/details.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { Refusal } from '../../operation/refusal.ts';
import type { EnvironmentStatus, OperationState, OperationStatus } from '../../operation/status.ts';
import { shortSha } from '../../short-names.ts';
import { type Trouble, troubleKey, troubleWords } from '../trouble/trouble.ts';
import { type Paint, paintState, plain } from './paint.ts';

/** A promotion, a config change or a rollback as commands show it, running or ended; also what `--json` prints. */
export interface OperationView {
  readonly id: string;
  readonly kind: OperationKind;
  readonly platform: string;
  /** The main commit; of a config change, the config commit. '' where no worker has told it. */
  readonly commit: string;
  /** The first line of the commit's message; undefined: no worker has told it. */
  readonly subject?: string;
  /** `failed`: it could not be carried out, as `failure` says. `terminated`: it was ended by force in Temporal. */
  readonly state: OperationState | 'failed' | 'terminated';
  readonly startedAt: string;
  readonly environments: readonly EnvironmentStatus[];
  /** The environments in which something is under way, and the states there; only in a list, of what runs. */
  readonly underWay?: { readonly environments: readonly string[]; readonly states: readonly string[] };
  /** The number of further commits that were asked for, and are looked for. */
  readonly pendingLookups?: OperationStatus['pendingLookups'];
  readonly refusals: readonly Refusal[];
  /** Why it does not get on, although nobody is asked for anything; undefined: nothing is known of that. */
  readonly troubles?: readonly Trouble[];
  /** A sentence on how it ended; before its environments are known, on what is awaited. */
  readonly message?: string;
  readonly failure?: { readonly type: FailureType; readonly message: string };
  /** Its address in the Temporal UI; undefined: it is not known. */
  readonly url?: string;
}

/** Writes lines for a terminal: a headline, a row for each environment, and below each what is awaited there. */
export function operationLines(view: OperationView, paint: Paint = plain): readonly string[] {
  const widths = {
    name: Math.max(0, ...view.environments.map(({ environment }) => environment.length)),
    state: Math.max(0, ...view.environments.map((each) => stateText(view.kind, each).length)),
  };
  return [
    `${operationTitle(view)}: ${paintState(paint, view.state)}`,
    ...view.environments.flatMap((each) => statusLines(view.kind, each, { ...widths, paint })),
    ...(view.environments.length === 0 && view.message ? [`  ${printableLine(view.message)}`] : []),
    ...(view.failure ? [`  ${paint('bad', view.failure.message)}`] : []),
    ...(view.troubles ?? []).map((trouble) => `  ${paint('bad', printableLine(troubleWords(trouble)))}`),
    ...view.refusals
      .slice(-3)
      .map(({ at, action, reason }) => `  refused at ${at}, ${action}: ${printableLine(reason)}`),
    ...(view.url === undefined ? [] : [`  ${view.url}`]),
  ];
}

/**
 * Names an operation: `config change acme/platform 3f2a9c1d "Raise the limits"`. A promotion, the usual kind, is not
 * called one.
 */
function operationTitle({ kind, platform, commit, subject }: OperationView): string {
  return [
    ...(kind === 'promotion' ? [] : [kind]),
    platform,
    ...(commit === '' ? [] : [shortSha(commit)]),
    ...(subject ? [`"${printableLine(subject)}"`] : []),
  ].join(' ');
}

interface RowForm {
  /** The widths of the columns. */
  readonly name: number;
  readonly state: number;
  readonly paint: Paint;
}

function statusLines(kind: OperationKind, each: EnvironmentStatus, { name, state, paint }: RowForm): readonly string[] {
  const details = [
    each.fleet && `${count(each.fleet)} clusters healthy`,
    each.request && `#${each.request.number} ${each.request.url}`,
    each.approval && `approved by ${printableLine(asGiven(each.approval.by))}${approvalRemark(each.approval)}`,
  ].filter((detail) => detail !== undefined);
  const text = details.length === 0 ? stateText(kind, each) : stateText(kind, each).padEnd(state);
  const painted = paintState(paint, each.state, text);
  const row = `  ${each.environment.padEnd(name)}  ${painted}  ${details.join(', ')}`.trimEnd();
  const below = [
    ...(messageOf(each) === '' ? [] : [messageOf(each)]),
    ...holdNotes(each),
    ...(each.fleet?.others.slice(0, 5).map((cluster) => `${cluster.name} ${cluster.state}: ${cluster.awaited}`) ?? []),
    ...checkNotes(each).slice(0, 5),
    ...(each.fleet?.warnings ?? []),
    ...(each.unlabelled === undefined ? [] : [each.unlabelled]),
    ...(each.overwritten ?? []),
    ...(each.ignoredNotes ?? []).map((sentence) => `ignored: ${sentence}`),
    ...(each.waitingFor.length === 0
      ? []
      : [`assigned, but not on main at this commit: ${each.waitingFor.join(', ')}`]),
  ];
  return [row, ...below.map((line) => `  ${' '.repeat(name)}    ${printableLine(line)}`)];
}

/** Names the state, and the kind of operation that it belongs to where that is another. */
function stateText(kind: OperationKind, { operation, state, stopping }: EnvironmentStatus): string {
  const text = `${state}${operationRemark(kind, operation)}`;
  return stopping === undefined ? text : `${text}, stopping (${stopping})`;
}

/** The part of an operation of which each change is told. */
type ChangingView = Pick<OperationView, 'kind' | 'environments' | 'message' | 'troubles'> &
  Partial<Pick<OperationView, 'state'>>;

/** Writes a line for logs for each environment that changed between two looks, and for each new trouble. */
export function changedLines(before: ChangingView | undefined, now: ChangingView): readonly string[] {
  return [...environmentChanges(before, now), ...newTroubles(before, now)];
}

function newTroubles(before: ChangingView | undefined, { troubles = [] }: ChangingView): readonly string[] {
  const known = new Set(before?.troubles?.map(troubleKey));
  return troubles
    .filter((trouble) => !known.has(troubleKey(trouble)))
    .map((trouble) => printableLine(troubleWords(trouble)));
}

function environmentChanges(before: ChangingView | undefined, now: ChangingView): readonly string[] {
  if (now.environments.length === 0) return waitingLines(before, now);
  const changeLine = (each: EnvironmentStatus) => environmentHeadline(now.kind, each);
  const known = new Map(before?.environments.map((each) => [each.environment, changeLine(each)]));
  return now.environments
    .filter((each) => known.get(each.environment) !== changeLine(each))
    .filter((each) => before !== undefined || each.state !== 'waiting')
    .map(changeLine);
}

/** Says what is awaited before the environments are known, where that is new. */
function waitingLines(before: ChangingView | undefined, { state, message }: ChangingView): readonly string[] {
  return state === 'running' && message && message !== before?.message ? [printableLine(message)] : [];
}

function environmentHeadline(kind: OperationKind, each: EnvironmentStatus): string {
  const request = each.request ? ` ${each.request.url}` : '';
  const message = messageOf(each) === '' ? '' : `: ${printableLine(messageOf(each))}`;
  const hold = holdNotes(each).map((note) => ` (${printableLine(note)})`);
  return `${each.environment} ${stateText(kind, each)}${request}${message}${hold.join('')}`;
}

/** Says what is awaited, or why it ended; '' while it is being stopped, because nothing is awaited then. */
function messageOf(status: EnvironmentStatus): string {
  return status.stopping === undefined ? shownMessage(status) : '';
}

/** Makes one line of a text from outside, without characters that could steer the terminal. */
export function printableLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '');
}
