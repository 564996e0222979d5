import { phaseOf } from '../../lane/details.ts';
import type { LaneStatus, Visitor } from '../../lane/types.ts';
import { holdWords, short } from '../../operation/decisions.ts';
import { oneLine } from './view.ts';

/** A lane as commands show it; also what `--json` prints. */
export interface LaneView extends LaneStatus {
  readonly id: string;
  readonly kind: 'lane';
  /** In the Temporal UI, where its address is known. */
  readonly url?: string;
}

const operationWords = {
  promotion: 'promotion of',
  'config change': 'config change with',
  rollback: 'rollback to',
} as const;

/** For a terminal: whose lane it is, what holds it, who has it, and who waits. */
export function laneLines(view: LaneView): readonly string[] {
  const { occupant, waiting, configuring, url } = view;
  const idle = occupant === undefined && waiting.length + configuring.length === 0;
  return [
    `${view.id}: ${view.environment} of ${view.source}, ${holdText(view)}`,
    ...(view.freeze?.next === undefined ? [] : [`  the next freeze begins at ${view.freeze.next}`]),
    ...(occupant === undefined ? [] : visitorLines('has its turn', occupant)),
    ...waiting.flatMap((visitor) => visitorLines('waits', visitor)),
    ...configuring.flatMap((visitor) => visitorLines('goes beside', visitor)),
    ...(idle ? ['  nobody is there'] : []),
    ...(view.trouble === undefined ? [] : [`  ${view.trouble}`]),
    ...view.refusals.slice(-5).map(({ at, action, reason }) => `  ${at} ${action} refused: ${reason}`),
    ...(url === undefined ? [] : [`  ${url}`]),
  ].map(oneLineIndented);
}

/** What holds a lane now, in one line. */
export function holdText({ hold, freeze }: LaneStatus): string {
  const words = [
    ...(hold === undefined ? [] : [`held by ${holdWords(hold)}${hold.config ? ' (config changes, too)' : ''}`]),
    ...(freeze?.now === undefined ? [] : [`frozen until ${freeze.now.until}: ${freeze.now.reason}`]),
  ];
  return words.length === 0 ? 'not held' : oneLine(words.join('; '));
}

function visitorLines(usual: string, visitor: Visitor): readonly string[] {
  const { operation, main, since, workflowId, override, by, reason, standing } = visitor;
  const place = standing?.kind === 'held' ? 'is held' : standing?.kind === 'superseded' ? 'gives way' : usual;
  const what = main === '' ? 'config change' : `${operationWords[operation]} main ${short(main)}`;
  const asked = by === undefined ? '' : `, asked by ${by}: ${reason ?? ''}`;
  return [
    `  ${place}: the ${what}, ${phaseOf(visitor)}, there since ${since}${asked} (${workflowId})`,
    ...(override === undefined ? [] : [`    in spite of holds, by ${override.by}: ${override.reason}`]),
  ];
}

function oneLineIndented(line: string): string {
  const [indent = ''] = /^ */.exec(line) ?? [];
  return `${indent}${oneLine(line.slice(indent.length))}`;
}
