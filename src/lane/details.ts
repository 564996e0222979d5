import { shortSha } from '../short-sha.ts';
import { placeWords } from './place.ts';
import type { LaneMove, LanePlace, LaneStatus, Phase, TrackedEntry } from './types.ts';

/** The lane as markdown, for the Temporal UI: who has it, who waits, and what holds it. */
export function laneDetails(status: LaneStatus): string {
  const { gitops, environment, movedFrom, current, waiting, configuring, hold, freeze, trouble, refusals } = status;
  const rows = [
    ...(current ? [row('has the lane', current)] : []),
    ...[...waiting, ...configuring].map((tracked) => row(tracked.admission?.kind ?? 'waits', tracked)),
  ];
  const lines = [
    `**${text(environment)}**: branch \`${gitops.branch}\` of ${gitops.repository}`,
    '',
    ...(movedFrom ? [text(movedWords(status, movedFrom)), ''] : []),
    ...(hold ? [`Held by ${text(hold.by)} since ${hold.since}${until(hold.until)}: ${text(hold.reason)}`, ''] : []),
    ...(freeze?.now ? [`Frozen${until(freeze.now.until)}: ${text(freeze.now.reason)}`, ''] : []),
    ...(trouble === undefined ? [] : [text(trouble), '']),
    ...(rows.length === 0 ? ['Nobody is there.'] : table),
    ...rows,
    ...(refusals.length === 0 ? [] : ['']),
    ...refusals.slice(-5).map(({ at, action, reason }) => `- ${at} ${action} refused: ${text(reason)}`),
  ];
  return lines.join('\n').slice(0, 15_000);
}

/** E.g. `It is that of prod of https://… since 2026-…Z; before, it was that of …`. */
export function movedWords(place: LanePlace, { at, ...before }: LaneMove): string {
  return `Since ${at} it is the lane of ${placeWords(place)}; before, it was that of ${placeWords(before)}.`;
}

const table = ['| | what | main | phase | since (UTC) | workflow |', '|---|---|---|---|---|---|'];

/** As people read it: who was let in says nothing more until it is merged, and renders or has its request open. */
export function phaseOf({ phase, admission }: TrackedEntry): Phase {
  return phase === 'waiting' && admission?.kind === 'granted' ? 'unmerged' : phase;
}

function row(place: string, tracked: TrackedEntry): string {
  const { operation, main, since, workflowId } = tracked;
  const when = since.slice(5, 19).replace('T', ' ');
  return `| ${place} | ${operation} | ${main ? `\`${shortSha(main)}\`` : ''} | ${phaseOf(tracked)} | ${when} | \`${workflowId}\` |`;
}

function until(end: string | undefined): string {
  return end === undefined ? '' : ` until ${end}`;
}

/** Text from outside must not break the table or become markup. */
function text(value: string): string {
  return value.replace(/[\\|<>[\]`*_]/g, '\\$&').replace(/\s*\n\s*/g, ' ');
}
