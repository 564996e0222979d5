import { asGiven } from '../operation/claim.ts';
import { claimedHold, type Hold, holdWords } from '../operation/hold.ts';
import { type ToldTrouble, toldWords } from '../operation/trouble/step-trouble.ts';
import { shortSha } from '../short-names.ts';
import { detailsId, detailsText } from '../untrusted-text.ts';
import { allEntries } from './entries.ts';
import { placeWords } from './place.ts';
import type { LaneMove, LanePlace, LaneState, LaneStatus, Phase, TrackedEntry } from './types.ts';

/** Describes the lane in markdown for the Temporal UI: who has it, who waits, and what holds it. */
export function laneDetails(status: LaneStatus, failing: readonly ToldTrouble[] = []): string {
  const { gitops, environment, movedFrom, current, waiting, configuring, hold, freeze, trouble, refusals } = status;
  const others = [...waiting, ...configuring];
  const more = others.length - mostRows;
  const rows = [
    ...(current ? [laneRow('has the lane', current)] : []),
    ...others.slice(0, mostRows).map((tracked) => laneRow(tracked.admission?.kind ?? 'waits', tracked)),
    ...(more > 0 ? [`| … and ${more} more | | | | | |`] : []),
  ];
  const lines = [
    `**${detailsText(environment)}**: branch ${detailsId(gitops.branch, '`')} of ${detailsId(gitops.repository)}`,
    '',
    ...(movedFrom ? [detailsText(movedWords(status, movedFrom)), ''] : []),
    ...(hold
      ? [
          `Held by ${detailsText(asGiven(hold.by))} since ${hold.since}${untilWords(hold.until)}: ${detailsText(hold.reason)}`,
          '',
        ]
      : []),
    ...(freeze?.now ? [`Frozen${untilWords(freeze.now.until)}: ${detailsText(freeze.now.reason)}`, ''] : []),
    ...(trouble === undefined ? [] : [detailsText(trouble), '']),
    ...failing.flatMap((each) => [`**Does not get on**: ${detailsText(toldWords(each))}`, '']),
    ...(rows.length === 0 ? ['No operation is in the lane.'] : tableHead),
    ...rows,
    ...(refusals.length === 0 ? [] : ['']),
    ...refusals.slice(-5).map(({ at, action, reason }) => `- ${at} ${action} refused: ${detailsText(reason)}`),
  ];
  return lines.join('\n').slice(0, 15_000);
}

/**
 * Says why the lane lets nobody in, whom it cannot tell, what it could not record, and where the record disagrees with it;
 * undefined: all is well.
 */
export function laneTrouble(state: LaneState, ofRecord: readonly string[]): string | undefined {
  const { unobservable } = state;
  const untold = allEntries(state).flatMap(({ workflowId, untold: message }) =>
    message
      ? [
          `${workflowId} runs, but takes no message (${message.why}). ${message.until === undefined ? 'It is told again.' : `It is told again at ${message.until}.`}`,
        ]
      : [],
  );
  const words = [...(unobservable ? [`Lets nobody in: ${unobservable.why}`] : []), ...untold, ...ofRecord];
  return words.length === 0 ? undefined : words.join(' ');
}

/** Says that an environment is frozen now, until when and why; undefined: it is not. */
export function frozenWords({ environment, freeze }: Pick<LaneStatus, 'environment' | 'freeze'>): string | undefined {
  return freeze?.now ? `${environment} is frozen until ${freeze.now.until}: ${freeze.now.reason}` : undefined;
}

/** Says why there is nothing to resume. */
export function notHeldWords(status: Pick<LaneStatus, 'environment' | 'freeze'>): string {
  return frozenWords(status) ?? `${status.environment} is not held`;
}

/** Says for searches what `laneTrouble` says at length. */
export function laneSearchWords({ unobservable }: LaneState): string {
  return unobservable
    ? 'the lane lets nobody in'
    : 'the lane could not tell or record something, or the record disagrees with it';
}

/** Says whose lane it is, and was: `Since 2026-…Z it is the lane of prod of https://…; before, it was that of …`. */
export function movedWords(place: LanePlace, { at, ...before }: LaneMove): string {
  return `Since ${at} it is the lane of ${placeWords(place)}; before, it was that of ${placeWords(before)}.`;
}

/** Answers a person who holds an environment: until when it is held now, and what else holds it. */
export function heldWords(environment: string, { until, config }: Hold, before: Hold | undefined): string {
  const end = until === undefined ? 'until somebody resumes it' : `until ${until}`;
  const what = config ? 'promotions and config changes wait' : 'promotions wait, config changes go on';
  const also =
    before === undefined
      ? ''
      : `. It was held already by ${holdWords(claimedHold(before))}; the later of the two ends counts`;
  return `${environment} is held ${end}: ${what}${also}`;
}

/** What is shown has a bound; thousands may wait. */
const mostRows = 50;

const tableHead = ['| | what | main | phase | since (UTC) | workflow |', '|---|---|---|---|---|---|'];

/**
 * Answers the phase as people read it: an entry that was let in is `unmerged`, although it says so only when it is
 * merged.
 */
export function phaseOf({ phase, admission }: TrackedEntry): Phase {
  return phase === 'waiting' && admission?.kind === 'granted' ? 'unmerged' : phase;
}

function laneRow(place: string, tracked: TrackedEntry): string {
  const { operation, main, since, workflowId } = tracked;
  const when = since.slice(5, 19).replace('T', ' ');
  return `| ${place} | ${operation} | ${main ? `\`${shortSha(main)}\`` : ''} | ${phaseOf(tracked)} | ${when} | ${detailsId(workflowId, '`')} |`;
}

function untilWords(end: string | undefined): string {
  return end === undefined ? '' : ` until ${end}`;
}
