import type { RenderOutcome } from '../../activities/render/contract.ts';
import type { RolloutOrder } from '../../activities/rollout/contract.ts';
import type { EnvironmentSnapshot } from '../../activities/source/contract.ts';
import type { VerificationOrder } from '../../activities/verify/contract.ts';
import type { LateReason } from '../../operation/trouble/late.ts';
import type { DeployedCommit } from '../environment/results.ts';

/**
 * How far a run has got in its environment, where that is more than the status says. It is noted before each wait, so
 * that the wait goes on where the workflow continues as new: nothing is rendered, merged or recorded again, and no
 * time-out begins anew. A run without progress begins with its turn, which it keeps.
 */
export type Progress = RequestProgress | RolloutProgress | CheckProgress | PersonProgress;

/** The request is open. */
export interface RequestProgress {
  readonly kind: 'request';
  readonly policy: EnvironmentSnapshot;
  readonly rendered: Extract<RenderOutcome, { kind: 'changed' }>;
  /** The forge was asked to merge it, and may have queued it. */
  readonly mayBeQueued: boolean;
  /** Since when it is to be merged, ISO 8601; undefined: a person merges it, or something holds it. */
  readonly wantedSince?: string | undefined;
}

/** What a rollout and the checks after it have in common. */
interface DeployedProgress {
  readonly policy: EnvironmentSnapshot;
  readonly deployed: DeployedCommit;
  /** When the rollout began, ISO 8601. */
  readonly since: string;
  /** The end of the time for what is awaited now, ISO 8601. */
  readonly deadline: string;
  /** The clusters that the rollout went on without when this wait began. */
  readonly leftOut?: readonly string[];
}

/** The clusters are looked at, in one phase of the rollout. */
export interface RolloutProgress
  extends DeployedProgress,
    Pick<RolloutOrder, 'phase' | 'soakEnds' | 'token' | 'known'> {
  readonly kind: 'rollout';
}

/** A check is awaited. */
export interface CheckProgress extends DeployedProgress, Pick<VerificationOrder, 'known'> {
  readonly kind: 'check';
  /** What the checks that have passed are called. */
  readonly passed: readonly string[];
}

/** A person must decide. */
export interface PersonProgress {
  readonly kind: 'person';
  readonly message: string;
  /** A rollback of its own is under way; only where that is refused, a person must decide. */
  readonly isRollingBack: boolean;
  /** What it looks for by itself meanwhile. */
  readonly late?: LateWait | undefined;
}

/** What git or a forge shows late, for which nobody but the world need do anything. */
export interface LateWait extends LateReason {
  /** Since when it is waited for, and the time before which it is not tried again; ISO 8601. */
  readonly since: string;
  readonly notBefore: string;
}
