import type { Command } from 'commander';
import type { DoctorFinding } from '../../doctor/finding.ts';
import { type ExitCode, exitCodeOfFailure, exitCodes } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addMainBranchOption, type MainBranchOption } from '../../main-branch.ts';
import { addJsonOption, addSourceOption, durationArgument, sourceUrl } from '../../options.ts';
import { printJson, printLines } from '../../report.ts';

interface DoctorOptions extends MainBranchOption {
  readonly source?: string;
  readonly environment?: string;
  /** The time for each check, in milliseconds. */
  readonly timeout?: number;
  readonly json?: boolean;
}

/** Adds `fairlead doctor`. */
export function addDoctor(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addMainBranchOption(addSourceOption(addJsonOption(program.command('doctor'))))
    .summary('say what is wrong with an installation, and what mends it')
    .description(
      'Looks at everything that a promotion needs, and writes nothing: Temporal and its workers, the renderer, the source, the GitOps repositories, the account on the forge and its rules, every cluster, the keys of the record, clocks. ✔ is well, ✘ is wrong and has a remedy, ! is a warning, which is no fault, – could not be asked or does not apply. Asks as the worker would: call it where the worker runs, with its settings.',
    )
    .option('--environment <name>', 'look at this environment only')
    .option(
      '--timeout <duration>',
      'the time for each check (default: 10s); a first look at a large repository takes longer',
      durationArgument,
    )
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead doctor --source https://github.com/acme/platform
  $ FAIRLEAD_SOURCE=https://github.com/acme/platform fairlead doctor --environment qa --json

Without a source, Temporal, its workers and the renderer are looked at.
Exit codes: 0 nothing is wrong; 3 something cannot be reached, or refuses the credentials; 2 only other things are wrong.`,
    )
    .action(async (options: DoctorOptions) => done(await showFindings(options, io)));
}

async function showFindings(options: DoctorOptions, io: Io): Promise<ExitCode> {
  const { source, environment, mainBranch, timeout, json } = options;
  const { loadSettings } = await import('../../../settings/settings.ts');
  const settings = await loadSettings(io.env);
  const named = source ?? io.env.FAIRLEAD_SOURCE;
  const url = named ? sourceUrl(named, io) : undefined;
  const { examine } = await import('../../doctor/doctor.ts');
  const findings = await examine(
    settings,
    { url, environment, mainBranch, ...(timeout !== undefined && { limitMs: timeout }) },
    io,
  );
  const { findingJson, findingLines } = await import('../../doctor/view.ts');
  if (json) printJson(io, { ok: !findings.some(isWrong), findings: findings.map(findingJson) });
  else printLines(io, findingLines(findings));
  return exitCodeOfFindings(findings);
}

/** Answers the exit code for what was found: what cannot be reached goes before what is to be mended. */
export function exitCodeOfFindings(findings: readonly DoctorFinding[]): ExitCode {
  const codes = findings.filter(isWrong).map(({ type }) => exitCodeOfFailure(type));
  if (codes.length === 0) return exitCodes.ok;
  return codes.find((code) => code === exitCodes.unreachable) ?? exitCodes.badInput;
}

function isWrong(finding: DoctorFinding): finding is Extract<DoctorFinding, { readonly remedy: string }> {
  return finding.state === 'wrong';
}
