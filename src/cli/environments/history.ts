import { listNames } from '../../fleet/words.ts';
import { asGiven } from '../../operation/claim.ts';
import type { RecordedEntry } from '../../record/entry.ts';
import { loadSettings } from '../../settings/settings.ts';
import { shortSha } from '../../short-names.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { formerWords } from '../former-environment.ts';
import type { Io } from '../io.ts';
import type { MainBranchOption } from '../main-branch.ts';
import { sourceFrom } from '../options.ts';
import { printJson, printLines } from '../report.ts';
import { openRepositories } from '../repositories.ts';
import { tableLines, timeWords } from '../view/table.ts';
import { printableLine } from '../view/view.ts';
import { ignoredWords, newestEntries, openRecord } from './record.ts';
import { environmentPlace, readSource } from './source.ts';

/** What the command is asked for. */
export interface HistoryOptions extends MainBranchOption {
  readonly source?: string;
  readonly limit: number;
  readonly json?: boolean;
}

/** Prints the record of an environment. Throws `Failure` where it cannot be read. */
export async function showHistory(environment: string, options: HistoryOptions, io: Io): Promise<ExitCode> {
  const repositories = openRepositories(await loadSettings(io.env), io, options);
  const source = await readSource(repositories.open(sourceFrom(options, io)));
  const policy = await environmentPlace(source, environment);
  if (policy.isFormer) io.err(`${formerWords(environment)}\n`);
  const record = await openRecord({ repositories }, source, policy);
  const { entries, ignored, older } = await newestEntries(record, options.limit);
  const notCounted = [...ignored, ...record.damaged];
  if (options.json) {
    printJson(io, { environment, gitops: policy.gitops, entries, older, ignored: notCounted });
    return exitCodes.ok;
  }
  if (entries.length === 0) io.out(`Nothing is recorded of ${environment} yet.\n`);
  else printLines(io, tableLines(historyHeads, entries.map(historyColumns)));
  if (older > 0) io.out(`${older} older: --limit ${options.limit + older} shows them, too.\n`);
  printLines(
    io,
    notCounted.map((note) => printableLine(`ignored: ${ignoredWords(note)}`)),
  );
  return exitCodes.ok;
}

const historyHeads = ['TIME', 'WHAT', 'MAIN', 'CONFIG', 'HEALTHY', 'REQUEST', 'COMMIT', 'BY', 'ABOUT'] as const;

function historyColumns(entry: RecordedEntry): readonly string[] {
  const { time, event, main = '', config = '', clusters, request, commit } = entry;
  const healthy = clusters === undefined ? '' : `${clusters.healthy} of ${clusters.total}`;
  const pair = [shortSha(main), shortSha(config)];
  const number = request === undefined ? '' : `#${request}`;
  const what = entry.unproven === undefined ? event : `${event} (NOT SIGNED)`;
  return [timeWords(time), what, ...pair, healthy, number, shortSha(commit), byColumn(entry), aboutColumn(entry)];
}

/** Names the person: what the forge said as it is, and every other name as a claim. */
function byColumn({ by = '', byForge = false }: RecordedEntry): string {
  return by === '' || byForge ? by : asGiven(by);
}

function aboutColumn(entry: RecordedEntry): string {
  const { operation, request, event, reason, leftOut, until, configHeld, revert } = entry;
  const parts = [
    entry.unproven !== undefined && `does not count: it ${entry.unproven}`,
    (event === 'deployed' || event === 'given up') && operation,
    event === 'deployed' && request === undefined && 'nothing to change',
    reason,
    leftOut !== undefined && leftOut.length > 0 && `without ${listNames(leftOut)}`,
    until !== undefined && `until ${timeWords(until)}`,
    event === 'held' && configHeld === true && 'config changes, too',
    revert !== undefined && `moved back by ${shortSha(revert)}`,
  ];
  return parts.filter((part) => typeof part === 'string' && part !== '').join(', ');
}
