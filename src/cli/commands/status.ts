import type { Command } from 'commander';
import { type ExitCode, exitCodeOfPromotion, exitCodes } from '../exit.ts';
import type { Io } from '../io.ts';
import { withJson } from '../options.ts';
import { printJson, printLines } from '../report.ts';
import { promotionLines } from '../view.ts';

interface StatusOptions {
  readonly all?: boolean;
  readonly json?: boolean;
}

/** How many promotions a list shows. */
const listLimit = 30;

export function addStatus(program: Command, io: Io, done: (code: ExitCode) => void): void {
  withJson(program.command('status'))
    .summary('show a promotion, or those that run')
    .description('Shows where a promotion stands and what it waits for; without an id, lists those that run.')
    .argument('[id]', 'the id of a promotion, or at least 7 digits of its commit')
    .option('--all', 'list those that have ended, too')
    .addHelpText(
      'after',
      `
Examples:
  $ fairlead status
  $ fairlead status 3f2a9c1
  $ fairlead status promote/acme/platform/3f2a9c1d… --json

Exit codes: 0 running or promoted, 1 ended otherwise, 4 needs a person.`,
    )
    .action(async (id: string | undefined, options: StatusOptions) => done(await status(id, options, io)));
}

async function status(reference: string | undefined, options: StatusOptions, io: Io): Promise<ExitCode> {
  const { withPromotions } = await import('../online.ts');
  return withPromotions(io, async (promotions) => {
    if (reference === undefined) {
      const list = await promotions.recent({ all: options.all === true, limit: listLimit });
      if (options.json) printJson(io, list);
      else if (list.length > 0)
        printLines(
          io,
          list.map(({ id, state, startedAt }) => `${startedAt}  ${state}  ${id}`),
        );
      else
        io.out(options.all ? 'There are no promotions.\n' : 'No promotion is running. --all lists those that ended.\n');
      return exitCodes.ok;
    }
    const id = await promotions.find(reference);
    const view = await promotions.view(id);
    if (view === undefined) throw (await import('../promotions.ts')).unknownPromotion(reference);
    if (options.json) printJson(io, view);
    else printLines(io, promotionLines(view));
    return exitCodeOfPromotion(view);
  });
}
