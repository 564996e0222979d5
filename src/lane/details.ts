import { short } from '../promotion/decisions.ts';
import type { LaneStatus, Visitor } from './types.ts';

/** The lane as markdown, for the Temporal UI: who has it, who waits, and what holds it. */
export function laneDetails(status: LaneStatus, trouble?: string): string {
  const { gitops, environment, occupant, waiting, configuring, hold, freeze } = status;
  const lines = [
    `**${text(environment)}**: branch \`${gitops.branch}\` of ${gitops.repository}`,
    '',
    ...(hold ? [`Held by ${text(hold.by)} since ${hold.since}${until(hold.until)}: ${text(hold.reason)}`, ''] : []),
    ...(freeze?.now ? [`Frozen${until(freeze.now.until)}: ${text(freeze.now.reason)}`, ''] : []),
    ...(trouble === undefined ? [] : [`It cannot see the world: ${text(trouble)}`, '']),
    '| | what | main | phase | since (UTC) | workflow |',
    '|---|---|---|---|---|---|',
    ...(occupant ? [row('has the lane', occupant)] : []),
    ...waiting.map((visitor) => row(visitor.standing?.kind ?? 'waits', visitor)),
    ...configuring.map((visitor) => row(visitor.standing?.kind ?? 'waits', visitor)),
  ];
  return lines.join('\n').slice(0, 15_000);
}

function row(place: string, { errand, main, phase, since, workflowId }: Visitor): string {
  const when = since.slice(5, 19).replace('T', ' ');
  return `| ${place} | ${errand} | ${main ? `\`${short(main)}\`` : ''} | ${phase} | ${when} | \`${workflowId}\` |`;
}

function until(end: string | undefined): string {
  return end === undefined ? '' : ` until ${end}`;
}

/** Text from outside must not break the table or become markup. */
function text(value: string): string {
  return value.replace(/[\\|<>[\]`*_]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}
