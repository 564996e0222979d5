import type { GitopsTarget } from '../../platform/types.ts';
import type { RecordEntry } from '../../record/entry.ts';

export interface RecordOrder {
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /** On the environment's branch; undefined: its head. */
  readonly commit?: string;
  readonly entry: RecordEntry;
}

export interface RecordOutcome {
  /** Why the entry's request does not have the label of its state, in a sentence; the entry stands all the same. */
  readonly unlabelled?: string;
}

/** The step that writes to the record. */
export interface RecordActivities {
  record(order: RecordOrder): Promise<RecordOutcome>;
}
