import type { GitopsTarget } from '../../platform/types.ts';
import type { RecordEntry } from '../../record/entry.ts';

/** Orders entries in the record of one environment: most often a single one. */
export interface RecordOrder {
  /** URL of the source repository, whose main lists the keys of the record; undefined: an older release orders it. */
  readonly source?: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
  /** The commit of the environment's branch that the entry is about; undefined: the head. */
  readonly commit?: string;
  /** Entries that are written before it, oldest first. They label nothing. */
  readonly earlier?: readonly RecordEntry[];
  readonly entry: RecordEntry;
}

/** Says what became of the label of the entry's request. */
export interface RecordOutcome {
  /**
   * Why the entry's request does not have the label of its state, in a sentence; the entry is recorded all the same.
   */
  readonly unlabelled?: string;
}

/** The step that writes to the record. */
export interface RecordActivities {
  /** Adds entries to the record of an environment, all or none, and labels the last one's request. */
  record(order: RecordOrder): Promise<RecordOutcome>;
}
