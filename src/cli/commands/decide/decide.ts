import type { Command } from 'commander';
import { Failure } from '../../../failure.ts';
import { refusal } from '../../../operation/decisions.ts';
import type { Action, Decision } from '../../../operation/messages.ts';
import { type ExitCode, exitCodes } from '../../exit.ts';
import type { Invocation, Io } from '../../io.ts';
import { addByOption, addJsonOption, collectValues, personFrom } from '../../options.ts';
import { printJson } from '../../report.ts';
import { type OperationReference, tooLateFailure, unknownFailure } from '../../temporal/operation-reference.ts';
import type { Operations } from '../../temporal/operations.ts';
import { stuckFailure } from '../../trouble/trouble.ts';
import { printableLine } from '../../view/view.ts';

interface DecideOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly head?: string;
  readonly override?: boolean;
  readonly removals?: boolean;
  readonly cluster?: readonly string[];
  readonly group?: readonly string[];
  readonly allUnknown?: boolean;
  readonly json?: boolean;
}

/** A decision, as its command explains it. */
interface DecisionCommand {
  readonly summary: string;
  readonly description: string;
  readonly reason: 'required' | 'optional';
  readonly environment: '<environment>' | '[environment]';
  readonly example: string;
}

/** The decisions that are commands. `rollback` is another command, which works also when no promotion runs. */
const decisionCommands: Readonly<Record<Exclude<Action, 'rollback'>, DecisionCommand>> = {
  approve: {
    summary: 'approve the request of an environment as it is now',
    description:
      'Approves the pull request of an environment whose policy is `merge: approval`. An approval counts for one head commit: after a re-render it must be given again. While the environment is held or frozen, --override approves all the same, in an emergency; an operation that has not begun there is let in. What a request removes and the environment names under `guard` is approved with --removals only.',
    reason: 'optional',
    environment: '<environment>',
    example: 'approve 3f2a9c1 prod --head 81bc0de',
  },
  reject: {
    summary: 'say no: close the request of an environment',
    description: 'Closes the pull request of an environment; the operation that opened it ends there as rejected.',
    reason: 'required',
    environment: '<environment>',
    example: 'reject 3f2a9c1 prod --reason "not before the holidays"',
  },
  accept: {
    summary: 'go on although clusters are unhealthy, or a check has not passed',
    description:
      'Goes on although clusters are not healthy, or a check of `verify` has not passed. Each cluster that is concerned must be named: by --cluster, by its group, or by --all-unknown where it gives no answer. The record says that you accepted it, never that it was healthy.',
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
    summary: 'end what runs, in one environment or in all',
    description:
      'Ends a promotion, a config change or a rollback in one environment, or in all where none is named, and closes its open requests.',
    reason: 'required',
    environment: '[environment]',
    example: 'abort 3f2a9c1 --reason "wrong release"',
  },
};

/** Adds a command for each decision: `fairlead approve`, `reject`, `accept`, `retry` and `abort`. */
export function addDecisions(program: Command, io: Io, done: (code: ExitCode) => void): void {
  for (const [action, about] of Object.entries(decisionCommands) as [Action, DecisionCommand][]) {
    addDecision(program.command(action), about).action(
      async (reference: string, environment: string | undefined, options: DecideOptions) =>
        done(await sendDecision(action, { reference, environment }, { options, io })),
    );
  }
}

function addDecision(command: Command, about: DecisionCommand): Command {
  const action = command.name();
  addJsonOption(command)
    .summary(about.summary)
    .description(about.description)
    .argument('<id>', 'the id of a promotion, a config change or a rollback, or at least 7 digits of its commit')
    .argument(about.environment, 'the environment');
  addByOption(command);
  if (about.reason === 'required') command.requiredOption('--reason <text>', 'why; it is recorded');
  else command.option('--reason <text>', 'why; it is recorded');
  if (action === 'approve') {
    command.option('--head <sha>', 'the head commit that you looked at (default: the one that `status` shows now)');
    command.option('--override', 'in spite of a hold or a freeze; with --reason');
    command.option('--removals', 'with all that it removes, also what the `guard` of the environment names');
  }
  if (action === 'accept') {
    command.option('--cluster <name>', 'an unhealthy cluster to go on with; repeat it for each', collectValues);
    command.option('--group <name>', 'all unhealthy clusters of a group; repeat it for each', collectValues);
    command.option('--all-unknown', 'all clusters that give no answer');
  }
  return command.addHelpText(
    'after',
    `\nExample:\n  $ fairlead ${about.example}\n\nA decision that is refused ends with code 2 and says why.`,
  );
}

/** The operation and the environment that a decision is about, in a person's words. */
interface DecisionTarget {
  /** An id, or digits of a commit. */
  readonly reference: string;
  readonly environment: string | undefined;
}

async function sendDecision(
  action: Action,
  { reference, environment }: DecisionTarget,
  { options, io }: Invocation<DecideOptions>,
): Promise<ExitCode> {
  if (options.override && options.reason === undefined) {
    throw new Failure('InvalidInput', 'An override is recorded with its reason. Say it with --reason.');
  }
  const by = await personFrom(options.by, io);
  const { reason, override, removals, cluster: clusters, group: groups, allUnknown } = options;
  const given = { by, environment, reason, override, removals, clusters, groups, allUnknown };
  const { withTemporalNamespace } = await import('../../temporal/online.ts');
  const { parseDecision } = await import('../../../operation/payload.ts');
  return withTemporalNamespace(io, async ({ operations }) => {
    const found = await operations.find(reference);
    const head = action === 'approve' ? (options.head ?? (await requestHead(operations, found, given))) : undefined;
    const decision = parseDecision(action, { ...given, head: head?.toLowerCase() });
    const { message } = await operations.decide(found, action, decision);
    if (options.json) printJson(io, { id: found.id, action, ...decision, message });
    else io.out(`${printableLine(message)}.\n`);
    return exitCodes.ok;
  });
}

/**
 * Answers the request's head as a person sees it now, so that the approval does not count for a later one. Undefined
 * for an override where nothing is rendered yet. Throws `Failure` where there is nothing to approve.
 */
async function requestHead(
  operations: Operations,
  reference: OperationReference,
  decision: Pick<Decision, 'environment' | 'by' | 'override'>,
): Promise<string | undefined> {
  const view = await operations.view(reference);
  if (view === undefined) throw unknownFailure(reference.id);
  if (view.state !== 'running') throw tooLateFailure('approve', view);
  const stuck = view.troubles?.find(({ kind, lane }) => kind === 'workflow task' && lane === undefined);
  if (stuck) throw stuckFailure(view.id, stuck);
  const head = view.environments.find(({ environment }) => environment === decision.environment)?.request?.head;
  if (head !== undefined || decision.override) return head;
  const reason = refusal({ ...view, state: view.state }, 'approve', decision);
  throw new Failure('Refused', `approve refused: ${reason ?? 'there is nothing to approve'}`);
}
