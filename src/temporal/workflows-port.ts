import type { EnvironmentStatus, OperationStatus } from '../operation/status.ts';

/** Fairlead's own workflows, as steps ask for them; Temporal stands behind it. Errors are `Failure`s. */
export interface Workflows {
  /**
   * Answers whether the workflow runs; false also where there never was one. With `firstRunId`, only that run counts,
   * or what it continued as.
   */
  isRunning(workflowId: string, firstRunId?: string): Promise<boolean>;
  /** Answers whether there is a workflow of this id, running or ended. One that Temporal has forgotten is not known. */
  isKnown(workflowId: string): Promise<boolean>;
  /** Starts the workflow where there is none of its id, running or ended. Answers whether it did. */
  startOnce(start: WorkflowStart): Promise<boolean>;
  /** Sends a signal. Answers whether the workflow runs. */
  signal(workflowId: string, name: string, payload: unknown): Promise<boolean>;
  /** Starts the workflow where it does not run, and sends the signal in any case. */
  signalWithStart(start: WorkflowStart, name: string, payload: unknown): Promise<void>;
  /**
   * Lists the workflow ids of the promotions, config changes and rollbacks that are under way in an environment of a
   * platform. `platform`, here and below, is `platformId` of its source.
   */
  runningIn(platform: string, environment: string): Promise<readonly string[]>;
  /** Asks a promotion, a config change or a rollback for its status; undefined: it does not run. */
  status(workflowId: string): Promise<OperationStatus | undefined>;
  /** Answers how a run ended; undefined: it has not. One that Temporal has forgotten has ended, nobody knows how. */
  endOf(workflowId: string, runId: string): Promise<WorkflowEnd | undefined>;
  /** Asks a workflow; undefined: it does not run, or cannot answer now. What it answers must be checked. */
  query(workflowId: string, name: string, question: unknown): Promise<unknown>;
  /**
   * Asks the run that the workflow that asks had before this one; undefined: it had none, or that one cannot answer. What it
   * answers must be checked.
   */
  askEarlierRun(workflowId: string, name: string): Promise<unknown>;
  /** Lists the running promotions of a platform, and the main commits that they carry. */
  runningPromotions(platform: string): Promise<readonly RunningPromotion[]>;
}

/** A workflow to start. */
export interface WorkflowStart {
  /** The workflow's type. */
  readonly workflow: string;
  readonly workflowId: string;
  readonly args: readonly unknown[];
  /** A line for people, in the Temporal UI. */
  readonly summary?: string;
  /** The values of search attributes, which must have been registered (`fairlead setup`). */
  readonly attributes?: { readonly platform: string; readonly environment?: string; readonly commit?: string };
}

/** A promotion that runs. */
export interface RunningPromotion {
  readonly workflowId: string;
  /** The full id of a commit on main. */
  readonly commit: string;
}

export interface WorkflowEnd {
  /** Of what completed, its own word. */
  readonly state: string;
  readonly message: string;
  /** The environments of an operation that completed. */
  readonly environments?: readonly EnvironmentStatus[];
}
