import type { LaneRef } from '../../lane/types.ts';
import type { EnvironmentStatus } from '../../operation/status.ts';
import type { RecordEntry } from '../../record/entry.ts';
import type { ControlMemory } from '../environment/run-control.ts';
import type { LaneClientMemory } from '../lane/client/lane-client.ts';
import type { Progress } from './progress.ts';

/** The main commit that is about to be recorded as deployed in place of `over`: what is rendered from now on has it. */
export interface PendingRevision {
  readonly main: string;
  readonly over: string;
}

/** An entry for the record, and the commit of the environment's branch that it is about; undefined: the head. */
export interface RecordNote {
  readonly entry: RecordEntry;
  readonly commit?: string;
}

/** The commit that was pushed to a request's branch, and may have a request open. */
export interface Proposed {
  readonly branch: string;
  readonly commit: string;
}

/** All that is known of a run, where the workflow continues as new. */
export interface RunMemory {
  readonly status: EnvironmentStatus;
  readonly control: ControlMemory;
  /** It has begun and has not ended, in the lane or on the way there. */
  readonly isUnderWay: boolean;
  readonly progress?: Progress;
  readonly pending?: PendingRevision;
  readonly pushed?: Proposed;
  readonly note?: RecordNote;
  readonly rollback?: LaneRef;
  readonly lane?: LaneClientMemory;
}
