import type { Reach, RollbackPlan } from '../../activities/rollback/contract.ts';
import type { ConfigQueue } from '../../operation/config-queue.ts';
import type { RolledBackMessage } from '../../operation/messages.ts';
import type { Refusal } from '../../operation/refusal.ts';
import type { EnvironmentStatus } from '../../operation/status.ts';
import type { RunMemory } from './run-memory.ts';

/** All that is known of an operation, where its workflow continues as new. */
export interface OperationMemory {
  readonly subject: string;
  readonly commit: string;
  /** When the first execution of the workflow started, ISO 8601. */
  readonly startedAt: string;
  readonly refusals: readonly Refusal[];
  readonly ending?: string;
  /** Empty: its environments are not known yet. */
  readonly runs: readonly RunMemory[];
}

/** One execution of a rollback. */
export interface RollbackRef {
  readonly workflowId: string;
  readonly runId: string;
}

/** A rollback whose end a promotion waits for. */
export type AwaitedRollback =
  /** One that takes back an environment; `before` is how that stood. */
  | {
      readonly kind: 'one';
      readonly message: RolledBackMessage;
      readonly before: Pick<EnvironmentStatus, 'state' | 'message' | 'operation'>;
    }
  /** One that takes back all that the promotion reached. */
  | { readonly kind: 'all'; readonly rollback: RollbackRef }
  /** One that the promotion has begun itself. */
  | { readonly kind: 'own'; readonly environment: string; readonly rollback: RollbackRef };

/** What `PromoteMainCommit` hands on to itself. */
export interface PromotionMemory {
  readonly operation: OperationMemory;
  readonly awaited: readonly AwaitedRollback[];
  /** The environments that are taken back, where something still runs. */
  readonly takenBack: readonly RolledBackMessage[];
}

/** What `ApplyConfig` hands on to itself. */
export interface ConfigMemory {
  readonly operation: OperationMemory;
  readonly queue: ConfigQueue;
}

/** What `RollbackEnvironment` hands on to itself. */
export interface RollbackMemory {
  readonly operation: OperationMemory;
  readonly plan?: RollbackPlan;
}

/** What `RollbackPromotion` hands on to itself. */
export interface PromotionRollbackMemory {
  readonly operation: OperationMemory;
  /** The promotion was told that it goes no further. */
  readonly isTold: boolean;
  readonly present?: RollbackRef;
  readonly newer: Reach['newer'];
}
