import { movedWords, phaseOf } from '../../lane/details.ts';
import type { LaneStatus, TrackedEntry } from '../../lane/types.ts';
import { asGiven } from '../../operation/claim.ts';
import { claimedHold, holdWords } from '../../operation/hold.ts';
import { shortSha } from '../../short-names.ts';
import { type Trouble, troubleWords } from '../trouble/trouble.ts';
import { type Paint, plain } from './paint.ts';
import { timeWords } from './table.ts';
import { printableLine } from './view.ts';

/** A lane as commands show it; also what `--json` prints. */
export interface LaneView extends LaneStatus {
  readonly id: string;
  readonly kind: 'lane';
  /** Why it does not get on; undefined: nothing is known of that. `trouble` is the lane's own word. */
  readonly troubles?: readonly Trouble[];
  /** Its address in the Temporal UI; undefined: it is not known. */
  readonly url?: string;
}

const operationPhrases = {
  promotion: 'promotion of',
  'config change': 'config change with',
  rollback: 'rollback to',
} as const;

/** Writes lines for a terminal: whose lane it is, what holds it, who has its turn, and who waits. */
export function laneLines(view: LaneView, paint: Paint = plain): readonly string[] {
  const { current, waiting, configuring, url } = view;
  const idle = current === undefined && waiting.length + configuring.length === 0;
  return [
    `${view.id}: ${view.environment} of ${view.source}, ${isHeld(view) ? paint('waiting', holdText(view)) : holdText(view)}`,
    ...(view.movedFrom === undefined ? [] : [`  ${movedWords(view, view.movedFrom)}`]),
    ...(view.freeze?.next === undefined ? [] : [`  the next freeze begins at ${view.freeze.next}`]),
    ...(current === undefined ? [] : entryLines('has its turn', current)),
    ...waiting.flatMap((tracked) => entryLines('waits', tracked)),
    ...configuring.flatMap((tracked) => entryLines('goes beside', tracked)),
    ...(view.more === undefined ? [] : [`  … and ${view.more} more wait`]),
    ...(idle ? ['  nothing runs or waits here'] : []),
    ...(view.trouble === undefined ? [] : [`  ${view.trouble}`]),
    ...(view.troubles ?? []).map((each) => `  ${paint('bad', troubleWords(each))}`),
    ...view.refusals.slice(-5).map(({ at, action, reason }) => `  ${at} ${action} refused: ${reason}`),
    ...(url === undefined ? [] : [`  ${url}`]),
  ].map(printableIndented);
}

function isHeld({ hold, freeze }: LaneStatus): boolean {
  return hold !== undefined || freeze?.now !== undefined;
}

/** Says in one line what holds a lane now. */
export function holdText({ hold, freeze }: LaneStatus): string {
  const words = [
    ...(hold === undefined
      ? []
      : [`held by ${holdWords(claimedHold(hold))}${hold.config ? ' (config changes, too)' : ''}`]),
    ...(freeze?.now === undefined ? [] : [`frozen until ${freeze.now.until}: ${freeze.now.reason}`]),
  ];
  return words.length === 0 ? 'not held' : printableLine(words.join('; '));
}

function entryLines(usual: string, tracked: TrackedEntry): readonly string[] {
  const { operation, main, since, workflowId, override, by, reason, admission } = tracked;
  const place = admission?.kind === 'held' ? 'is held' : admission?.kind === 'superseded' ? 'gives way' : usual;
  const what = main === '' ? 'config change' : `${operationPhrases[operation]} main ${shortSha(main)}`;
  const asked = by === undefined ? '' : `, asked by ${asGiven(by)}: ${reason ?? ''}`;
  return [
    `  ${place}: the ${what}, ${phaseOf(tracked)}, since ${timeWords(since)}${asked} (${workflowId})`,
    ...(override === undefined ? [] : [`    in spite of holds, by ${asGiven(override.by)}: ${override.reason}`]),
  ];
}

function printableIndented(line: string): string {
  const [indent = ''] = /^ */.exec(line) ?? [];
  return `${indent}${printableLine(line.slice(indent.length))}`;
}
