import type { FailureType } from '../failure.ts';
import type { OperationKind } from '../operation/kind.ts';
import { type EnvironmentStatus, hasEnded } from '../operation/status.ts';
import type { OperationView } from './view/view.ts';

/** The exit codes of every command; docs/cli.md documents them. */
export const exitCodes = {
  /** The command is done, and what it waited for ended as it should. */
  ok: 0,
  /** The operation that was waited for ended otherwise, or Fairlead has a defect. */
  otherwise: 1,
  /** The input is bad: arguments, files, a commit that is unknown, a decision that is refused. */
  badInput: 2,
  /** Temporal, a worker, a repository or a forge cannot be reached. */
  unreachable: 3,
  /** The operation runs, and a person must approve, merge, resume or decide before it goes on. */
  needsPerson: 4,
  /** `--timeout` passed, and nobody needs to do anything. */
  stillRunning: 5,
  /** What was compared differs. */
  differences: 6,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each code means: the words of `--help`, and those that the table of docs/cli.md begins with. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'it ended otherwise',
  2: 'bad input',
  3: 'Temporal, a worker, a repository or a forge cannot be reached',
  4: 'it runs, and waits for a person',
  5: '--timeout passed',
  6: 'there are differences',
};

/** Lists codes with their meanings, for `--help`. */
export function exitCodeWords(...codes: readonly ExitCode[]): string {
  return codes.map((code) => `${code} ${exitCodeMeanings[code]}`).join('; ');
}

const byFailure: Readonly<Record<FailureType, ExitCode>> = {
  InvalidConfig: exitCodes.badInput,
  InvalidInput: exitCodes.badInput,
  RenderFailed: exitCodes.badInput,
  NotFound: exitCodes.badInput,
  Refused: exitCodes.badInput,
  Unauthorized: exitCodes.unreachable,
  Unavailable: exitCodes.unreachable,
  Internal: exitCodes.otherwise,
};

/** Answers the exit code for a failure. */
export function exitCodeOfFailure(type: FailureType): ExitCode {
  return byFailure[type];
}

/** The states in which an operation ends as it was asked to. */
const successStates: Readonly<Record<OperationKind, readonly OperationView['state'][]>> = {
  promotion: ['promoted'],
  'config change': ['configured', 'unchanged', 'accepted', 'nothing promoted yet'],
  rollback: ['rolled back', 'unchanged', 'accepted'],
};

/** Answers the exit code for a promotion, a config change or a rollback as it stands now. */
export function exitCodeOfOperation(view: OperationView): ExitCode {
  if (view.failure !== undefined) return exitCodeOfFailure(view.failure.type);
  if (successStates[view.kind].includes(view.state)) return exitCodes.ok;
  if (view.state !== 'running') return exitCodes.otherwise;
  return awaitsPerson(view) ? exitCodes.needsPerson : exitCodeOfTroubles(view.troubles);
}

/** Answers the exit code of what runs: of its first trouble, or 0 where there is none. */
export function exitCodeOfTroubles([trouble]: NonNullable<OperationView['troubles']> = []): ExitCode {
  return trouble === undefined ? exitCodes.ok : exitCodeOfFailure(trouble.failure.type);
}

/** Tells whether a person must decide, and nothing else moves meanwhile. */
export function isStuck({
  environments,
  pendingLookups = 0,
}: Pick<OperationView, 'environments' | 'pendingLookups'>): boolean {
  // A commit that somebody asked for meanwhile may be the remedy.
  if (pendingLookups > 0) return false;
  const open = environments.filter(({ state }) => state !== 'waiting' && !hasEnded(state));
  return open.length > 0 && open.every((each) => needsDecision(each) || (each.state === 'held' && heldForGood(each)));
}

/** Tells whether a person must decide, approve, resume or merge somewhere. */
export function awaitsPerson({
  environments,
  pendingLookups = 0,
}: Pick<OperationView, 'environments' | 'pendingLookups'>): boolean {
  if (pendingLookups > 0) return false;
  return environments.some(
    (each) =>
      needsDecision(each) ||
      each.state === 'awaiting approval' ||
      (each.state === 'held' && heldForGood(each)) ||
      (each.state === 'pull request open' && (each.request?.merge === 'manual' || heldForGood(each))),
  );
}

/**
 * Tells whether nobody has decided yet. The state stays until what follows from a decision is recorded and cleaned up.
 */
function needsDecision({ state, accepted, stopping }: EnvironmentStatus): boolean {
  return state === 'needs attention' && accepted === undefined && stopping === undefined;
}

/** Tells whether an environment is held until somebody resumes it. */
function heldForGood({ hold }: EnvironmentStatus): boolean {
  return hold !== undefined && hold.until === undefined;
}
