import { resolve } from 'node:path';
import type { Command } from 'commander';
import { loadSettings } from '../../../settings/settings.ts';
import { countOf } from '../../../text/count-of.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import type { Io } from '../../io.ts';
import { addMainBranchOption, type MainBranchOption, mainBranchOf } from '../../main-branch.ts';
import { addJsonOption, sourceUrl } from '../../options.ts';
import { printJson, printLines } from '../../report.ts';
import { openCheckout } from '../../validate/checkout.ts';
import { ciBranches, queueTarget } from '../../validate/ci-branch.ts';
import { createForgeRemark } from '../../validate/forge-remark.ts';
import { type ValidateInput, type ValidateReport, validate } from '../../validate/validate.ts';

interface ValidateOptions extends MainBranchOption {
  readonly environment?: string;
  readonly main?: string;
  readonly render?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** Adds `fairlead validate`. */
export function addValidate(program: Command, io: Io, done: (code: ExitCode) => void): void {
  addMainBranchOption(addJsonOption(program.command('validate')))
    .summary('check a checkout of main or of a config branch')
    .description(
      `Checks fairlead.yaml, and the assignments and leaves of every environment, in the files as they are now. The other side is taken from the same repository: for main the config branches, for a config branch main (from the remote "origin", else the local branch). Needs no Temporal, and asks the network only for the name of a main branch that is not here and, where the token of the forge is set, for what it requires of branches under merge: auto. Errors are what would stop a promotion.`,
    )
    .argument('[dir]', 'the checkout', '.')
    .option(
      '--environment <name>',
      "for a config branch: the environment that it belongs to (default: the pull request's target, or the branch, also as CI tells it)",
    )
    .option('--main <rev>', 'for a config branch: the commit of main to check it with')
    .option('--strict', 'fail on warnings, too: most of them are about branches that are not here to be checked')
    .option('--render', 'render everything, too; the first time this builds the renderer')
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead validate                             in a checkout of main: all environments
  $ fairlead validate --environment qa --render   in a checkout of branch qa, or of a change to it

Exit codes: 0 valid, 2 not valid.`,
    )
    .action(async (dir: string, options: ValidateOptions) => done(await validateDirectory(dir, options, io)));
}

async function validateDirectory(dir: string, options: ValidateOptions, io: Io): Promise<ExitCode> {
  const checkout = await openCheckout(resolve(io.cwd, dir), io);
  const { environment, main } = options;
  const { target, branch } = ciBranches(io.env);
  const configured = io.env.FAIRLEAD_SOURCE;
  const input: ValidateInput = {
    checkout,
    mainBranch: options.mainBranch ?? (await mainBranchOf(checkout, io)),
    environment,
    main,
    targetBranch: target ?? queueTarget(checkout.branch),
    pushedBranch: checkout.branch ?? branch,
    source: configured ? sourceUrl(configured, io) : undefined,
    forgeRemark: createForgeRemark(io),
  };
  const report = options.render ? await validateAndRender(input, io) : await validate(input);
  const ok = report.errors.length === 0 && !(options.strict && report.warnings.length > 0);
  if (options.json) printJson(io, { ok, ...report });
  else printReport(report, ok, io);
  return ok ? exitCodes.ok : exitCodes.badInput;
}

async function validateAndRender(input: ValidateInput, io: Io): Promise<ValidateReport> {
  const { withRenderer } = await import('../../renderer.ts');
  return withRenderer(await loadSettings(io.env), io, (renderer) => validate({ ...input, renderer }));
}

function printReport({ errors, warnings, environments }: ValidateReport, ok: boolean, io: Io): void {
  printLines(
    io,
    environments.flatMap(({ environment, groups, leaves, objects, placeholders = [], remark }) => {
      const rendered = objects === undefined ? '' : `, ${countOf(objects, 'object')}`;
      return [
        `${environment}: ${countOf(leaves, 'leaf', 'leaves')} in ${countOf(groups.length, 'group')} (${groups.join(', ')})${rendered}`,
        ...placeholders.map((sentence) => `  ${sentence}`),
        ...(remark === undefined ? [] : [`  ${remark}`]),
      ];
    }),
  );
  for (const warning of warnings) io.err(`warning: ${warning}\n`);
  for (const error of errors) io.err(`error: ${error}\n`);
  const found = `${countOf(errors.length, 'error')}, ${countOf(warnings.length, 'warning')}`;
  io.out(`${ok ? 'Valid' : 'Not valid'}: ${found}.\n`);
}
