import type { ActivityFailure } from '@temporalio/workflow';
import type { OutcomeKind } from '../../operation/status.ts';
import type { LateReason } from '../../operation/trouble/late.ts';
import { failureText, lateIn } from '../temporal/failure-text.ts';

/** How a run ended. */
export interface Outcome {
  readonly kind: OutcomeKind;
  readonly message: string;
  /** The person who ended it, and why, where it is known. */
  readonly by?: string;
  /** The forge vouches for `by`. */
  readonly byForge?: boolean;
  readonly reason?: string;
}

/** A person must decide before it goes on. */
export interface Attention {
  readonly kind: 'attention';
  readonly message: string;
  /** There is positive evidence of failure, so that `onFailure: rollback` may act. */
  readonly mayRollBack?: boolean;
  /** What git or a forge may show later than was said: it goes on by itself then. */
  readonly late?: LateReason | undefined;
}

/** How an attempt ended: for good, or until a person has decided. */
export type AttemptEnd = Outcome | Attention;

/** Says that what was rendered is stale, and must be rendered again. */
export const renderAgain = { kind: 'render again' } as const;
export type RenderAgain = typeof renderAgain;

/** The commit that is on the environment's branch from now on. */
export interface DeployedCommit {
  readonly kind: 'deployed';
  readonly commit: string;
  /** The config commit that it was rendered with. */
  readonly config: string;
  /** The record does not know it yet. */
  readonly isNews: boolean;
  /** What was deployed had moved by the record before the merge: it must be rendered again. */
  readonly overtaken?: boolean;
  /** The outcome where no clusters are to be verified; undefined: the rollout follows. */
  readonly end?: Outcome;
}

/** Makes the result that asks a person to decide. `message` says what to do. */
export function attention(message: string, mayRollBack = false): Attention {
  return { kind: 'attention', message, mayRollBack };
}

/** Makes the result for a step that failed for good; `words` puts its reason into a sentence. */
export function stepAttention(failure: ActivityFailure, words = (reason: string) => reason): Attention {
  return { ...attention(words(failureText(failure))), late: lateIn(failure) };
}

/** Makes the result for somebody else's commit on our branch. */
export function foreignPush(branch: string, by: string): Attention {
  return attention(
    `${by} pushed to ${branch}, which is ours: merge or remove that commit yourself, then retry, or abort.`,
  );
}
