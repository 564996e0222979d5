import type { GitopsTarget } from '../../platform/types.ts';
import type { RecordEntry } from '../../record/entry.ts';
import type { RequestTold } from '../rollout/contract.ts';

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
  /** The request that has brought what is deployed, whose body names who approved it; undefined: there is none, or nothing to name. */
  readonly request?: RequestTold | undefined;
}

/** Says what became of the label of the entry's request, and of what is told of the entry. */
export interface RecordOutcome {
  /**
   * Why the entry's request does not have the label of its state, in a sentence; the entry is recorded all the same.
   */
  readonly unlabelled?: string;
  /** What the entry says of an end does not stand on the forge yet, and is lost if its worker dies. */
  readonly untold?: true;
}

/** The step that writes to the record. */
export interface RecordActivities {
  /** Adds entries to the record of an environment, all or none, and labels the last one's request. */
  record(order: RecordOrder): Promise<RecordOutcome>;
}
