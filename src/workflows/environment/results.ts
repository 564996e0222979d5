import type { ActivityFailure } from '@temporalio/workflow';
import type { EnvironmentSnapshot } from '../../activities/contract.ts';
import type { OutcomeKind } from '../../operation/status.ts';

/** How a run ended. */
export interface Outcome {
  readonly kind: OutcomeKind;
  readonly message: string;
  /** The person who ended it, and why, where it is known. */
  readonly by?: string;
  readonly reason?: string;
}

/** What stands on the environment's branch and is to become healthy. */
export interface Deployed {
  readonly kind: 'deployed';
  readonly commit: string;
  /** That it was rendered with. */
  readonly config: string;
  readonly policy: EnvironmentSnapshot;
}

/** Another main commit is on the branch than the one that a config change was verified with. */
export interface MovedOn {
  readonly kind: 'moved on';
}

/** A person must decide before it goes on. */
export interface Attention {
  readonly kind: 'attention';
  readonly message: string;
  /** Positive evidence of failure: `onFailure: rollback` may act. */
  readonly mayRollBack?: boolean;
}

export function attention(message: string, mayRollBack = false): Attention {
  return { kind: 'attention', message, mayRollBack };
}

export function foreignPush(branch: string, by: string): string {
  return `${by} pushed to ${branch}, which is ours: merge or remove that commit yourself, then retry, or abort.`;
}

/** What a step that failed for good says to people. */
export function failureText(error: ActivityFailure): string {
  return error.cause?.message ?? error.message;
}
