import type { FailureType } from '../failure.ts';
import { hasEnded } from '../promotion/status.ts';
import type { PromotionView } from './view.ts';

/** Exit codes of every command; documented in docs/cli.md. */
export const exitCodes = {
  /** Done; a promotion that was waited for is promoted. */
  ok: 0,
  /** A promotion ended otherwise, or something of ours is broken. */
  otherwise: 1,
  /** Bad input: arguments, files, a commit that is unknown, a decision that is refused. */
  badInput: 2,
  /** Temporal, a worker, a repository or a forge cannot be reached. */
  unreachable: 3,
  /** A person is needed before anything goes on. */
  needsPerson: 4,
  /** `--timeout` passed while things still moved by themselves. */
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

/** Of a promotion as it stands now. */
export function exitCodeOfPromotion(view: PromotionView): ExitCode {
  if (view.failure !== undefined) return exitCodeOfFailure(view.failure.type);
  if (view.state === 'promoted') return exitCodes.ok;
  if (view.state !== 'running') return exitCodes.otherwise;
  return isStuck(view) ? exitCodes.needsPerson : exitCodes.ok;
}

/** A person must decide, and nothing else moves meanwhile. */
export function isStuck({ environments }: PromotionView): boolean {
  const open = environments.filter(({ state }) => state !== 'waiting' && !hasEnded(state));
  return open.length > 0 && open.every(({ state }) => state === 'needs attention');
}

/** A person must decide, approve or merge somewhere. */
export function awaitsPerson({ environments }: PromotionView): boolean {
  return environments.some(
    ({ state, request }) =>
      state === 'needs attention' ||
      state === 'awaiting approval' ||
      (state === 'pull request open' && request?.merge === 'manual'),
  );
}
