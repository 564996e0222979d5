import type { Command } from 'commander';
import { Failure } from '../../failure.ts';
import { short } from '../../promotion/decisions.ts';
import type { Action, Decision } from '../../promotion/messages.ts';
import { parseDecision } from '../../promotion/payload.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import type { Io } from '../io.ts';
import { collect, personFrom, withJson } from '../options.ts';
import type { Promotions } from '../promotions.ts';
import { printJson } from '../report.ts';

interface DecideOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly head?: string;
  readonly cluster?: readonly string[];
  readonly json?: boolean;
}

interface Decidable {
  readonly summary: string;
  readonly description: string;
  readonly reason: 'required' | 'optional';
  readonly environment: '<environment>' | '[environment]';
  readonly example: string;
}

const decisions: Readonly<Record<Action, Decidable>> = {
  approve: {
    summary: 'approve the request of an environment as it is now',
    description:
      'Approves the pull request of an environment whose policy is `merge: approval`. An approval counts for one head commit: after a re-render it must be given again.',
    reason: 'optional',
    environment: '<environment>',
    example: 'approve 3f2a9c1 prod --head 81bc0de',
  },
  reject: {
    summary: 'say no: close the request of an environment',
    description: 'Closes the pull request of an environment; the promotion ends there as rejected.',
    reason: 'required',
    environment: '<environment>',
    example: 'reject 3f2a9c1 prod --reason "not before the holidays"',
  },
  accept: {
    summary: 'go on although named clusters are unhealthy',
    description:
      'Goes on with all clusters named that are not healthy. It is recorded as accepted by you, never as healthy.',
    reason: 'required',
    environment: '<environment>',
    example: 'accept 3f2a9c1 prod --cluster prod-us-3 --reason "decommissioned tomorrow"',
  },
  retry: {
    summary: 'try an environment again that needs attention',
    description: 'Tries again where an environment needs attention; its policy is read anew.',
    reason: 'optional',
    environment: '<environment>',
    example: 'retry 3f2a9c1 qa',
  },
  abort: {
    summary: 'end a promotion, in one environment or in all',
    description: 'Ends the promotion in one environment, or in all where none is named, and closes its open requests.',
    reason: 'required',
    environment: '[environment]',
    example: 'abort 3f2a9c1 --reason "wrong release"',
  },
  rollback: {
    summary: 'take an environment back to what was deployed before',
    description:
      'Takes an environment that this promotion reached back to the main commit that was deployed there before. No further stage of the promotion starts.',
    reason: 'required',
    environment: '<environment>',
    example: 'rollback 3f2a9c1 qa --reason "checkout fails"',
  },
};

export function addDecisions(program: Command, io: Io, done: (code: ExitCode) => void): void {
  for (const [name, about] of Object.entries(decisions)) addDecision(program, name as Action, about, io, done);
}

function addDecision(program: Command, action: Action, about: Decidable, io: Io, done: (code: ExitCode) => void): void {
  const command = withJson(program.command(action))
    .summary(about.summary)
    .description(about.description)
    .argument('<promotion>', 'the id of a promotion, or at least 7 digits of its commit')
    .argument(about.environment, 'the environment that is meant')
    .option('--by <name>', "who decides (default: git's user.name, else the system's user)");
  if (about.reason === 'required') command.requiredOption('--reason <text>', 'why; it is recorded');
  else command.option('--reason <text>', 'why; it is recorded');
  if (action === 'approve') {
    command.option('--head <sha>', 'the head commit that you looked at (default: the one that `status` shows now)');
  }
  if (action === 'accept') {
    command.requiredOption('--cluster <name>', 'an unhealthy cluster to go on with; repeat it for each', collect);
  }
  command
    .addHelpText(
      'after',
      `\nExample:\n  $ fairlead ${about.example}\n\nA decision that is refused ends with code 2 and says why.`,
    )
    .action(async (promotion: string, environment: string | undefined, options: DecideOptions) =>
      done(await decide(action, promotion, environment, options, io)),
    );
}

async function decide(
  action: Action,
  reference: string,
  environment: string | undefined,
  options: DecideOptions,
  io: Io,
): Promise<ExitCode> {
  const by = await personFrom(options.by, io);
  const { withPromotions } = await import('../online.ts');
  return withPromotions(io, async (promotions) => {
    const id = await promotions.find(reference);
    const head = action === 'approve' ? (options.head ?? (await headNow(promotions, id, environment))) : undefined;
    const decision: Decision = parseDecision(action, {
      by,
      ...(environment !== undefined && { environment }),
      ...(options.reason !== undefined && { reason: options.reason }),
      ...(head !== undefined && { head: head.toLowerCase() }),
      ...(options.cluster !== undefined && { clusters: options.cluster }),
    });
    const { message } = await promotions.decide(id, action, decision);
    if (options.json) printJson(io, { id, action, ...decision, message });
    else io.out(`${message}.\n`);
    return exitCodes.ok;
  });
}

/** The request's head as a person sees it now; bound to it, the approval cannot slip to a later one. */
async function headNow(promotions: Promotions, id: string, name: string | undefined): Promise<string> {
  const view = await promotions.view(id);
  if (view && view.state !== 'running') {
    throw new Failure('Refused', `approve refused: the promotion ${id} has ended as ${view.state}.`);
  }
  const environment = view?.environments.find(({ environment }) => environment === name);
  if (!environment) {
    const names = view?.environments.map(({ environment }) => environment).join(', ') || 'none yet';
    throw new Failure(
      'InvalidInput',
      `The promotion of ${short(view?.commit ?? id)} has no environment "${name}"; it has ${names}.`,
    );
  }
  if (environment.request) return environment.request.head;
  throw new Failure('Refused', `approve refused: ${name} is ${environment.state}: there is nothing to approve.`);
}
