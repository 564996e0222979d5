import type { FailureType } from '../failure.ts';
import { short } from '../promotion/decisions.ts';
import { count } from '../promotion/details.ts';
import type { EnvironmentStatus, PromotionState, Refusal } from '../promotion/status.ts';

/** A promotion as commands show it, running or ended; also what `--json` prints. */
export interface PromotionView {
  readonly id: string;
  readonly platform: string;
  readonly commit: string;
  /** First line of the commit's message, where a worker has read it. */
  readonly subject?: string;
  /** `failed`: it could not be carried out at all, see `failure`; `terminated`: it was ended by force in Temporal. */
  readonly state: PromotionState | 'failed' | 'terminated';
  readonly startedAt: string;
  readonly environments: readonly EnvironmentStatus[];
  readonly refusals: readonly Refusal[];
  /** How it ended, in a sentence. */
  readonly message?: string;
  readonly failure?: { readonly type: FailureType; readonly message: string };
  /** In the Temporal UI, where its address is known. */
  readonly url?: string;
}

/** For a terminal: a headline, a row for each environment, and below it what is awaited there. */
export function promotionLines(view: PromotionView): readonly string[] {
  const subject = view.subject ? ` "${oneLine(view.subject)}"` : '';
  const widths = {
    name: Math.max(0, ...view.environments.map(({ environment }) => environment.length)),
    state: Math.max(0, ...view.environments.map((each) => stateText(each).length)),
  };
  return [
    `${view.platform} ${short(view.commit)}${subject}: ${view.state}`,
    ...view.environments.flatMap((each) => environmentLines(each, widths)),
    ...(view.failure ? [`  ${view.failure.message}`] : []),
    ...view.refusals.slice(-3).map(({ at, action, reason }) => `  refused at ${at}, ${action}: ${oneLine(reason)}`),
    ...(view.url === undefined ? [] : [`  ${view.url}`]),
  ];
}

interface Widths {
  readonly name: number;
  readonly state: number;
}

function environmentLines(each: EnvironmentStatus, { name, state }: Widths): readonly string[] {
  const details = [
    each.fleet && `${count(each.fleet)} clusters healthy`,
    each.request && `#${each.request.number} ${each.request.url}`,
    each.approval && `approved by ${oneLine(each.approval.by)}`,
  ].filter((detail) => detail !== undefined);
  const row = `  ${each.environment.padEnd(name)}  ${stateText(each).padEnd(state)}  ${details.join(', ')}`.trimEnd();
  const below = [
    ...(each.message === '' ? [] : [each.message]),
    ...(each.fleet?.others.slice(0, 5).map((cluster) => `${cluster.name} ${cluster.state}: ${cluster.awaited}`) ?? []),
    ...(each.fleet?.warnings ?? []),
    ...(each.waitingFor.length === 0
      ? []
      : [`assigned, but not on main at this commit: ${each.waitingFor.join(', ')}`]),
  ];
  return [row, ...below.map((line) => `  ${' '.repeat(name)}    ${oneLine(line)}`)];
}

/** The state, and which errand it belongs to where that is not the promotion itself. */
export function stateText({ errand, state, stopping }: EnvironmentStatus): string {
  const text = errand === 'rollback' && state !== 'rolled back' ? `${state} (rollback)` : state;
  return stopping === undefined ? text : `${text}, stopping (${stopping})`;
}

/** What changed between two looks, one line for each environment that did, for logs. */
export function changedLines(before: PromotionView | undefined, now: PromotionView): readonly string[] {
  const known = new Map(before?.environments.map((each) => [each.environment, headline(each)]));
  return now.environments
    .filter((each) => known.get(each.environment) !== headline(each))
    .filter((each) => before !== undefined || each.state !== 'waiting')
    .map(headline);
}

function headline(each: EnvironmentStatus): string {
  const request = each.request ? ` ${each.request.url}` : '';
  const message = each.message === '' ? '' : `: ${oneLine(each.message)}`;
  return `${each.environment} ${stateText(each)}${request}${message}`;
}

/** Text from outside stays on its line and cannot steer the terminal. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '');
}
