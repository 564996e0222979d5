import { resolve } from 'node:path';
import { loadSettings } from '../../settings/settings.ts';
import { countOf } from '../../text/count-of.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { type Io, paintOf } from '../io.ts';
import type { MainBranchOption } from '../main-branch.ts';
import { mainBranchOf } from '../main-branch.ts';
import { sourceUrl } from '../options.ts';
import { printJson, printLines } from '../report.ts';
import { plain } from '../view/paint.ts';
import { openCheckout } from './checkout.ts';
import { ciBranches, queueTarget } from './ci-branch.ts';
import { createForgeRemark } from './forge-remark.ts';
import { type ValidateInput, type ValidateReport, validate } from './validate.ts';

/** What the command is asked for. */
export interface ValidateOptions extends MainBranchOption {
  readonly environment?: string;
  readonly main?: string;
  readonly render?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** Checks a checkout, and prints what is wrong with it. Throws `Failure` where it cannot be read. */
export async function validateDirectory(dir: string, options: ValidateOptions, io: Io): Promise<ExitCode> {
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
  const { withRenderer } = await import('../renderer.ts');
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
  const paint = io.painters?.err.paint ?? plain;
  for (const warning of warnings) io.err(`${paint('waiting', 'warning:')} ${warning}\n`);
  for (const error of errors) io.err(`${paint('bad', 'error:')} ${error}\n`);
  const found = `${countOf(errors.length, 'error')}, ${countOf(warnings.length, 'warning')}`;
  const verdict = ok ? paintOf(io)('good', 'Valid') : paintOf(io)('bad', 'Not valid');
  io.out(`${verdict}: ${found}.\n`);
}
