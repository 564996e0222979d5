import type { Command } from 'commander';
import { platformId } from '../../../platform/repository/platform-id.ts';
import { noteSeen } from '../../completion/seen.ts';
import { type ExitCode, exitCodeOfFailure, exitCodes } from '../../exit.ts';
import { type Io, paintOf } from '../../io.ts';
import { addMainBranchOption, type MainBranchOption } from '../../main-branch.ts';
import { addJsonOption, addSourceOption, sourceFrom } from '../../options.ts';
import { printJson, printLines } from '../../report.ts';

interface EnvironmentsOptions extends MainBranchOption {
  readonly source?: string;
  readonly json?: boolean;
}

/** Adds `fairlead environments`. */
export function addEnvironments(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addMainBranchOption(addSourceOption(addJsonOption(program.command('environments'))))
    .summary('show what is deployed and promoted in every environment')
    .description(
      'Shows for every environment, in the order of the stages: the deployed commit of main and how many commits main is ahead of it, the config commit, the commit that was last recorded healthy, the last verdict on what is deployed, or what is under way with it, what holds it, and the open requests of Fairlead. Reads git and the forge; Temporal is asked only how what has no verdict yet stands, and need not be there.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead environments --source https://github.com/acme/platform
  $ FAIRLEAD_SOURCE=https://github.com/acme/platform fairlead environments --json

Exit codes: 0 every environment could be read; 2 or 3, the code for the first that could not.`,
    )
    .action(async (options: EnvironmentsOptions) => done(await showEnvironments(options, io)));
}

async function showEnvironments(options: EnvironmentsOptions, io: Io): Promise<ExitCode> {
  const { loadSettings } = await import('../../../settings/settings.ts');
  const settings = await loadSettings(io.env);
  const url = sourceFrom(options, io);
  const { readEnvironments } = await import('../../environments/read.ts');
  const read = await readEnvironments({ url, mainBranch: options.mainBranch }, settings, io);
  const { lacksVerdict } = await import('../../environments/row.ts');
  // What loads Temporal's client is loaded when there is something to ask.
  const rows = read.some(lacksVerdict)
    ? await (await import('../../environments/under-way.ts')).withUnderWay(read, io)
    : read;
  await noteSeen(io, { environments: rows.map(({ environment }) => environment) });
  if (options.json) {
    printJson(io, { platform: platformId(url), source: url, environments: rows });
  } else printLines(io, (await import('../../environments/lines.ts')).environmentTable(rows, paintOf(io)));
  const failed = rows.find(({ error }) => error !== undefined);
  return failed?.error ? exitCodeOfFailure(failed.error.type) : exitCodes.ok;
}
