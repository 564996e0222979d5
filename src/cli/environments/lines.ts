import { holdWords } from '../../operation/hold.ts';
import { shortSha } from '../../short-sha.ts';
import { tableLines, timeWords } from '../view/table.ts';
import { oneLine } from '../view/view.ts';
import type { OpenRequest } from './requests.ts';
import type { EnvironmentRow, Health } from './row.ts';

const heads = ['ENVIRONMENT', 'MAIN', 'BEHIND', 'CONFIG', 'PROMOTED', 'HEALTH', 'HOLD', 'REQUESTS'] as const;

/** For a terminal: a table, each row followed by what there is to say about it, and last what is about several. */
export function environmentLines(rows: readonly EnvironmentRow[]): readonly string[] {
  const [headline = '', ...lines] = tableLines(heads, rows.map(columns));
  const unknown = new Set(rows.flatMap(({ requestsUnknown }) => requestsUnknown ?? []));
  return [
    headline,
    ...rows.flatMap((row, index) => [lines[index] ?? '', ...details(row).map((line) => `  ${oneLine(line)}`)]),
    ...[...unknown].map((why) => `Open requests are not known: ${oneLine(why)}.`),
  ];
}

const operationWords = { promotion: 'promotion', 'config change': 'config', rollback: 'rollback' } as const;
const none = '-';
const unread = '?';

function columns(row: EnvironmentRow): readonly string[] {
  if (row.head === undefined) return [row.environment, ...Array(5).fill(unread), holdColumn(row), requestsColumn(row)];
  const { deployed, promoted } = row;
  return [
    row.environment,
    deployed ? shortSha(deployed.main) : 'nothing',
    deployed ? String(deployed.behind?.main ?? unread) : none,
    deployed ? configWords(deployed.config, deployed.behind?.config) : none,
    promoted ? shortSha(promoted.main) : none,
    row.health ? healthWords(row.health) : deployed ? 'not recorded' : none,
    holdColumn(row),
    requestsColumn(row),
  ];
}

function configWords(config: string, behind: number | undefined): string {
  return behind === undefined || behind === 0 ? shortSha(config) : `${shortSha(config)} (${behind} behind)`;
}

function healthWords({ event, at, by, clusters }: Health): string {
  const counted = clusters === undefined ? '' : `${clusters.healthy} of ${clusters.total}, `;
  const who = event === 'accepted' && by !== undefined ? ` by ${by}` : '';
  return `${counted}${event} ${timeWords(at)}${who}`;
}

function holdColumn({ head, hold, freeze }: EnvironmentRow): string {
  const held = head === undefined ? unread : hold && 'held';
  return [held, freeze && 'frozen'].filter(Boolean).join(', ') || none;
}

function requestsColumn({ requests }: EnvironmentRow): string {
  if (requests === undefined) return unread;
  return requests.map(({ number, operation }) => `#${number} ${operationWords[operation]}`).join(', ') || none;
}

function details(row: EnvironmentRow): readonly string[] {
  const { error, hold, freeze, requests = [], remarks, ignored } = row;
  return [
    ...(error ? [`error: ${error.message}`] : []),
    ...(hold
      ? [`held since ${timeWords(hold.since)} by ${holdWords(hold)}${hold.config ? ' (config changes, too)' : ''}`]
      : []),
    ...(freeze ? [`frozen until ${timeWords(freeze.until)}: ${freeze.reason}`] : []),
    ...requests.map(requestWords),
    ...remarks,
    ...ignored.map((sentence) => `ignored: ${sentence}`),
  ];
}

function requestWords({ number, state, title, url }: OpenRequest): string {
  return `#${number} ${state}: ${title} ${url}`;
}
