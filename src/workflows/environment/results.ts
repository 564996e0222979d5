import type { OutcomeKind } from '../../operation/status.ts';

/** How a run ended. */
export interface Outcome {
  readonly kind: OutcomeKind;
  readonly message: string;
  /** The person who ended it, and why, where it is known. */
  readonly by?: string;
  readonly reason?: string;
}

/** A person must decide before it goes on. */
export interface Attention {
  readonly kind: 'attention';
  readonly message: string;
  /** Positive evidence of failure: `onFailure: rollback` may act. */
  readonly mayRollBack?: boolean;
}

/** Ends an attempt: for good, or until a person has decided. */
export type AttemptEnd = Outcome | Attention;

/** The world has moved: what was rendered is not what should be there any more. */
export const renderAgain = { kind: 'render again' } as const;
export type RenderAgain = typeof renderAgain;

/** What stands on the environment's branch from now on. */
export interface DeployedCommit {
  readonly kind: 'deployed';
  readonly commit: string;
  /** The config commit that it was rendered with. */
  readonly config: string;
  /** The record does not know it yet. */
  readonly isNews: boolean;
  /** What was deployed had moved by the record before the merge took it back. */
  readonly overtaken?: boolean;
  /** Nobody looks at clusters for it. */
  readonly end?: Outcome;
}

export function attention(message: string, mayRollBack = false): Attention {
  return { kind: 'attention', message, mayRollBack };
}

export function foreignPush(branch: string, by: string): Attention {
  return attention(
    `${by} pushed to ${branch}, which is ours: merge or remove that commit yourself, then retry, or abort.`,
  );
}
