import { asGiven } from '../../operation/claim.ts';
import { claimedHold, holdWords } from '../../operation/hold.ts';
import { shortSha } from '../../short-names.ts';
import { type Paint, plain, type Tone, toneOfState } from '../view/paint.ts';
import { tableLines, timeWords } from '../view/table.ts';
import { printableLine } from '../view/view.ts';
import type { OpenRequest } from './requests.ts';
import type { EnvironmentRow, Health } from './row.ts';

const environmentHeads = ['ENVIRONMENT', 'MAIN', 'BEHIND', 'CONFIG', 'PROMOTED', 'HEALTH', 'HOLD', 'REQUESTS'] as const;

/** Writes the table of environments: below each row what there is to say about it, at the end what is about several. */
export function environmentTable(rows: readonly EnvironmentRow[], paint: Paint = plain): readonly string[] {
  const paintCell = (text: string, row: number, column: number) => {
    const tone = toneOfCell(rows[row], environmentHeads[column]);
    return tone === undefined ? text : paint(tone, text);
  };
  const [headline = '', ...lines] = tableLines(environmentHeads, rows.map(environmentColumns), paintCell);
  const unknown = new Set(rows.flatMap(({ requestsUnknown }) => requestsUnknown ?? []));
  const unasked = new Set(rows.flatMap(({ underWayUnknown }) => underWayUnknown ?? []));
  return [
    headline,
    ...rows.flatMap((row, index) => [
      lines[index] ?? '',
      ...detailLines(row).map((line) => `  ${printableLine(line)}`),
    ]),
    ...[...unknown].map((why) => `Open requests are not known: ${printableLine(why)}.`),
    ...[...unasked].map((why) => `What is under way is not known: ${printableLine(why)}`),
  ];
}

/** Colours what is recorded of the health, and what holds an environment. */
function toneOfCell(
  row: EnvironmentRow | undefined,
  head: (typeof environmentHeads)[number] | undefined,
): Tone | undefined {
  if (head === 'HEALTH')
    return row?.health?.event === 'given up' ? 'bad' : toneOfState(row?.health?.event ?? row?.underWay?.state ?? '');
  return head === 'HOLD' && (row?.hold || row?.freeze) ? 'waiting' : undefined;
}

const operationNames = { promotion: 'promotion', 'config change': 'config', rollback: 'rollback' } as const;
/** The mark in a column where there is nothing. */
const noneMark = '-';
/** The mark in a column where nothing could be read. */
const unreadMark = '?';

function environmentColumns(row: EnvironmentRow): readonly string[] {
  if (row.head === undefined)
    return [row.environment, ...Array(5).fill(unreadMark), holdColumn(row), requestsColumn(row)];
  const { deployed, promoted } = row;
  return [
    row.environment,
    deployed ? shortSha(deployed.main) : 'nothing',
    deployed ? String(deployed.behind?.main ?? unreadMark) : noneMark,
    deployed ? configWords(deployed.config, deployed.behind?.config) : noneMark,
    promoted ? shortSha(promoted.main) : noneMark,
    row.health ? healthWords(row.health) : deployed ? (row.underWay?.state ?? 'not recorded') : noneMark,
    holdColumn(row),
    requestsColumn(row),
  ];
}

function configWords(config: string, behind: number | undefined): string {
  return behind === undefined || behind === 0 ? shortSha(config) : `${shortSha(config)} (${behind} behind)`;
}

function healthWords({ event, at, by, clusters }: Health): string {
  const counted = clusters === undefined ? '' : `${clusters.healthy} of ${clusters.total}, `;
  const who = event === 'accepted' && by !== undefined ? ` by ${asGiven(by)}` : '';
  return `${counted}${event} ${timeWords(at)}${who}`;
}

function holdColumn({ head, hold, freeze }: EnvironmentRow): string {
  const held = head === undefined ? unreadMark : hold && 'held';
  return [held, freeze && 'frozen'].filter(Boolean).join(', ') || noneMark;
}

function requestsColumn({ requests }: EnvironmentRow): string {
  if (requests === undefined) return unreadMark;
  return requests.map(({ number, operation }) => `#${number} ${operationNames[operation]}`).join(', ') || noneMark;
}

function detailLines(row: EnvironmentRow): readonly string[] {
  const { error, hold, freeze, underWay, requests = [], remarks, ignored } = row;
  return [
    ...(error ? [`error: ${error.message}`] : []),
    ...(hold
      ? [
          `held since ${timeWords(hold.since)} by ${holdWords(claimedHold(hold))}${hold.config ? ' (config changes, too)' : ''}`,
        ]
      : []),
    ...(freeze ? [`frozen until ${timeWords(freeze.until)}: ${freeze.reason}`] : []),
    ...(underWay ? [`${underWay.state}: ${underWay.message} (${underWay.operation})`] : []),
    ...requests.map(requestWords),
    ...remarks,
    ...ignored.map((sentence) => `ignored: ${sentence}`),
  ];
}

function requestWords({ number, state, title, url }: OpenRequest): string {
  return `#${number} ${state}: ${title} ${url}`;
}
