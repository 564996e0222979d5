import type { OperationStatus } from '../operation/status.ts';

/** Workflows of ours, as steps ask for them; Temporal stands behind it. Errors are `Failure`s. */
export interface Workflows {
  /** Of `firstRunId`: that very one, or what it continued as; false also where there never was one. */
  isRunning(workflowId: string, firstRunId?: string): Promise<boolean>;
  /** False: it does not run. */
  signal(workflowId: string, name: string, payload: unknown): Promise<boolean>;
  /** Starts the workflow where it does not run, and sends the signal in any case. */
  signalWithStart(start: WorkflowStart, name: string, payload: unknown): Promise<void>;
  /**
   * Workflow ids of the promotions, config changes and rollbacks that are under way in an environment of a platform.
   * `platform`, here and below: `platformId` of its source.
   */
  runningIn(platform: string, environment: string): Promise<readonly string[]>;
  /** What a promotion, a config change or a rollback says of itself; undefined: it does not run. */
  status(workflowId: string): Promise<OperationStatus | undefined>;
  /** How a run ended; undefined: it has not. One that is not known any more has ended, nobody knows how. */
  endOf(workflowId: string, runId: string): Promise<WorkflowEnd | undefined>;
  /** Running promotions of a platform, and the main commits that they carry. */
  runningPromotions(platform: string): Promise<readonly RunningPromotion[]>;
}

export interface WorkflowStart {
  /** Its type. */
  readonly workflow: string;
  readonly workflowId: string;
  readonly args: readonly unknown[];
  /** For people, in the Temporal UI. */
  readonly summary?: string;
  /** Search attributes; they must have been registered (`fairlead setup`). */
  readonly attributes?: { readonly platform: string; readonly environment: string };
}

export interface RunningPromotion {
  readonly workflowId: string;
  /** Full sha on main. */
  readonly commit: string;
}

export interface WorkflowEnd {
  /** Of what completed, its own word. */
  readonly state: string;
  readonly message: string;
}
