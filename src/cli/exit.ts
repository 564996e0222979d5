import type { FailureType } from '../failure.ts';
import type { OperationKind } from '../operation/kind.ts';
import { type EnvironmentStatus, hasEnded } from '../operation/status.ts';
import type { OperationView } from './view/view.ts';

/** Exit codes of every command; documented in docs/cli.md. */
export const exitCodes = {
  /** Done; what was waited for ended as it should. */
  ok: 0,
  /** It ended otherwise, or something of ours is broken. */
  otherwise: 1,
  /** Bad input: arguments, files, a commit that is unknown, a decision that is refused. */
  badInput: 2,
  /** Temporal, a worker, a repository or a forge cannot be reached. */
  unreachable: 3,
  /** It runs, and a person must approve, merge, resume or decide before it goes on. */
  needsPerson: 4,
  /** `--timeout` passed, and nobody needs to do anything. */
  stillRunning: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

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

export function exitCodeOfFailure(type: FailureType): ExitCode {
  return byFailure[type];
}

/** The ends that are what was asked for. */
const wanted: Readonly<Record<OperationKind, readonly OperationView['state'][]>> = {
  promotion: ['promoted'],
  'config change': ['configured', 'unchanged', 'accepted', 'nothing promoted yet'],
  rollback: ['rolled back', 'unchanged', 'accepted'],
};

/** Of a promotion, a config change or a rollback as it stands now. */
export function exitCodeOfOperation(view: OperationView): ExitCode {
  if (view.failure !== undefined) return exitCodeOfFailure(view.failure.type);
  if (wanted[view.kind].includes(view.state)) return exitCodes.ok;
  if (view.state !== 'running') return exitCodes.otherwise;
  return awaitsPerson(view) ? exitCodes.needsPerson : exitCodes.ok;
}

/** A person must decide, and nothing else moves meanwhile. */
export function isStuck({ environments, asked = 0 }: Pick<OperationView, 'environments' | 'asked'>): boolean {
  // What somebody has asked for meanwhile may be the remedy.
  if (asked > 0) return false;
  const open = environments.filter(({ state }) => state !== 'waiting' && !hasEnded(state));
  return open.length > 0 && open.every((each) => needsDecision(each) || (each.state === 'held' && heldForGood(each)));
}

/** A person must decide, approve, resume or merge somewhere. */
export function awaitsPerson({ environments, asked = 0 }: Pick<OperationView, 'environments' | 'asked'>): boolean {
  if (asked > 0) return false;
  return environments.some(
    (each) =>
      needsDecision(each) ||
      each.state === 'awaiting approval' ||
      (each.state === 'held' && heldForGood(each)) ||
      (each.state === 'pull request open' && (each.request?.merge === 'manual' || heldForGood(each))),
  );
}

/** Nobody has decided yet: what follows from a decision is recorded, or cleaned up, before the state changes. */
function needsDecision({ state, accepted, stopping }: EnvironmentStatus): boolean {
  return state === 'needs attention' && accepted === undefined && stopping === undefined;
}

/** Until somebody resumes: no time ends it. */
function heldForGood({ hold }: EnvironmentStatus): boolean {
  return hold !== undefined && hold.until === undefined;
}
