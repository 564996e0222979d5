import { holdWords, short } from '../../promotion/decisions.ts';
import { tableLines, timeWords } from '../table.ts';
import { oneLine } from '../view.ts';
import type { OpenRequest } from './requests.ts';
import type { EnvironmentRow, Health } from './row.ts';

const heads = ['ENVIRONMENT', 'MAIN', 'BEHIND', 'CONFIG', 'PROMOTED', 'HEALTH', 'HOLD', 'REQUESTS'] as const;

/** For a terminal: a table, each row followed by what there is to say about it. */
export function environmentLines(rows: readonly EnvironmentRow[]): readonly string[] {
  const [headline = '', ...lines] = tableLines(heads, rows.map(columns));
  return [
    headline,
    ...rows.flatMap((row, index) => [lines[index] ?? '', ...details(row).map((line) => `  ${oneLine(line)}`)]),
  ];
}

const errandWords = { promote: 'promotion', configure: 'config', rollback: 'rollback' } as const;
const none = '-';

function columns(row: EnvironmentRow): readonly string[] {
  const { deployed, promoted } = row;
  const read = row.head !== undefined;
  return [
    row.environment,
    deployed ? short(deployed.main) : read ? 'nothing' : '?',
    deployed ? String(deployed.behind?.main ?? '?') : none,
    deployed ? configWords(deployed.config, deployed.behind?.config) : none,
    promoted ? short(promoted.main) : none,
    row.health ? healthWords(row.health) : deployed ? 'not recorded' : none,
    holdColumn(row),
    requestsColumn(row),
  ];
}

function configWords(config: string, behind: number | undefined): string {
  return behind === undefined || behind === 0 ? short(config) : `${short(config)} (${behind} behind)`;
}

function healthWords({ event, at, by, clusters }: Health): string {
  const counted = clusters === undefined ? '' : `${clusters.healthy} of ${clusters.total}, `;
  const who = event === 'accepted' && by !== undefined ? ` by ${by}` : '';
  return `${counted}${event} ${timeWords(at)}${who}`;
}

function holdColumn({ hold, freeze }: EnvironmentRow): string {
  return [hold && 'held', freeze && 'frozen'].filter(Boolean).join(', ') || none;
}

function requestsColumn({ requests }: EnvironmentRow): string {
  if (requests === undefined) return '?';
  return requests.map(({ number, errand }) => `#${number} ${errandWords[errand]}`).join(', ') || none;
}

function details(row: EnvironmentRow): readonly string[] {
  const { error, hold, freeze, requests = [], requestsUnknown, remarks, ignored } = row;
  return [
    ...(error ? [`error: ${error.message}`] : []),
    ...(hold
      ? [`held since ${timeWords(hold.since)} by ${holdWords(hold)}${hold.config ? ' (config changes, too)' : ''}`]
      : []),
    ...(freeze ? [`frozen until ${timeWords(freeze.until)}: ${freeze.reason}`] : []),
    ...requests.map(requestWords),
    ...(requestsUnknown === undefined ? [] : [`requests are not known: ${requestsUnknown}`]),
    ...remarks,
    ...ignored,
  ];
}

function requestWords({ number, state, title, url }: OpenRequest): string {
  return `#${number} ${state}: ${title} ${url}`;
}
